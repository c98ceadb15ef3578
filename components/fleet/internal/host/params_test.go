package host_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/fleet/internal/host"
)

const (
	wantImage  = "container.image: want an image by digest or by a tag other than latest, got "
	wantSecret = "want the name or ARN of an SSM parameter or the ARN of a secret, got "
)

func TestRender_rejects(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*host.Params)
		want   string
	}{
		"an image without a tag": {func(p *host.Params) { p.Container.Image = "acme/shop" }, wantImage + `"acme/shop"`},
		"the latest image": {
			func(p *host.Params) { p.Container.Image = "registry:5000/shop:latest" }, wantImage + `"registry:5000/shop:latest"`,
		},
		"a registry's port for a tag": {
			func(p *host.Params) { p.Container.Image = "registry:5000/shop" }, wantImage + `"registry:5000/shop"`,
		},
		"an image that is an option": {
			func(p *host.Params) { p.Container.Image = "--privileged" }, wantImage + `"--privileged"`,
		},
		"no port": {func(p *host.Params) { p.Container.Port = 0 }, "container.port: want 1 to 65535, got 0"},
		"no time": {func(p *host.Params) { p.Container.StopSeconds = 0 }, "container.stopSeconds: want 1 to 3600, got 0"},
		"a variable that is shell": {
			func(p *host.Params) { p.Container.Environment = map[string]string{"A=B": ""} },
			`container.environment."A=B": want a name of letters, digits and _, got "A=B"`,
		},
		"a value with NUL": {
			func(p *host.Params) { p.Container.Environment = map[string]string{"A": "\x00"} },
			`container.environment.A: want text without NUL, got "\x00"`,
		},
		"a value that would steer Docker": {
			func(p *host.Params) { p.Container.Environment = map[string]string{"DOCKER_HOST": "a\nb"} },
			`container.environment.DOCKER_HOST: want one line, got "a\nb"`,
		},
		"a variable given twice": {
			func(p *host.Params) { p.Container.Environment["APP_KEY"] = "x" },
			`container.environment.APP_KEY: want either a plain value or a secret, got "both"`,
		},
		"a secret in place of its name": {
			func(p *host.Params) { p.Container.Secrets = map[string]string{"A": "hunter2"} },
			"container.secrets.A: " + wantSecret + `"hunter2"`,
		},
		"a word with NUL": {
			func(p *host.Params) { p.Container.Command = []string{"a", "\x00"} },
			`container.command[1]: want text without NUL, got "\x00"`,
		},
		"parts beside a container": {
			func(p *host.Params) { p.Parts = []host.Part{{ContentType: "text/x-shellscript", Body: "x"}} },
			`parts: want none beside a container, got "1"`,
		},
		"a part of another kind": {
			func(p *host.Params) { p.Container, p.Parts = nil, []host.Part{{ContentType: "image/png", Body: "x"}} },
			`parts[0].contentType: want a type such as "text/x-shellscript", got "image/png"`,
		},
		"an empty part": {
			func(p *host.Params) { p.Container, p.Parts = nil, []host.Part{{ContentType: "text/x-shellscript"}} },
			"parts[0].body: want text without NUL, got nothing",
		},
		"a drain of over an hour": {
			func(p *host.Params) { p.DrainSeconds = 3601 }, "drainSeconds: want 0 to 3600, got 3601",
		},
		"a path with a space": {
			func(p *host.Params) { p.HealthPath = "/a b" }, `healthPath: want a path such as "/health", got "/a b"`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := params()
			tt.change(&p)
			got, err := host.Render(p)
			assert.Empty(t, got)
			require.EqualError(t, err, tt.want)
		})
	}
}

func TestRender_takes_images_of_every_usual_form(t *testing.T) {
	t.Parallel()
	for _, image := range []string{
		"nginx:1.27", "acme/shop@sha256:" + strings.Repeat("0", 64), "registry.example.com:5000/acme/shop:1.0",
		"ghcr.io/acme/shop:v1@sha256:" + strings.Repeat("f", 64),
	} {
		p := params()
		p.Container.Image = image
		_, err := host.Render(p)
		require.NoError(t, err)
	}
}

func TestRender_reports_every_fault_at_once(t *testing.T) {
	t.Parallel()
	_, err := host.Render(host.Params{Container: &host.Container{}})
	require.Error(t, err)
	assert.Len(t, strings.Split(err.Error(), "\n"), 9)
}
