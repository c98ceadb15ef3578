package langhost_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/riglet/riglet/internal/engine/enginetest"
	"github.com/riglet/riglet/internal/langhost"
)

// program writes a module with a main package that needs nothing but the standard library.
func program(t *testing.T, body string) *pulumirpc.RunRequest {
	t.Helper()
	dir := t.TempDir()
	enginetest.Write(t, filepath.Join(dir, "go.mod"), "module example.com/program\n\ngo 1.26\n")
	enginetest.Write(t, filepath.Join(dir, "main.go"), "package main\n\nimport \"os\"\n\nfunc main() {\n"+body+"\n}\n")
	return &pulumirpc.RunRequest{
		Project: "mine", Stack: "dev", Organization: "organization", Pwd: dir,
		Config: map[string]string{"mine:owner": "acme"}, ConfigSecretKeys: []string{"mine:token"},
		DryRun: true, Parallel: 8, MonitorAddress: "127.0.0.1:1",
		Info: &pulumirpc.ProgramInfo{RootDirectory: dir, ProgramDirectory: dir, EntryPoint: "."},
	}
}

func newHost(t *testing.T) *langhost.Host {
	t.Helper()
	return langhost.New(langhost.Options{Cache: t.TempDir()})
}

func TestHost_Run_tells_the_program_what_to_do(t *testing.T) {
	t.Parallel()
	req := program(t, `os.WriteFile("seen", []byte(os.Getenv("PULUMI_PROJECT")+" "+os.Getenv("PULUMI_STACK")+" "+
		os.Getenv("PULUMI_ORGANIZATION")+" "+os.Getenv("PULUMI_CONFIG")+" "+os.Getenv("PULUMI_CONFIG_SECRET_KEYS")+" "+
		os.Getenv("PULUMI_DRY_RUN")+" "+os.Getenv("PULUMI_PARALLEL")+" "+os.Getenv("PULUMI_MONITOR")+" "+
		os.Getenv("PULUMI_ENGINE")), 0o600)`)
	host := newHost(t)
	_, err := host.Handshake(t.Context(), &pulumirpc.LanguageHandshakeRequest{EngineAddress: "127.0.0.1:2"})
	require.NoError(t, err)

	resp, err := host.Run(t.Context(), req)

	require.NoError(t, err)
	assert.Empty(t, resp.GetError())
	assert.False(t, resp.GetBail())
	assert.Equal(t, `mine dev organization {"mine:owner":"acme"} ["mine:token"] true 8 127.0.0.1:1 127.0.0.1:2`,
		enginetest.Read(t, filepath.Join(req.GetPwd(), "seen")))
}

func TestHost_Run_reports_how_a_program_ended(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body, want string
		bail             bool
	}{
		{"reported its own fault", `os.Exit(32)`, "", true},
		{
			"just ended", `os.Stderr.WriteString("no good\n"); os.Exit(3)`,
			"the program ended with exit status 3\nno good", false,
		},
		{"does not build", `undefined()`, "does not build: exit status 1", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			resp, err := newHost(t).Run(t.Context(), program(t, tt.body+"; _ = os.Args"))
			require.NoError(t, err)
			assert.Equal(t, tt.bail, resp.GetBail())
			assert.Contains(t, resp.GetError(), tt.want)
		})
	}
}

func TestHost_Run_says_that_Go_is_missing(t *testing.T) {
	req := program(t, "_ = os.Args")
	t.Setenv("PATH", t.TempDir())

	resp, err := newHost(t).Run(t.Context(), req)

	require.NoError(t, err)
	assert.Equal(t, langhost.ErrNoGo.Error(), resp.GetError())
}

func TestHost_Cancel_ends_a_program(t *testing.T) {
	t.Parallel()
	req := program(t, `os.WriteFile("started", nil, 0o600); os.Stdin = nil; select {}`)
	req.Info.EntryPoint = ""
	host := newHost(t)
	done := make(chan *pulumirpc.RunResponse, 1)
	go func() {
		resp, _ := host.Run(t.Context(), req)
		done <- resp
	}()

	var resp *pulumirpc.RunResponse
	require.Eventually(t, func() bool {
		_, err := os.Stat(filepath.Join(req.GetPwd(), "started"))
		if err == nil {
			_, _ = host.Cancel(t.Context(), &emptypb.Empty{})
		}
		select {
		case resp = <-done:
			return true
		default:
			return false
		}
	}, testPatience, testPause)
	assert.NotEmpty(t, resp.GetError())
}

func TestMain_is_for_the_engine_only(t *testing.T) {
	t.Parallel()
	err := langhost.Main(t.Context(), nil, &bytes.Buffer{})

	assert.EqualError(t, err, "pulumi-language-go is started by the Pulumi CLI: want the address of the engine")
}

// TestExecutable_serves_the_CLI builds the executable and lets the CLI find it, as on a machine with nothing else.
func TestExecutable_serves_the_CLI(t *testing.T) {
	t.Parallel()
	bin, dir := t.TempDir(), filepath.Join("..", "..", "cmd", "riglet", "internal", "cli", "testdata", "program")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", bin, "../../cmd/pulumi-language-go")
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	toy := enginetest.NewToy(t)
	work := t.TempDir()
	program, err := filepath.Abs(dir)
	require.NoError(t, err)
	enginetest.Write(t, filepath.Join(work, "Pulumi.yaml"), "name: program\nruntime: go\nmain: "+program+"\n")
	pulumi := func(args ...string) string {
		cmd := exec.CommandContext(t.Context(), enginetest.CLI(t), append(args, "--non-interactive")...)
		cmd.Dir = work
		cmd.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"),
			"PULUMI_HOME="+filepath.Join(work, "home"), "PULUMI_BACKEND_URL=file://"+work,
			"PULUMI_CONFIG_PASSPHRASE=", "PULUMI_SKIP_UPDATE_CHECK=true", "PULUMI_DEBUG_PROVIDERS="+toy.Providers(),
			"XDG_CACHE_HOME="+os.Getenv("XDG_CACHE_HOME"))
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, string(out))
		return string(out)
	}

	pulumi("stack", "init", "dev")
	text := pulumi("preview", "--stack", "dev")

	assert.Contains(t, text, "toy:shelf:Thing only create")
	assert.Equal(t, 1, strings.Count(text, "2 to create"), text)
}
