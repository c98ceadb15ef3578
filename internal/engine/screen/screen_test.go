package screen_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/engine"
	"github.com/riglet/riglet/internal/engine/screen"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

const (
	network = "urn:network"
	ingress = "urn:ingress"
)

func component(urn, kind, name string, op engine.Op) engine.Step {
	return engine.Step{URN: urn, Type: kind, Name: name, Op: op, Component: true, Done: true}
}

func resource(parent, kind, name string, op engine.Op) engine.Step {
	return engine.Step{URN: "urn:" + name, Type: kind, Name: name, Op: op, Parent: parent, Done: true}
}

const (
	vpcType    = "aws:ec2/vpc:Vpc"
	subnetType = "aws:ec2/subnet:Subnet"
	tableType  = "aws:ec2/routeTable:RouteTable"
	albType    = "aws:lb/loadBalancer:LoadBalancer"
)

// plan is an environment to which op happens.
func plan(op engine.Op) []engine.Step {
	vpc := resource(network, vpcType, "network-vpc", op)
	below := resource(vpc.URN, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "network-closed", op)
	return []engine.Step{
		component(network, "riglet:foundation:Foundation", "network", op),
		vpc, below,
		resource(network, subnetType, "network-public-us-west-2a", op),
		resource(network, subnetType, "network-public-us-west-2b", op),
		resource(network, subnetType, "network-app-us-west-2a", op),
		resource(network, subnetType, "network-app-us-west-2b", op),
		resource(network, tableType, "network-private-us-west-2a", op),
		resource(network, tableType, "network-private-us-west-2b", op),
		component(ingress, "riglet:ingress:Ingress", "ingress", op),
		resource(ingress, albType, "ingress-balancer", op),
	}
}

func counts(op engine.Op, n int) map[engine.Op]int { return map[engine.Op]int{op: n} }

func outputs() map[string]any {
	return map[string]any{
		"network": map[string]any{
			"cidr": "10.10.0.0/16", "vpcId": "vpc-0a1b2c3d4e5f60718",
			"subnets": []any{
				map[string]any{"tier": "public", "zone": "us-west-2b", "cidr": "10.10.16.0/20"},
				map[string]any{"tier": "public", "zone": "us-west-2a", "cidr": "10.10.0.0/20"},
				map[string]any{"tier": "db", "zone": "us-west-2a", "cidr": "10.10.192.0/24"},
			},
		},
		"ingress": map[string]any{"url": "http://acme.example.com", "ports": []any{80.0, 443.0}},
		"account": 123456789012.0,
		"token":   engine.Secret,
	}
}

func TestStyle_Result(t *testing.T) {
	t.Parallel()
	changed := plan(engine.OpSame)
	changed[1].Op, changed[3].Op, changed[10].Op = engine.OpUpdate, engine.OpReplace, engine.OpDelete
	broken := plan(engine.OpCreate)[:4]
	broken[3].Failed = true
	tests := []struct {
		name  string
		style screen.Style
		give  engine.Result
	}{
		{"preview", screen.Style{}, engine.Result{
			OK: true, Operation: engine.Preview, Resources: plan(engine.OpCreate), Outputs: outputs(),
			Counts: counts(engine.OpCreate, 9), DurationMS: 870,
			Notes: []string{"Pulumi.dev.yaml: no aws:region, using us-west-2"},
		}},
		{"preview_nothing", screen.Style{}, engine.Result{
			OK: true, Operation: engine.Preview, Resources: plan(engine.OpSame), Counts: counts(engine.OpSame, 9),
		}},
		{"up_changed", screen.Style{}, engine.Result{
			OK: true, Operation: engine.Up, Resources: changed, DurationMS: 63_000,
			Counts: map[engine.Op]int{
				engine.OpUpdate: 1, engine.OpReplace: 1, engine.OpDelete: 1, engine.OpSame: 6,
			},
			Warnings: []string{"no certificate: the balancer listens on plain HTTP", "two\nlines"},
		}},
		{"up_failed", screen.Style{}, engine.Result{
			Operation: engine.Up, Resources: broken, Counts: counts(engine.OpCreate, 2), DurationMS: 1200,
		}},
		{"destroy", screen.Style{}, engine.Result{
			OK: true, Operation: engine.Destroy, Resources: plan(engine.OpDelete), Outputs: outputs(),
			Counts: counts(engine.OpDelete, 9), DurationMS: 3200,
		}},
		{"destroy_nothing", screen.Style{}, engine.Result{OK: true, Operation: engine.Destroy}},
		{"outputs", screen.Style{}, engine.Result{OK: true, Operation: engine.Outputs, Outputs: outputs()}},
		{"outputs_none", screen.Style{}, engine.Result{
			OK: true, Operation: engine.Outputs, Environment: "staging",
		}},
		{"narrow_color", screen.Style{Width: 40, Color: true}, engine.Result{
			OK: true, Operation: engine.Up, Resources: changed, Counts: counts(engine.OpUpdate, 1),
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			golden(t, tt.name, tt.style.Result(tt.give))
		})
	}
}

func TestStyle_Progress(t *testing.T) {
	t.Parallel()
	created := resource("", vpcType, "network-vpc", engine.OpCreate)
	created.Duration = 140 * time.Millisecond
	refused := created
	refused.Failed = true
	running := created
	running.Done = false
	tests := []struct {
		name  string
		style screen.Style
		give  engine.Step
		want  string
	}{
		{
			"a created resource",
			screen.Style{},
			created,
			"  +  ec2/vpc                             network-vpc                               created     0.1s",
		},
		{
			"a refused resource",
			screen.Style{},
			refused,
			"  !  ec2/vpc                             network-vpc                               failed      0.1s",
		},
		{
			"on a narrow terminal",
			screen.Style{Width: 64},
			created,
			"  +  ec2/vpc                             net…  created     0.1s",
		},
		{"one that runs", screen.Style{}, running, ""},
		{"a component", screen.Style{}, component(network, "riglet:x:X", "x", engine.OpCreate), ""},
		{"an unchanged resource", screen.Style{}, resource("", vpcType, "x", engine.OpSame), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, tt.style.Progress(tt.give))
		})
	}
}

func TestStyle_Counter_fits_the_terminal(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "  up: 12 done, 3 running, 1.5s",
		screen.Style{}.Counter(engine.Up, 12, 3, 1500*time.Millisecond))
	assert.Equal(t, "  up: 12 …", screen.Style{Width: 10}.Counter(engine.Up, 12, 3, time.Second))
}

func TestStyle_Overview(t *testing.T) {
	t.Parallel()
	golden(t, "overview", screen.Style{}.Overview([]engine.Result{
		{
			Environment: "integration", OK: true, Operation: engine.Up,
			Counts: counts(engine.OpCreate, 47), DurationMS: 3200,
		},
		{Environment: "staging", OK: true, Operation: engine.Up, Counts: counts(engine.OpSame, 51), DurationMS: 1200},
		{Environment: "build", Operation: engine.Up, Errors: []string{"a", "b"}, DurationMS: 300},
	}, []string{"production"}))
}

func TestStyle_Faults_print_each_line_as_it_is(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "Pulumi.dev.yaml: a: want b\nec2/vpc x: first\n    second\n", screen.Style{}.Faults(engine.Result{
		Errors: []string{"Pulumi.dev.yaml: a: want b", "ec2/vpc x: first\nsecond"},
	}))
}

func TestStyle_Network_leaves_other_outputs_alone(t *testing.T) {
	t.Parallel()
	for _, give := range []map[string]any{
		{}, {"network": "10.10.0.0/16"}, {"network": map[string]any{"subnets": []any{"x"}}},
	} {
		grid, rest := screen.Style{}.Network(give)
		assert.Empty(t, grid)
		assert.Equal(t, give, rest)
	}
}

func TestStyle_Services_show_their_tasks(t *testing.T) {
	t.Parallel()
	table, rest := screen.Style{}.Services(map[string]any{
		"other": "x",
		"services": map[string]any{
			"twig-api": map[string]any{
				"tasks": 3.0, "scales": "3 to 9", "url": "https://twig-api.example.com", "logGroup": "acme-twig-api",
			},
			"twig":   map[string]any{"tasks": 1.0, "hosts": []any{"twig.example.com", "www.example.com"}},
			"worker": map[string]any{"tasks": 12.0},
		},
	})
	assert.Equal(t, `services
    twig       1 task            twig.example.com
    twig-api   3 tasks, 3 to 9   https://twig-api.example.com
    worker     12 tasks
`, table)
	assert.Equal(t, map[string]any{
		"other": "x",
		"services": map[string]any{
			"twig-api": map[string]any{"url": "https://twig-api.example.com", "logGroup": "acme-twig-api"},
			"twig":     map[string]any{"hosts": []any{"twig.example.com", "www.example.com"}},
			"worker":   map[string]any{},
		},
	}, rest)
}

func TestStyle_Services_leaves_other_outputs_alone(t *testing.T) {
	t.Parallel()
	for _, give := range []map[string]any{
		{}, {"services": "none"}, {"services": map[string]any{}}, {"services": map[string]any{"a": map[string]any{"x": 1.0}}},
	} {
		table, rest := screen.Style{}.Services(give)
		assert.Empty(t, table)
		assert.Equal(t, give, rest)
	}
}
