package config

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// FromYAML reads a stack's file the way Pulumi does, but for secrets: they stay encrypted, so that Decode can
// tell that they are there and no more. File is the name for faults.
func FromYAML(file string, document []byte) (Input, error) {
	var stack struct {
		Config map[string]any `yaml:"config"`
	}
	if err := yaml.Unmarshal(document, &stack); err != nil {
		return Input{}, fmt.Errorf("%s: %w", file, err)
	}
	in := Input{File: file, Values: map[string]string{}, Encrypted: true}
	for full, value := range stack.Config {
		space, key, _ := strings.Cut(full, ":")
		// Pulumi's old spelling is riglet:config:owner.
		key = strings.TrimPrefix(key, "config:")
		raw, hidden, err := rawValue(value)
		switch {
		case err != nil:
			return Input{}, fmt.Errorf("%s: %s: %w", file, full, err)
		case space == "aws" && key == "region":
			in.Region = raw
		case space == Namespace:
			in.Values[key] = raw
			if hidden {
				in.Secrets = append(in.Secrets, key)
			}
		}
	}
	slices.Sort(in.Secrets)
	return in, nil
}

// Unknown are the keys of Values that the program does not know, in order.
func (in Input) Unknown() []string {
	return slices.DeleteFunc(keysIn(in.Values), func(key string) bool { return slices.Contains(Keys(), key) })
}

// rawValue is a value as the engine hands it over, and whether any part of it is a secret.
func rawValue(value any) (raw string, hidden bool, err error) {
	value, hidden = plainValue(value)
	if plain, ok := value.(string); ok {
		return plain, hidden, nil
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		return "", hidden, fmt.Errorf("value: %w", err)
	}
	return string(encoded), hidden, nil
}

// plainValue is a value in the types of JSON. Secrets are left out of it.
func plainValue(value any) (plain any, hidden bool) {
	switch v := value.(type) {
	case map[string]any:
		if _, ok := v["secure"].(string); ok && len(v) == 1 {
			return "[secret]", true
		}
		return plainMap(v)
	case map[any]any:
		named := make(map[string]any, len(v))
		for key, one := range v {
			named[fmt.Sprint(key)] = one
		}
		return plainMap(named)
	case []any:
		all := make([]any, len(v))
		for i, one := range v {
			inner := false
			all[i], inner = plainValue(one)
			hidden = hidden || inner
		}
		return all, hidden
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Sprint(v), false
		}
		return v, false
	case time.Time:
		return v.String(), false
	default:
		return v, false
	}
}

func plainMap(m map[string]any) (plain any, hidden bool) {
	all := make(map[string]any, len(m))
	for key, one := range m {
		value, inner := plainValue(one)
		all[key], hidden = value, hidden || inner
	}
	return all, hidden
}
