package config

import (
	"embed"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strings"
	"unicode"
)

// sources are where the fields are documented: their comments are the descriptions of the keys.
//
//go:embed types.go cluster.go couchdb.go services.go rolling.go
var sources embed.FS

// comments are the descriptions of fields, by type and field: "Network.Zones".
type comments map[string]string

func readComments() (comments, error) {
	files, err := sources.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("stacks/config: %w", err)
	}
	all := comments{}
	for _, file := range files {
		if err := all.readFile(file.Name()); err != nil {
			return nil, fmt.Errorf("stacks/config: %w", err)
		}
	}
	return all, nil
}

func (c comments) readFile(name string) error {
	source, err := sources.ReadFile(name)
	if err != nil {
		return err
	}
	file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ParseComments)
	if err != nil {
		return err
	}
	ast.Inspect(file, func(node ast.Node) bool {
		if declared, ok := node.(*ast.TypeSpec); ok {
			c.read(declared)
		}
		return true
	})
	return nil
}

func (c comments) read(declared *ast.TypeSpec) {
	record, ok := declared.Type.(*ast.StructType)
	if !ok {
		return
	}
	for _, f := range record.Fields.List {
		for _, name := range f.Names {
			c[declared.Name.Name+"."+name.Name] = describeKey(name.Name, f.Doc.Text())
		}
	}
}

// of is the description of a field of the struct t.
func (c comments) of(t reflect.Type, f field) string { return c[t.Name()+"."+f.name] }

// describeKey turns the comment of a field into a sentence about its key: "X is how long" into "How long".
func describeKey(name, comment string) string {
	sentence := strings.Join(strings.Fields(comment), " ")
	for _, verb := range []string{" is ", " are "} {
		if rest, ok := strings.CutPrefix(sentence, name+verb); ok {
			letters := []rune(rest)
			return string(unicode.ToUpper(letters[0])) + string(letters[1:])
		}
	}
	return sentence
}
