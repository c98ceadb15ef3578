package config

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"github.com/riglet/riglet/internal/check"
)

// bare is what a fault says that it got, without quotes.
type bare string

func (b bare) String() string { return string(b) }

// describe names a value with its type, as in: text "a".
func describe(got any) fmt.Stringer {
	switch v := got.(type) {
	case map[string]any:
		return bare("a section")
	case []any:
		return bare("a list")
	case string:
		if v == "" {
			return bare("nothing")
		}
		return bare("text " + check.Quote(v))
	case json.Number:
		return bare("number " + cut(v.String()))
	case bool:
		return bare(strconv.FormatBool(v))
	default:
		return bare("nothing")
	}
}

// wanted is what a field takes, in the words that fit what it got.
func (f field) wanted(got any) string {
	given, _ := got.(string)
	_, notNumber := strconv.Atoi(given)
	switch {
	case f.kind == number && notNumber == nil:
		return "a whole number without quotes"
	case f.kind == flag && (given == "true" || given == "false"):
		return "true or false without quotes"
	case f.kind == section && got == nil && optional(f.typ):
		return "a section ({} for its defaults)"
	case f.kind == text && f.form != nil:
		return f.form.want
	default:
		return string(f.kind)
	}
}

// optional tells whether a section may be empty.
func optional(t reflect.Type) bool {
	return len(choicesOf(t)) == 0 && !slices.ContainsFunc(fieldsOf(t), func(f field) bool { return f.required })
}

// maxDigits is how much of a number a fault shows: more than any number that makes sense here.
const maxDigits = 24

func cut(digits string) string {
	if len(digits) <= maxDigits {
		return digits
	}
	return digits[:maxDigits] + "..."
}

func secretKeys() string { return check.List(namespaced(SecretKeys())) }
