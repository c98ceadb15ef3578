package behaviour_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFleet_document_is_valid_for_cloud_init(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("cloud-init", "schema", "--config-file", fleetDocument).CombinedOutput()
	assert.NoError(t, err, "%s", out)
}

func TestFleet_scripts_are_clean_for_shellcheck(t *testing.T) {
	t.Parallel()
	for _, file := range readFleetDocument(t).WriteFiles {
		if !strings.HasPrefix(file.Content, "#!/bin/bash") && !strings.HasPrefix(file.Content, "# shellcheck") {
			continue
		}
		path := filepath.Join(t.TempDir(), "script")
		require.NoError(t, os.WriteFile(path, []byte(file.Content), 0o600))
		out, err := exec.Command("shellcheck", "--severity=style", path).CombinedOutput()
		assert.NoError(t, err, "%s", out)
	}
}

// systemd itself reads the units, under a root of their own.
func TestFleet_units_are_valid_for_systemd(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var units []string
	for _, file := range readFleetDocument(t).WriteFiles {
		path := filepath.Join(dir, filepath.Base(file.Path))
		if strings.HasPrefix(file.Path, "/etc/systemd/system/riglet-fleet") && !strings.HasSuffix(path, ".conf") {
			// The programs are not on this machine, which systemd would find wrong.
			content := strings.ReplaceAll(file.Content, "/usr/local/sbin/riglet-fleet-", "/bin/true riglet-fleet-")
			require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
			units = append(units, path)
		}
	}
	require.Len(t, units, 4)
	out, err := exec.Command("systemd-analyze", append([]string{"verify", "--man=no"}, units...)...).CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.NotContains(t, string(out), "riglet-fleet", "systemd has nothing to say of them")
}

func TestFleet_answers_once_the_health_check_passes(t *testing.T) {
	t.Parallel()
	h := newFleetHost(t)
	h.mustBoot()
	calls := h.read("calls")
	assert.GreaterOrEqual(t, strings.Count(calls, "http://10.20.1.10:8080/health"), 3,
		"of the address that the balancer asks")
	assert.Less(t, strings.LastIndex(calls, "/health"), strings.Index(calls, "complete-lifecycle-action"))
	require.Zero(t, h.run("riglet-fleet-boot", "30").status, "a second run")
	assert.Equal(t, "CONTINUE\n", h.read("launch"))
	assert.Len(t, h.told(), 1, "the second run told nobody")
}

// Metadata, permissions, packages and secrets all arrive late on a new instance.
func TestFleet_waits_for_what_is_late(t *testing.T) {
	t.Parallel()
	for _, late := range []string{
		"api/token", "instance-id", "local-ipv4", "ssm get-parameter", "secretsmanager", "docker pull",
		"start docker.service", "riglet-fleet-app.service", "/health", "lifecycle-action",
	} {
		t.Run(late, func(t *testing.T) {
			t.Parallel()
			h := newFleetHost(t)
			r := h.boot(fleetPlan{Broken: late, Times: 4})
			require.Zero(t, r.status, r.log)
			assert.Equal(t, "CONTINUE\n", h.read("launch"))
			assert.NotEmpty(t, h.read("broken"))
		})
	}
}

func TestFleet_abandons_the_instance_when_for_ever_broken(t *testing.T) {
	t.Parallel()
	for _, broken := range []string{
		"local-ipv4", "ssm get-parameter", "secretsmanager", "docker pull", "start docker.service",
		"start riglet-fleet.target", "start riglet-fleet-app.service", "/health", "docker run", "enable --quiet docker",
	} {
		t.Run(broken, func(t *testing.T) {
			t.Parallel()
			h := newFleetHost(t)
			r := h.boot(fleetPlan{Broken: broken})
			assert.Equal(t, 64, r.status, r.log)
			assert.Equal(t, "ABANDON\n", h.read("launch"), r.log)
			assert.Len(t, h.told(), 1, "told exactly once")
			assert.Less(t, r.took, 20*time.Second)
			assert.NotEmpty(t, h.read("broken"), "the script never called it")
			assert.Contains(t, h.read("events"), "failed with status", "the log group has the reason")
			assert.Equal(t, 64, h.run("riglet-fleet-boot", "3").status, "a second run")
			assert.Len(t, h.told(), 1, "the second run told nobody")
		})
	}
}

func TestFleet_abandons_the_instance_when(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		plan    fleetPlan
		without string
		want    string
	}{
		"the application is not healthy":      {fleetPlan{Unhealthy: true}, "", "the health check gets 500"},
		"a package cannot be had":             {fleetPlan{Broken: "apt-get"}, "docker", "gave up on package docker.io"},
		"the health check fails after a time": {fleetPlan{Broken: "/health"}, "", "the health check gets nothing"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newFleetHost(t)
			if tt.without != "" {
				require.NoError(t, os.Remove(filepath.Join(h.dir, "bin", tt.without)))
			}
			r := h.boot(tt.plan)
			assert.Equal(t, 64, r.status, r.log)
			assert.Equal(t, "ABANDON\n", h.read("launch"))
			assert.Contains(t, r.log, tt.want)
		})
	}
}

// The hook's own timeout abandons an instance that can tell nobody.
func TestFleet_ends_in_time_when_nobody_can_be_told(t *testing.T) {
	t.Parallel()
	for _, broken := range []string{"api/token", "instance-id", "lifecycle-action-result CONTINUE"} {
		t.Run(broken, func(t *testing.T) {
			t.Parallel()
			h := newFleetHost(t)
			r := h.boot(fleetPlan{Broken: broken})
			assert.NotZero(t, r.status, r.log)
			assert.Empty(t, h.read("launch"), "neither is said where the other may have been heard")
			assert.Contains(t, r.log, "gave up on ")
			assert.Less(t, r.took, 20*time.Second)
		})
	}
}

func TestFleet_does_not_depend_on(t *testing.T) {
	t.Parallel()
	for _, broken := range []string{" logs ", "amazon-ssm-", "apt-get", "dpkg", "systemctl status"} {
		t.Run(broken, func(t *testing.T) {
			t.Parallel()
			h := newFleetHost(t)
			r := h.boot(fleetPlan{Broken: broken})
			require.Zero(t, r.status, r.log)
			assert.Equal(t, "CONTINUE\n", h.read("launch"))
		})
	}
}

// Killed at any call and run again, the group is told once and the application runs once.
func TestFleet_is_taken_up_where_it_was_killed(t *testing.T) {
	t.Parallel()
	whole := newFleetHost(t)
	whole.mustBoot()
	for step := 1; step <= len(whole.calls("calls", "")); step += 3 {
		t.Run(strconv.Itoa(step), func(t *testing.T) {
			t.Parallel()
			h := newFleetHost(t)
			h.boot(fleetPlan{KillAt: step})
			r := h.boot(fleetPlan{})
			require.Zero(t, r.status, r.log)
			assert.Equal(t, "CONTINUE\n", h.read("launch"))
		})
	}
}

func TestFleet_keeps_secrets_to_the_application(t *testing.T) {
	t.Parallel()
	h := newFleetHost(t)
	r := h.boot(fleetPlan{})
	require.Zero(t, r.status, r.log)
	assert.Equal(t, fleetCanary, h.application("APP_TOKEN"), "as it is, over several lines")
	assert.Equal(t, "canary-of-one-line", h.application("APP_KEY"))
	assert.Equal(t, `it's "$HOME" \ #1`, h.application("APP_QUOTED"))
	for _, seen := range []string{
		r.log, h.read("calls"), h.read("events"), h.everything("root/etc"), h.everything("root/var"),
	} {
		assert.NotContains(t, seen, "canary")
		assert.NotContains(t, seen, "second-line")
	}
	for _, path := range []string{"secrets/APP_TOKEN", "secrets/APP_KEY", "environment"} {
		info, err := os.Stat(filepath.Join(h.dir, "root/run/riglet-fleet", path))
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o600), info.Mode().Perm(), path)
	}
}

// told are the answers that the group was given, or refused.
func (h *fleetHost) told() []string {
	var answers []string
	for _, line := range h.calls("calls", "complete-lifecycle-action") {
		if strings.HasPrefix(line, "aws ") {
			answers = append(answers, line)
		}
	}
	return answers
}

// application asks what runs on the host for one of its environment variables.
func (h *fleetHost) application(variable string) string {
	h.t.Helper()
	return h.shell(`ip netns exec "$1" curl --silent --max-time 5 "http://$2/env?$3"`,
		h.prefix+h.namespace(), h.address(), variable)
}

func TestFleet_logs_in_only_to_its_own_registry(t *testing.T) {
	t.Parallel()
	h := newFleetHost(t)
	h.mustBoot()
	login := h.calls("calls", "docker login")
	require.Len(t, login, 1)
	assert.Contains(t, login[0], "--password-stdin 123456789012.dkr.ecr.eu-central-1.amazonaws.com")
	assert.NoDirExists(t, filepath.Join(h.dir, "root/run/riglet-fleet/docker"), "the password is gone")
}

func TestFleet_sends_what_its_programs_said(t *testing.T) {
	t.Parallel()
	h := newFleetHost(t)
	h.mustBoot()
	var batch struct {
		LogGroupName, LogStreamName string
		LogEvents                   []struct{ Message string }
	}
	require.NoError(t, json.Unmarshal([]byte(h.read("events")), &batch))
	assert.Equal(t, "/acme/shop/integration/app", batch.LogGroupName)
	assert.Equal(t, "riglet-fleet-boot/"+newInstance, batch.LogStreamName)
	assert.Contains(t, batch.LogEvents[len(batch.LogEvents)-1].Message, "told the group: CONTINUE")
}
