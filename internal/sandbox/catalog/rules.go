package catalog

import (
	"encoding/json"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"

	"github.com/riglet/riglet/internal/sandbox/model"
)

// between wants each number at a path in a range.
func between(path string, low, high float64) model.Rule {
	return func(c *model.Check) {
		for _, v := range model.Values(c.Props, path) {
			if v.IsNumber() && (v.NumberValue() < low || v.NumberValue() > high) {
				c.Fault(path, "want %v to %v, got %v", low, high, v.NumberValue())
			}
		}
	}
}

// oneOf wants each string at a path among the given ones.
func oneOf(path string, allowed ...string) model.Rule {
	return func(c *model.Check) {
		for _, v := range model.Strs(c.Props, path) {
			if !slices.Contains(allowed, v) {
				c.Fault(path, "want one of %s, got %q", strings.Join(allowed, ", "), v)
			}
		}
	}
}

// oneOfNumbers wants each number at a path among the given ones.
func oneOfNumbers(path string, allowed ...float64) model.Rule {
	return func(c *model.Check) {
		for _, v := range model.Values(c.Props, path) {
			if v.IsNumber() && !slices.Contains(allowed, v.NumberValue()) {
				c.Fault(path, "want one of %v, got %v", allowed, v.NumberValue())
			}
		}
	}
}

// pattern wants each string at a path to match.
func pattern(path, want string, re *regexp.Regexp) model.Rule {
	return func(c *model.Check) {
		for _, v := range model.Strs(c.Props, path) {
			if !re.MatchString(v) {
				c.Fault(path, "want %s, got %q", want, v)
			}
		}
	}
}

// noPrefix refuses strings that begin with a word that AWS keeps for itself.
func noPrefix(path string, prefixes ...string) model.Rule {
	return func(c *model.Check) {
		for _, v := range model.Strs(c.Props, path) {
			for _, p := range prefixes {
				if strings.HasPrefix(v, p) {
					c.Fault(path, "want a name that does not begin with %s, got %q", p, v)
				}
			}
		}
	}
}

// length wants each string at a path to have a length in a range.
func length(path string, low, high int) model.Rule {
	return func(c *model.Check) {
		for _, v := range model.Strs(c.Props, path) {
			if len(v) < low || len(v) > high {
				c.Fault(path, "want %d to %d characters, got %d", low, high, len(v))
			}
		}
	}
}

// cidr wants each string at a path to be an IPv4 network of a size in a range.
func cidr(path string, shortest, longest int) model.Rule {
	return func(c *model.Check) {
		for _, v := range model.Strs(c.Props, path) {
			checkCIDR(c, path, v, shortest, longest)
		}
	}
}

func checkCIDR(c *model.Check, path, v string, shortest, longest int) {
	p, err := netip.ParsePrefix(v)
	switch {
	case err != nil || !p.Addr().Is4():
		c.Fault(path, "want an IPv4 CIDR block, got %q", v)
	case p.Masked() != p:
		c.Fault(path, "%q is not a valid CIDR block; did you mean %q?", v, p.Masked())
	case p.Bits() < shortest || p.Bits() > longest:
		c.Fault(path, "want a block from /%d to /%d, got /%d", shortest, longest, p.Bits())
	}
}

// address wants each string at a path to be an IPv4 address.
func address(path string) model.Rule {
	return func(c *model.Check) {
		for _, v := range model.Strs(c.Props, path) {
			if a, err := netip.ParseAddr(v); err != nil || !a.Is4() {
				c.Fault(path, "want an IPv4 address, got %q", v)
			}
		}
	}
}

// exactlyOne wants one of several inputs to be given.
func exactlyOne(names ...string) model.Rule {
	return func(c *model.Check) {
		if n := countGiven(c, names); n != 1 {
			c.Fault(names[0], "want exactly one of %s, got %d", strings.Join(names, ", "), n)
		}
	}
}

// atMostOne wants no two of several inputs to be given.
func atMostOne(names ...string) model.Rule {
	return func(c *model.Check) {
		if n := countGiven(c, names); n > 1 {
			c.Fault(names[0], "want at most one of %s, got %d", strings.Join(names, ", "), n)
		}
	}
}

func countGiven(c *model.Check, names []string) int {
	n := 0
	for _, name := range names {
		if model.Has(c.Props, name) {
			n++
		}
	}
	return n
}

// given wants an input where a condition holds.
func given(path string, why string, when func(*model.Check) bool) model.Rule {
	return func(c *model.Check) {
		if when(c) && !model.Has(c.Props, path) {
			c.Fault(path, "missing: %s", why)
		}
	}
}

// input makes a condition: a string input is one of the given values.
func input(path string, values ...string) func(*model.Check) bool {
	return func(c *model.Check) bool { return slices.Contains(values, model.Str(c.Props, path)) }
}

// document is the part of an IAM policy that every policy has.
type document struct {
	Version   string
	Statement []statement
}

// statement is one statement of a policy. Values that IAM lets be one string or
// a list of them are kept as they are.
type statement struct {
	Effect                  string
	Action, NotAction       any
	Resource                any
	Principal, NotPrincipal any
}

// policy wants each string at a path to be an IAM policy document. Policies of
// resources and of trust name a principal; those of identities must not.
func policy(path string, principal bool) model.Rule {
	return func(c *model.Check) {
		for _, v := range model.Values(c.Props, path) {
			if text, ok := policyText(v); ok {
				checkPolicy(c, path, text, principal)
			}
		}
	}
}

// policyText also takes a document given as an object, as the SDK allows.
func policyText(v resource.PropertyValue) (string, bool) {
	switch {
	case v.IsString():
		return v.StringValue(), true
	case v.IsObject() && !v.ContainsUnknowns():
		b, err := json.Marshal(v.Mappable())
		return string(b), err == nil
	default:
		return "", false
	}
}

func checkPolicy(c *model.Check, path, text string, principal bool) {
	doc, err := parsePolicy(text)
	if err != nil {
		c.Fault(path, "not a policy document: %v", err)
		return
	}
	if doc.Version != "2012-10-17" && doc.Version != "2008-10-17" {
		c.Fault(path, "want Version 2012-10-17, got %q", doc.Version)
	}
	if len(doc.Statement) == 0 {
		c.Fault(path, "missing Statement")
	}
	for i, st := range doc.Statement {
		checkStatement(c, path, i, st, principal)
	}
}

func checkStatement(c *model.Check, path string, i int, st statement, principal bool) {
	if st.Effect != "Allow" && st.Effect != "Deny" {
		c.Fault(path, "Statement[%d].Effect: want Allow or Deny, got %q", i, st.Effect)
	}
	if st.Action == nil && st.NotAction == nil {
		c.Fault(path, "Statement[%d]: missing Action", i)
	}
	switch named := st.Principal != nil || st.NotPrincipal != nil; {
	case principal && !named:
		c.Fault(path, "Statement[%d]: missing Principal", i)
	case !principal && named:
		c.Fault(path, "Statement[%d]: a policy of an identity names no Principal", i)
	}
}

func parsePolicy(text string) (document, error) {
	var raw struct {
		Version   string
		Statement json.RawMessage
	}
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		return document{}, err
	}
	doc := document{Version: raw.Version}
	if len(raw.Statement) == 0 {
		return doc, nil
	}
	if raw.Statement[0] != '[' { // one statement may stand without its list
		raw.Statement = json.RawMessage("[" + string(raw.Statement) + "]")
	}
	return doc, json.Unmarshal(raw.Statement, &doc.Statement)
}

// words returns a string, or a list of strings, as a list.
func words(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, e := range v {
			if s, ok := e.(string); ok {
				out = append(out, s)
			}
		}
		return out
	default:
		return nil
	}
}

func isJSON(text string) bool { return json.Valid([]byte(text)) }
