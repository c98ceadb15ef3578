package check_test

import (
	"errors"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/check"
)

type color string

func TestWant(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		give any
		want string
	}{
		{"nothing", nil, "nothing"},
		{"empty text", "", "nothing"},
		{"text", "a b", `"a b"`},
		{"text of two lines", "a\nb", `"a\nb"`},
		{"long text", strings.Repeat("é", 81), `"` + strings.Repeat("é", 80) + `"... (81 characters)`},
		{"a number", 7, "7"},
		{"something with a text of its own", netip.MustParsePrefix("10.0.0.0/8"), "10.0.0.0/8"},
		{"an error", errors.New("no such file"), "no such file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := check.New("key")
			f.Want("something else", tt.give)
			assert.EqualError(t, f.Err(), "key: want something else, got "+tt.want)
		})
	}
}

func TestFaults_paths(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		give check.Faults
		want string
	}{
		{"root", check.New(""), ""},
		{"first key", check.New("").At("riglet:network"), "riglet:network"},
		{"deeper", check.New("network").At("zones").Index(1), "network.zones[1]"},
		{"empty key", check.New("tags").At(""), `tags.""`},
		{"key with a line break", check.New("tags").At("a\nb"), `tags."a\nb"`},
		{"key with a space", check.New("tags").At("a b"), `tags."a b"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, tt.give.Path())
		})
	}
}

func TestFaults_shareOneList(t *testing.T) {
	t.Parallel()
	f := check.New("network")
	require.NoError(t, f.Err())
	f.At("zones").Range(1, 2, 6)
	f.Add(check.Fault{Want: "a region", Got: "nothing"})
	f.At("nat").Given("", "a mode")
	require.EqualError(t, f.Err(), "network.zones: want 2 to 6, got 1\nwant a region, got nothing\n"+
		"network.nat: want a mode, got nothing")
	assert.Len(t, f.List(), 3)

	var fault check.Fault
	require.ErrorAs(t, f.Err(), &fault)
	assert.Equal(t, check.Fault{Path: "network.zones", Want: "2 to 6", Got: "1"}, fault)
}

func TestList(t *testing.T) {
	t.Parallel()
	assert.Empty(t, check.List([]string{}))
	assert.Equal(t, "red", check.List([]color{"red"}))
	assert.Equal(t, "red or blue", check.List([]color{"red", "blue"}))
	assert.Equal(t, "red, green or blue", check.List([]color{"red", "green", "blue"}))
}

func TestRules(t *testing.T) {
	t.Parallel()
	const email = "key: want an e-mail address such as ops@example.com, got "
	const domain = "key: want a domain name such as app.example.com, got "
	const cidr = "want an IPv4 network such as 203.0.113.0/24, got "
	label := strings.Repeat("a", 63)
	tests := []struct {
		name string
		give func(check.Faults)
		want string
	}{
		{"lowest", func(f check.Faults) { f.Range(2, 2, 6) }, ""},
		{"highest", func(f check.Faults) { f.Range(6, 2, 6) }, ""},
		{"too low", func(f check.Faults) { f.Range(1, 2, 6) }, "key: want 2 to 6, got 1"},
		{"too high", func(f check.Faults) { f.Range(7, 2, 6) }, "key: want 2 to 6, got 7"},
		{"one of", func(f check.Faults) { check.OneOf(f, "red", color("red"), "blue") }, ""},
		{
			"none of", func(f check.Faults) { check.OneOf(f, "pink", color("red"), "blue") },
			`key: want one of red or blue, got "pink"`,
		},
		{"given", func(f check.Faults) { f.Given("x", "a name") }, ""},
		{"not given", func(f check.Faults) { f.Given("", "a name") }, "key: want a name, got nothing"},
		{"match", func(f check.Faults) { f.Match("abc", regexp.MustCompile("^a"), "an a") }, ""},
		{
			"no match", func(f check.Faults) { f.Match("bc", regexp.MustCompile("^a"), "an a") },
			`key: want an a, got "bc"`,
		},
		{"unique", func(f check.Faults) { f.Unique([]string{"a", "b"}) }, ""},
		{
			"not unique", func(f check.Faults) { f.Unique([]string{"a", "b", "a", "a"}) },
			"key[2]: want each value once, got \"a\"\nkey[3]: want each value once, got \"a\"",
		},
		{"address", func(f check.Faults) { f.Email("night+shift@mail.example.com") }, ""},
		{"address without a domain", func(f check.Faults) { f.Email("ops") }, email + `"ops"`},
		{"address of one label", func(f check.Faults) { f.Email("ops@localhost") }, email + `"ops@localhost"`},
		{
			"address with a name", func(f check.Faults) { f.Email("Ops <ops@example.com>") },
			email + `"Ops <ops@example.com>"`,
		},
		{"domain", func(f check.Faults) { f.Domain("xn--bcher-kva.example.com") }, ""},
		{"longest label", func(f check.Faults) { f.Domain(label + ".com") }, ""},
		{"label too long", func(f check.Faults) { f.Domain("a" + label + ".com") }, domain + `"a` + label + `.com"`},
		{"one label", func(f check.Faults) { f.Domain("com") }, domain + `"com"`},
		{"dot at the end", func(f check.Faults) { f.Domain("example.com.") }, domain + `"example.com."`},
		{"capitals", func(f check.Faults) { f.Domain("Example.com") }, domain + `"Example.com"`},
		{"hyphen first", func(f check.Faults) { f.Domain("-a.com") }, domain + `"-a.com"`},
		{
			"name too long", func(f check.Faults) { f.Domain(strings.Repeat("a.", 126) + "com") },
			domain + `"` + strings.Repeat("a.", 40) + `"... (255 characters)`,
		},
		{"retention", func(f check.Faults) { f.RetentionDays(3653) }, ""},
		{
			"no retention", func(f check.Faults) { f.RetentionDays(31) },
			"key: want one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, " +
				"2557, 2922, 3288, 3653 days, got 31",
		},
		{"networks", func(f check.Faults) { f.CIDRs([]string{"203.0.113.0/24", "0.0.0.0/0"}) }, ""},
		{
			"networks that are none", func(f check.Faults) { f.CIDRs([]string{"203.0.113.1/24", "::/0", "all"}) },
			"key[0]: " + cidr + "\"203.0.113.1/24\"\nkey[1]: " + cidr + "\"::/0\"\nkey[2]: " + cidr + `"all"`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := check.New("key")
			tt.give(f)
			assert.Equal(t, tt.want, errorText(f.Err()))
		})
	}
}

func TestRetentionPeriods_areACopy(t *testing.T) {
	t.Parallel()
	check.RetentionPeriods()[0] = 99
	assert.Equal(t, 1, check.RetentionPeriods()[0])
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
