package config_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/check"
	"github.com/riglet/riglet/stacks/config"
)

// badConfig is a document and every line of what is said about it, without the name of the file.
type badConfig struct {
	name string
	give string
	want []string
}

func badConfigs() []badConfig {
	all := append(badTop(), badNetworks()...)
	all = append(all, badBalancers()...)
	all = append(append(all, badImages()...), badContainers()...)
	return append(append(all, badTraffic()...), badCounts()...)
}

func TestDecode_reportsEveryFault(t *testing.T) {
	t.Parallel()
	for _, tt := range badConfigs() {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg, err := decode(tt.give)
			require.Error(t, err)
			assert.Equal(t, testFile+": "+strings.Join(tt.want, "\n"+testFile+": "), err.Error())
			assert.Equal(t, config.Config{}, cfg)
		})
	}
}

// A mutation of any of the secrets above would still hold this word.
const hidden = "hunter2"

func TestDecode_neverRepeatsASecret(t *testing.T) {
	t.Parallel()
	for _, tt := range badConfigs() {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := decode(tt.give)
			require.Error(t, err)
			assert.NotContains(t, err.Error(), hidden)
		})
	}
}

func TestDecode_neverRepeatsADecryptedSecret(t *testing.T) {
	t.Parallel()
	values := map[string]string{
		"text":        hidden,
		"plain HTTP":  "http://" + hidden,
		"with a user": "https://" + hidden + "@example.com",
		"unreadable":  "https://%zz" + hidden,
		"section":     `{"cidr":"` + hidden + `","` + hidden + `":1}`,
		"list":        `["` + hidden + `"]`,
	}
	for name, value := range values {
		for _, key := range append(config.Keys(), "unknown") {
			t.Run(key+" with "+name, func(t *testing.T) {
				t.Parallel()
				_, err := decodeSecret(key, value)
				require.Error(t, err)
				assert.NotContains(t, err.Error(), hidden)
			})
		}
	}
}

func TestDecode_checksASecret(t *testing.T) {
	t.Parallel()
	cfg, err := decodeSecret("pagerUrl", "https://events.example.com/integration/"+hidden)
	require.NoError(t, err)
	assert.True(t, bool(cfg.PagerURL))

	_, err = decodeSecret("pagerUrl", hidden)
	assert.EqualError(t, err, "Pulumi.test.yaml: riglet:pagerUrl: want an https:// address, got a secret that is none")
}

func TestDecode_faultsCanBeFound(t *testing.T) {
	t.Parallel()
	_, err := decode(more("balancer: {plainHttp: true, idleTimeoutSeconds: 0}"))
	var fault check.Fault
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, check.Fault{Path: "riglet:network.balancer.idleTimeoutSeconds", Want: "1 to 4000", Got: "0"}, fault)
}

func TestDecode_namesNoFileWithoutOne(t *testing.T) {
	t.Parallel()
	_, err := config.Decode(config.Input{Region: "us-west-2", Values: map[string]string{"owner": "acme"}})
	want := "riglet:project: want 1 to 20 lower-case letters, digits and inner hyphens, a letter first, got nothing"
	assert.EqualError(t, err, want)
}

func TestDecode_cutsLongValues(t *testing.T) {
	t.Parallel()
	_, err := decode(more("balancer: {certificateArn: " + strings.Repeat("x", 1000) + "}"))
	require.Error(t, err)
	assert.Contains(t, err.Error(), `got "`+strings.Repeat("x", 80)+`"... (1000 characters)`)
}

func TestFromYAML_rejects(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, give, want string }{
		{"no YAML", "config: [", "Pulumi.test.yaml: yaml: line 1: did not find expected node content"},
		{
			"a tab", "config:\n\triglet:owner: acme",
			"Pulumi.test.yaml: yaml: line 2: found character that cannot start any token",
		},
		{
			"a list", "config: [a]",
			"Pulumi.test.yaml: yaml: unmarshal errors:\n  line 1: cannot unmarshal !!seq into map[string]interface {}",
		},
		{
			"a key twice", "config:\n  riglet:owner: a\n  riglet:owner: b",
			"Pulumi.test.yaml: yaml: unmarshal errors:\n  line 3: mapping key \"riglet:owner\" already defined at line 2",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := config.FromYAML(testFile, []byte(tt.give))
			assert.EqualError(t, err, tt.want)
		})
	}
}
