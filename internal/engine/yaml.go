package engine

import "gopkg.in/yaml.v3"

// rootMapping returns the mapping at the top of a document, which it makes if the document is empty.
func rootMapping(document *yaml.Node) *yaml.Node {
	if len(document.Content) == 0 || document.Content[0].Kind != yaml.MappingNode {
		document.Kind = yaml.DocumentNode
		document.Content = []*yaml.Node{{Kind: yaml.MappingNode}}
	}
	return document.Content[0]
}

// child returns the mapping under key, which it makes if there is none.
func child(mapping *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key && mapping.Content[i+1].Kind == yaml.MappingNode {
			return mapping.Content[i+1]
		}
	}
	remove(mapping, key)
	made := &yaml.Node{Kind: yaml.MappingNode}
	mapping.Content = append(mapping.Content, text(key), made)
	return made
}

func scalar(mapping *yaml.Node, key string) string {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return mapping.Content[i+1].Value
		}
	}
	return ""
}

func put(mapping *yaml.Node, key, value string) {
	mapping.Content = append(mapping.Content, text(key), text(value))
}

func remove(mapping *yaml.Node, key string) bool {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			mapping.Content = append(mapping.Content[:i], mapping.Content[i+2:]...)
			return true
		}
	}
	return false
}

func text(value string) *yaml.Node {
	node := &yaml.Node{}
	node.SetString(value)
	return node
}
