package config

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/riglet/riglet/internal/check"
)

// referenceHead has its quotes turned, since Go's raw text has no place for backquotes.
const referenceHead = `# Configuration

An environment is a stack, and its 'Pulumi.<environment>.yaml' says what it runs. A section that is left out is
not deployed, unless its keys have defaults of their own. Beside the keys below there is 'aws:region', the region of
everything. Unknown keys are refused, and every fault of a file is reported at once.

Generated from 'stacks/config/types.go'.
`

// Reference is the documentation of every key, in Markdown.
func Reference() (string, error) {
	docs, err := readComments()
	if err != nil {
		return "", err
	}
	var out strings.Builder
	out.WriteString(strings.ReplaceAll(referenceHead, "'", "`"))
	writeSection(&out, docs, "", reflect.TypeFor[Config]())
	return out.String(), nil
}

// writeSection writes the table of one section, and then those of the sections in it.
func writeSection(out *strings.Builder, docs comments, path string, t reflect.Type) {
	title := cmp.Or(path, "The file")
	fmt.Fprintf(out, "\n## %s\n\n", title)
	for _, keys := range choicesOf(t) {
		fmt.Fprintf(out, "Exactly one of %s must be given.\n\n", check.List(quoted(keys)))
	}
	out.WriteString("| Key | Meaning | Value | Default |\n|---|---|---|---|\n")
	fields := fieldsOf(t)
	for _, f := range fields {
		key := f.key
		if path == "" {
			key = Namespace + ":" + key
		}
		// Angle brackets would be taken for HTML.
		values := strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(f.values())
		fmt.Fprintf(out, "| `%s` | %s | %s | %s |\n", key, f.meaning(docs.of(t, f)), values, f.defaults())
	}
	for _, f := range fields {
		switch f.kind { //nolint:exhaustive // the rest is in the table above
		case section:
			writeSection(out, docs, join(path, f.key), f.typ)
		case several:
			writeSection(out, docs, join(path, f.key)+".<name>", f.typ.Elem())
		}
	}
}

func (f field) meaning(doc string) string {
	if f.only.key != "" {
		doc += fmt.Sprintf(" Only with `%s: %s`.", f.only.key, f.only.value)
	}
	return doc
}

// values is what a key takes.
func (f field) values() string {
	switch f.kind {
	case section:
		return "section, below"
	case list:
		return strings.Join(nonEmpty("list", f.span(), "each "+f.form.want), ", ")
	case table:
		return "name: number, " + f.span()
	case texts:
		return "name: text"
	case several:
		return "name: section, below"
	case number:
		if f.form != nil && f.form.numbers != nil {
			return fmt.Sprint("one of ", check.List(strings.Fields(strings.Trim(fmt.Sprint(f.form.numbers), "[]"))))
		}
		return f.span()
	case flag:
		return string(flag)
	case text:
		if f.form.texts != nil {
			return check.List(quoted(f.form.texts))
		}
		return f.form.want
	case secret:
		return "secret: " + f.form.want
	}
	return ""
}

// span is the range of a number, or of the length of a list.
func (f field) span() string {
	if f.bounds == nil {
		return ""
	}
	return fmt.Sprintf("%d to %d", f.bounds.low, f.bounds.high)
}

func (f field) defaults() string {
	switch {
	case f.required:
		return "required"
	case f.fallback != "":
		return "`" + f.fallback + "`"
	case f.kind == section && !f.absent && hasDefaults(f.typ):
		return "its defaults"
	default:
		return "none"
	}
}

func hasDefaults(t reflect.Type) bool {
	return slices.ContainsFunc(fieldsOf(t), func(f field) bool { return f.fallback != "" })
}

func quoted(texts []string) []string {
	all := make([]string, len(texts))
	for i, one := range texts {
		all[i] = "`" + one + "`"
	}
	return all
}

func nonEmpty(texts ...string) []string {
	var kept []string
	for _, one := range texts {
		if one != "" {
			kept = append(kept, one)
		}
	}
	return kept
}
