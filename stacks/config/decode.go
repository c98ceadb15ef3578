package config

import (
	"encoding"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/riglet/riglet/internal/check"
)

// Input is a configuration as Pulumi hands it over.
type Input struct {
	// File is named at the head of every fault, such as Pulumi.staging.yaml. Left out, none is.
	File string
	// Region is aws:region. Everything of the network must be of it.
	Region string
	// Values are the raw values by key, without the namespace riglet: JSON for lists and sections, plain text
	// for the rest. Unknown keys belong here too: they are faults.
	Values map[string]string
	// Secrets are the keys of Values whose values are secrets, wholly or in any part.
	Secrets []string
	// Encrypted says that secrets are there as ciphertext, so that their form cannot be checked.
	Encrypted bool
}

// Decode reads and checks a configuration. Whatever is wrong with it is in the error, all at once, in the order
// of the fields. No fault repeats a secret.
func Decode(in Input) (Config, error) {
	var cfg Config
	d := decoder{faults: check.New(""), input: in}
	d.config(reflect.ValueOf(&cfg).Elem())
	cfg.check(d.faults, in.Region, d.unread())
	if err := report(in.File, d.faults.List()); err != nil {
		return Config{}, err
	}
	return cfg, nil
}

// decoder sets fields from values, and collects what could not be read.
type decoder struct {
	faults check.Faults
	input  Input
	// meant are the keys that unknown ones were probably meant for: that they are missing is no news.
	meant []string
}

// unread are the keys whose values are not what the file says, since they could not be read.
func (d *decoder) unread() []string {
	paths := slices.Clone(d.meant)
	for _, err := range d.faults.List() {
		paths = append(paths, pathOf(err))
	}
	return paths
}

func (d *decoder) config(v reflect.Value) {
	fields := fieldsOf(v.Type())
	d.unknown(d.faults, Namespace+":", d.input.Values, fields)
	for _, f := range fields {
		at, value := d.faults.At(Namespace+":"+f.key), v.Field(f.index)
		raw, given := d.input.Values[f.key]
		switch {
		case f.kind == secret:
			d.secret(at, f, value, raw, given)
		case !given:
			d.setDefault(at, f, value)
		case slices.Contains(d.input.Secrets, f.key):
			at.Want("no secret here (secrets have keys of their own: "+secretKeys()+")", bare("one"))
		default:
			d.value(at, f, value, parseRaw(f, raw))
		}
	}
}

// secret notes that a secret was given. Its value may be checked, never shown.
func (d *decoder) secret(at check.Faults, f field, v reflect.Value, raw string, given bool) {
	if !given {
		return
	}
	v.SetBool(true)
	probe := check.New("")
	switch {
	case !slices.Contains(d.input.Secrets, f.key):
		at.Want("a secret (pulumi config set --secret "+at.Path()+")", bare("plain text"))
	case f.form != nil && !d.input.Encrypted:
		if f.form.check(probe, raw); probe.Err() != nil {
			at.Want(f.form.want, bare("a secret that is none"))
		}
	}
}

// section fills a struct from an object.
func (d *decoder) section(at check.Faults, v reflect.Value, object map[string]any) {
	fields := fieldsOf(v.Type())
	d.unknown(at, "", object, fields)
	for _, f := range fields {
		if value, given := object[f.key]; given {
			d.value(at.At(f.key), f, v.Field(f.index), value)
		}
	}
	for _, f := range fields {
		if _, given := object[f.key]; !given && f.only.holds(v) {
			d.setDefault(at.At(f.key), f, v.Field(f.index))
		}
	}
}

// value sets one field from what the file says.
func (d *decoder) value(at check.Faults, f field, v reflect.Value, got any) {
	switch given := got.(type) {
	case map[string]any:
		if f.kind == section {
			d.section(at, target(v), given)
			return
		}
		if f.named() {
			d.table(at, f, v, given)
			return
		}
	case []any:
		if f.kind == list {
			d.list(at, f, v, given)
			return
		}
	case string:
		if f.kind == text && given != "" {
			setText(at, f, v, given)
			return
		}
	case json.Number:
		if n, err := strconv.Atoi(given.String()); f.kind == number && err == nil {
			v.SetInt(int64(n))
			return
		}
	case bool:
		if f.kind == flag {
			v.SetBool(given)
			return
		}
	}
	at.Want(f.wanted(got), describe(got))
}

func (d *decoder) list(at check.Faults, f field, v reflect.Value, given []any) {
	v.Set(reflect.MakeSlice(v.Type(), len(given), len(given)))
	for i, one := range given {
		d.value(at.Index(i), f.element(), v.Index(i), one)
	}
}

// table fills a section of names. Text under a name may be empty, since no key stands for a default there.
func (d *decoder) table(at check.Faults, f field, v reflect.Value, given map[string]any) {
	v.Set(reflect.MakeMap(v.Type()))
	for _, key := range slices.Sorted(maps.Keys(given)) {
		slot := reflect.New(v.Type().Elem()).Elem()
		if given[key] != "" || f.kind != texts {
			d.value(at.At(key), f.element(), slot, given[key])
		}
		v.SetMapIndex(reflect.ValueOf(key), slot)
	}
}

// target is the struct to fill, made first where the field is a pointer to it.
func target(v reflect.Value) reflect.Value {
	if v.Kind() != reflect.Pointer {
		return v
	}
	v.Set(reflect.New(v.Type().Elem()))
	return v.Elem()
}

// setText sets a field from text, through its type's own reading of text where it has one.
func setText(at check.Faults, f field, v reflect.Value, given string) {
	reader, ok := v.Addr().Interface().(encoding.TextUnmarshaler)
	switch {
	case !ok:
		v.SetString(given)
	case reader.UnmarshalText([]byte(given)) != nil:
		at.Want(f.wanted(given), given)
	}
}

// setDefault sets a field that was left out; a section that is always there gets the defaults of its fields.
// The tests try every default, so that none is unreadable.
func (d *decoder) setDefault(at check.Faults, f field, v reflect.Value) {
	switch f.kind {
	case section:
		if v.Kind() == reflect.Struct {
			d.section(at, v, nil)
		}
	case number:
		n, _ := strconv.Atoi(f.fallback)
		v.SetInt(int64(n))
	case flag:
		v.SetBool(f.fallback == "true")
	case text:
		if f.fallback != "" {
			setText(at, f, v, f.fallback)
		}
	case list, table, texts, several, secret:
	}
}

// parseRaw is a value of the top level, of which Pulumi hands over the text alone.
func parseRaw(f field, raw string) any {
	decoder := json.NewDecoder(strings.NewReader(raw))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil || decoder.More() {
		return raw
	}
	if _, isText := value.(string); isText {
		return raw
	}
	if _, isNumber := value.(json.Number); isNumber && f.kind == text {
		return raw
	}
	if _, isFlag := value.(bool); isFlag && f.kind == text {
		return raw
	}
	return value
}
