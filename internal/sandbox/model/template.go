package model

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

var (
	placeholder = regexp.MustCompile(`\{[a-zA-Z0-9:._]+\}`)
	random      = regexp.MustCompile(`^(hex|num|alnum|uuid)(\d*)(?::(\w+))?$`)
)

// expander fills templates for one object.
type expander struct {
	seed  string
	fixed map[string]string
	props []resource.PropertyMap // searched in order
	empty bool                   // whether a placeholder came out empty
}

func (e *expander) expand(template string) string {
	e.empty = false
	return placeholder.ReplaceAllStringFunc(template, func(p string) string {
		s := e.lookup(p[1 : len(p)-1])
		e.empty = e.empty || s == ""
		return s
	})
}

func (e *expander) lookup(name string) string {
	if v, ok := e.fixed[name]; ok {
		return v
	}
	if m := random.FindStringSubmatch(name); m != nil {
		n, _ := strconv.Atoi(m[2])
		return digits(e.seed+"/"+m[3], m[1], n)
	}
	for _, props := range e.props {
		if s := scalar(props, name); s != "" {
			return s
		}
	}
	return ""
}

func scalar(props resource.PropertyMap, path string) string {
	v, ok := Value(props, path)
	switch {
	case !ok:
		return ""
	case v.IsString():
		return v.StringValue()
	case v.IsNumber():
		return strconv.FormatFloat(v.NumberValue(), 'f', -1, 64)
	case v.IsBool():
		return strconv.FormatBool(v.BoolValue())
	default:
		return ""
	}
}

// digits makes n characters that look random and depend on the seed only.
func digits(seed, kind string, n int) string {
	sum := sha256.Sum256([]byte(kind + "|" + seed))
	h := hex.EncodeToString(sum[:])
	switch kind {
	case "uuid":
		return fmt.Sprintf("%s-%s-4%s-a%s-%s", h[:8], h[8:12], h[12:15], h[15:18], h[18:30])
	case "num":
		return pad(new(big.Int).SetBytes(sum[:]).Text(10), n)
	case "alnum":
		return pad(strings.ToUpper(new(big.Int).SetBytes(sum[:]).Text(36)), n)
	default:
		return h[:min(n, len(h))]
	}
}

// pad takes the last n characters, the first of which is never a zero.
func pad(s string, n int) string {
	s = strings.Repeat("7", max(0, n-len(s))) + s
	s = s[len(s)-n:]
	if strings.HasPrefix(s, "0") {
		s = "1" + s[1:]
	}
	return s
}
