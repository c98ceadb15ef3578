package engine_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/riglet/riglet/internal/engine"
)

func TestShortType(t *testing.T) {
	t.Parallel()
	tests := []struct{ give, want string }{
		{"aws:ec2/vpc:Vpc", "ec2/vpc"},
		{"aws:ec2/routeTableAssociation:RouteTableAssociation", "ec2/routeTableAssociation"},
		{"riglet:foundation:Foundation", "foundation"},
		{"my:pkg:Thing", "pkg/thing"},
		{"odd", "odd"},
	}
	for _, tt := range tests {
		t.Run(tt.give, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, engine.ShortType(tt.give))
		})
	}
}

func TestFaultLines(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		give string
		want []string
	}{
		{"one fault", "<{%reset%}>error: boom<{%reset%}>\n", []string{"boom"}},
		{
			"what a program returned",
			"an unhandled error occurred: program failed: \n2 errors occurred:\n\t* a: b\nc: d\n\t* e\n\n",
			[]string{"a: b", "c: d", "e"},
		},
		{"a stack trace is one", "boom\n\tat main.go\n\tat run.go", []string{"boom\n\tat main.go\n\tat run.go"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, engine.FaultLines(tt.give))
		})
	}
}

func TestPlainOutputs_masks_secrets_and_leaves_out_unknowns(t *testing.T) {
	t.Parallel()
	const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
	secret := map[string]any{
		"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "[secret]",
	}

	got := engine.PlainOutputs(map[string]any{
		"plain": "x", "number": 3.0, "unknown": unknown, "within": "arn:" + unknown, "secret": secret,
		"list":   []any{"a", unknown},
		"nested": map[string]any{"known": true, "unknown": unknown, "secret": secret},
		"rows":   []any{map[string]any{"cidr": "10.10.0.0/20", "id": unknown}},
	})

	assert.Equal(t, map[string]any{
		"plain": "x", "number": 3.0, "secret": engine.Secret,
		"nested": map[string]any{"known": true, "secret": engine.Secret},
		"rows":   []any{map[string]any{"cidr": "10.10.0.0/20"}},
	}, got)
}
