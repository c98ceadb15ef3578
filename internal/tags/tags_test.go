package tags_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/internal/tags"
)

func TestWith_leavesTheSetAsItWas(t *testing.T) {
	t.Parallel()
	set := tags.Set{tags.Owner: "acme"}
	grown := set.With(tags.App, "api")
	assert.Equal(t, tags.Set{tags.Owner: "acme"}, set)
	assert.Equal(t, tags.Set{tags.Owner: "acme", tags.App: "api"}, grown)
	assert.Equal(t, []string{"App", "Owner"}, grown.Keys())
	assert.Equal(t, tags.Set{tags.App: "api"}, tags.Set(nil).With(tags.App, "api"))
}

func TestNamed(t *testing.T) {
	t.Parallel()
	set := tags.Set{tags.Owner: "acme"}
	assert.Equal(t, pulumi.StringMap{"Name": pulumi.String("acme-vpc"), "Owner": pulumi.String("acme")},
		set.Named("acme-vpc"))
	long, ok := set.Named(strings.Repeat("n", 300))["Name"].(pulumi.String)
	assert.True(t, ok)
	assert.Len(t, string(long), 256)
}

func TestCheck(t *testing.T) {
	t.Parallel()
	full := tags.Set{}
	for i := range 48 {
		full[fmt.Sprintf("key%d", i)] = "value"
	}
	long := strings.Repeat("x", 257)
	tests := []struct {
		name string
		give tags.Set
		want string
	}{
		{"nothing", nil, ""},
		{"as many as fit", full, ""},
		{"too many", full.With("one", "more"), "tags.count: want 0 to 48, got 49"},
		{
			"empty key",
			tags.Set{"": "x"},
			`tags."": want a key of 1 to 128 characters that does not begin with aws:, got nothing`,
		},
		{
			"key of AWS",
			tags.Set{"AWS:name": "x"},
			`tags.AWS:name: want a key of 1 to 128 characters that does not begin with aws:, got "AWS:name"`,
		},
		{
			"long value",
			tags.Set{"Group": long},
			`tags.Group: want a value of 256 characters at most, got "` + long[:80] + `"... (257 characters)`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			faults := check.New("tags")
			tt.give.Check(faults)
			var got []string
			for _, err := range faults.List() {
				got = append(got, err.Error())
			}
			assert.Equal(t, tt.want, strings.Join(got, "\n"))
		})
	}
}
