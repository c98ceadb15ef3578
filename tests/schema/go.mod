// The JSON Schema validator is needed here alone, so that it stays out of the library's own go.mod.
module github.com/riglet/riglet/tests/schema

go 1.26

require (
	github.com/santhosh-tekuri/jsonschema/v6 v6.0.2
	github.com/stretchr/testify v1.12.1
	gopkg.in/yaml.v3 v3.0.1
)

require (
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/text v0.14.0 // indirect
)
