package config

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/internal/netplan"
)

// Validate reports everything that is wrong with a configuration, for one that was not decoded. An empty region
// is a fault, as it is in Decode.
func (c Config) Validate(region string) error {
	faults := check.New("")
	c.check(faults, region, nil)
	return report("", faults.List())
}

// ElasticIPs is how many Elastic IPs the environment takes.
func (c Config) ElasticIPs() int {
	if c.Network == nil {
		return 0
	}
	switch c.Network.NAT {
	case netplan.NATInstance, netplan.NATGateway:
		return 1
	case netplan.NATGatewayPerZone:
		return len(c.Network.Zones)
	case netplan.NATNone:
	}
	return 0
}

// Spec is what the network is planned from.
func (n Network) Spec() netplan.Spec {
	return netplan.Spec{CIDR: n.CIDR, Zones: n.Zones, ExtraTiers: n.ExtraTiers}
}

// check records what the tags and the rules between keys find, but nothing about keys that could not be read.
func (c Config) check(f check.Faults, region string, unread []string) {
	found := check.New("")
	if !netplan.IsRegion(region) {
		found.At("aws:region").Want("a region such as us-west-2", region)
		region = ""
	}
	checker{unread: unread}.section(found, Namespace+":", reflect.ValueOf(c))
	if c.Network != nil {
		c.Network.check(found.At(Namespace+":network"), region)
		c.checkElasticIPs(found.At(Namespace + ":network.nat"))
	}
	c.checkCluster(found)
	c.checkCouchDB(found)
	c.checkServices(found, unread)
	c.checkRolling(found)
	for _, fault := range found.List() {
		if !below(pathOf(fault), unread) {
			f.Add(fault)
		}
	}
}

func (c Config) checkElasticIPs(f check.Faults) {
	if c.ElasticIPQuota > 0 && c.ElasticIPs() > c.ElasticIPQuota {
		f.Want(fmt.Sprintf("%d Elastic IPs at most (riglet:elasticIpQuota)", c.ElasticIPQuota), c.ElasticIPs())
	}
}

func (n Network) check(f check.Faults, region string) {
	spec := n.Spec()
	spec.Region = region
	spec.Check(f)
	netplan.CheckEndpoints(f.At("endpoints"), n.Endpoints)
	if n.Balancer == nil {
		return
	}
	match := certificateRegion.FindStringSubmatch(n.Balancer.CertificateARN)
	if match != nil && region != "" && match[2] != region {
		f.At("balancer").At("certificateArn").Want("a certificate of "+region, bare("one of "+match[2]))
	}
}

// checker applies the tags of a struct to its values.
type checker struct {
	// unread are keys whose values say nothing.
	unread []string
}

func (c checker) section(f check.Faults, prefix string, v reflect.Value) {
	fields := fieldsOf(v.Type())
	for _, keys := range choicesOf(v.Type()) {
		c.choice(f, v, keys, fields)
	}
	for _, one := range fields {
		at, value := f.At(prefix+one.key), v.Field(one.index)
		switch {
		case !one.only.holds(v):
			if !value.IsZero() && !below(f.At(one.only.key).Path(), c.unread) {
				at.Want("nothing unless "+one.only.key+" is "+one.only.value, shown(one, value))
			}
		case value.IsZero() && (one.kind == text || one.absent):
			// What has a default is never empty, unless the configuration was built by hand.
			if one.required || one.fallback != "" {
				at.Want(one.wanted(nil), nil)
			}
		default:
			c.value(at, one, reflect.Indirect(value))
		}
	}
}

// shown is a value as a fault shows it: text in quotes, of whatever type it is.
func shown(f field, v reflect.Value) any {
	if f.kind == text {
		return fmt.Sprint(v.Interface())
	}
	return v.Interface()
}

func (c checker) value(at check.Faults, f field, v reflect.Value) {
	switch f.kind {
	case section:
		c.section(at, "", v)
	case list:
		c.list(at, f, v.Interface().([]string))
	case number:
		f.checkNumber(at, int(v.Int()))
	case text:
		f.checkText(at, fmt.Sprint(v.Interface()))
	case several:
		c.several(at, f, v)
	case texts:
		for _, name := range slices.Sorted(maps.Keys(v.Interface().(map[string]string))) {
			f.checkText(at.At(name), name)
		}
	case table, flag, secret:
	}
}

// several checks a section of names, each with a section.
func (c checker) several(at check.Faults, f field, v reflect.Value) {
	for _, key := range slices.SortedFunc(slices.Values(v.MapKeys()), byText) {
		f.checkText(at.At(key.String()), key.String())
		c.section(at.At(key.String()), "", v.MapIndex(key))
	}
}

func byText(a, b reflect.Value) int { return cmp.Compare(a.String(), b.String()) }

func (c checker) list(at check.Faults, f field, values []string) {
	if f.bounds != nil {
		at.Range(len(values), f.bounds.low, f.bounds.high)
	}
	if !f.repeats {
		at.Unique(values)
	}
	for i, value := range values {
		f.checkText(at.Index(i), value)
	}
}

func (f field) checkNumber(at check.Faults, n int) {
	if f.bounds != nil {
		at.Range(n, f.bounds.low, f.bounds.high)
	}
	if f.form != nil && f.form.numbers != nil {
		at.RetentionDays(n)
	}
}

func (f field) checkText(at check.Faults, v string) {
	if f.form != nil && f.form.check != nil {
		f.form.check(at, v)
	}
}

// choice wants exactly one of some keys to be given. Where one of them could not be read, nobody knows.
func (c checker) choice(f check.Faults, v reflect.Value, keys []string, fields []field) {
	var all, given []string
	for _, one := range fields {
		if !slices.Contains(keys, one.key) {
			continue
		}
		if below(f.At(one.key).Path(), c.unread) {
			return
		}
		word := one.key
		if one.kind == flag {
			word += ": true"
		}
		all = append(all, word)
		if !v.Field(one.index).IsZero() {
			given = append(given, word)
		}
	}
	if len(given) != 1 {
		f.Want("one of "+check.List(all), bare(cmp.Or(strings.Join(given, " and "), "none")))
	}
}

// holds tells whether the sibling of a field in the struct v has the value that the field depends on.
func (o only) holds(v reflect.Value) bool {
	for _, f := range fieldsOf(v.Type()) {
		if f.key == o.key {
			return fmt.Sprint(v.Field(f.index).Interface()) == o.value
		}
	}
	return true
}
