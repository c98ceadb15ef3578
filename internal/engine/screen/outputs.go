package screen

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Outputs draws the outputs of a stack as a table with one line per value. Nested values are flattened; values are
// never cut, because they are there to be copied.
func (s Style) Outputs(outputs map[string]any) string {
	rows := flatten("", outputs)
	if len(rows) == 0 {
		return ""
	}
	var keys []string
	for _, row := range rows {
		keys = append(keys, row.key)
	}
	column := widest(keys)
	var out strings.Builder
	out.WriteString(s.paint(bold, "outputs") + "\n")
	for _, row := range rows {
		out.WriteString("    " + pad(row.key, column) + "  " + row.value + "\n")
	}
	return out.String()
}

type row struct{ key, value string }

func flatten(path string, value any) []row {
	var rows []row
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			rows = append(rows, flatten(join(path, key), value[key])...)
		}
	case []any:
		if plain, ok := inLine(value); ok {
			return []row{{path, plain}}
		}
		for i, item := range value {
			rows = append(rows, flatten(fmt.Sprintf("%s[%d]", path, i), item)...)
		}
	default:
		rows = []row{{path, scalar(value)}}
	}
	return rows
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// inLine joins a list of plain values; a list that holds others is drawn line by line.
func inLine(list []any) (string, bool) {
	var texts []string
	for _, item := range list {
		switch item.(type) {
		case map[string]any, []any:
			return "", false
		}
		texts = append(texts, scalar(item))
	}
	return strings.Join(texts, ", "), true
}

// scalar writes numbers as JSON does (an account number is not 1.2e+11) and keeps a text on its line.
func scalar(value any) string {
	switch value := value.(type) {
	case string:
		return strings.ReplaceAll(value, "\n", `\n`)
	case nil:
		return "-"
	case float64:
		return strings.TrimSuffix(fmt.Sprintf("%f", value), ".000000")
	}
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(data)
}
