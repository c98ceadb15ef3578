package screen

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// servicesOutput is the name of the output that is drawn as a table.
const servicesOutput = "services"

// Services draws the output "services" with one line for each: how many tasks it has and where it answers. It returns
// the outputs that are left. The table is empty if there is no such output.
func (s Style) Services(outputs map[string]any) (string, map[string]any) {
	services, _ := outputs[servicesOutput].(map[string]any)
	names := slices.Sorted(maps.Keys(services))
	left := map[string]any{}
	var counts, addresses []string
	for _, name := range names {
		service, _ := services[name].(map[string]any)
		count := countOf(service)
		if count == "" {
			return "", outputs
		}
		counts, addresses = append(counts, count), append(addresses, addressOf(service))
		rest := maps.Clone(service)
		delete(rest, "tasks")
		delete(rest, "scales")
		left[name] = rest
	}
	if len(names) == 0 {
		return "", outputs
	}
	var out strings.Builder
	out.WriteString(s.paint(bold, servicesOutput) + "\n")
	for i, name := range names {
		out.WriteString(gridLine(pad(name, widest(names)), []string{counts[i], addresses[i]}, []int{widest(counts), 0}))
	}
	rest := maps.Clone(outputs)
	rest[servicesOutput] = left
	return out.String(), rest
}

// countOf is how many tasks a service has, and between what that changes with the load.
func countOf(service map[string]any) string {
	tasks, ok := service["tasks"].(float64)
	if !ok {
		return ""
	}
	text := fmt.Sprintf("%.0f tasks", tasks)
	if tasks == 1 {
		text = "1 task"
	}
	if scales, ok := service["scales"].(string); ok {
		text += ", " + scales
	}
	return text
}

// addressOf is where a service answers: its URL, or as long as that is not known, the first of its names.
func addressOf(service map[string]any) string {
	if url, known := service["url"].(string); known {
		return url
	}
	hosts, _ := service["hosts"].([]any)
	if len(hosts) == 0 {
		return ""
	}
	host, _ := hosts[0].(string)
	return host
}
