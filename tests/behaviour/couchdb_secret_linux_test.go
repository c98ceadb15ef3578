package behaviour_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// startEngine starts Debian's own Docker engine on the host and gives it an image of the server,
// made from one static file: no registry can be reached from a test.
func (b *box) startEngine() {
	b.t.Helper()
	log, err := os.Create(filepath.Join(b.dir, "lab/dockerd.log"))
	require.NoError(b.t, err)
	engine := b.inside(context.Background(), "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "dockerd",
		"--data-root", "/run/docker-data", "--exec-root", "/run/docker-exec", "--log-level", "warn")
	engine.Stdout, engine.Stderr = log, log
	require.NoError(b.t, engine.Start())
	b.t.Cleanup(func() { b.off(); _ = engine.Wait() })
	require.Eventually(b.t, func() bool {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		return b.inside(ctx, "/usr/bin/docker", "version").Run() == nil
	}, 30*time.Second, 200*time.Millisecond)
	image := b.in("bash", "-c", `mkdir -p /run/image/opt/couchdb/etc/local.d /run/image/opt/couchdb/data &&
		cp /lab/couchdb /run/image/couchdb && chmod -R 755 /run/image && tar -C /run/image -c . |
		/usr/bin/docker import --change 'ENTRYPOINT ["/couchdb"]' -`)
	b.setting("IMAGE", image)
}

// The real engine runs what the host asks it to: user, mounts, ports, and logs to CloudWatch.
func TestCouchDB_runs_in_the_real_engine(t *testing.T) {
	t.Parallel()
	b := newBox(t)
	// The test's CloudWatch; and as many files as any test machine allows.
	b.in("sed", "-i", "s|--log-opt mode=non-blocking|& --log-opt awslogs-endpoint="+cloudURL+"|;"+
		"s/65536:65536/1024:1024/", "/usr/local/sbin/riglet-couchdb-run")
	b.startEngine()
	b.write("refuse", "2 CreateLogStream") // CloudWatch comes late, and nobody waits for it
	r := b.run(fault{Docker: true}, boot)
	require.Zero(t, r.status, r.log)
	b.curl("--request", "PUT", couchdbURL+"/orders")
	assert.Contains(t, b.curl(couchdbURL+"/_all_dbs"), "orders")
	inspected := b.in("/usr/bin/docker", "inspect", "couchdb")
	assert.NotContains(t, inspected, "canary")
	assert.Contains(t, inspected, `"User": "5984:5984"`)
	assert.Contains(t, inspected, `"no-new-privileges"`)
	assert.Contains(t, inspected, `"HostIp": "10.10.160.10"`)
	listening := b.in("bash", "-c", "ss -Hltn | awk '{print $4}' | grep -v 169.254.169.254 | sort -u")
	assert.Equal(t, "10.10.160.10:5984", listening, "nothing else is open: no epmd, no Erlang, no Docker")
	assert.Eventually(t, func() bool {
		return strings.Contains(b.read("events"), "node couchdb@couchdb.shop.internal is up")
	}, 20*time.Second, 200*time.Millisecond, "the log is in CloudWatch")
	b.in("bash", "-c", "echo kept >"+marker)
	again := b.run(fault{Docker: true}, boot)
	require.Zero(t, again.status, again.log)
	assert.Equal(t, "kept", b.in("cat", marker))
}

func TestCouchDB_password_is_nowhere(t *testing.T) {
	t.Parallel()
	document, err := os.ReadFile(couchdbDocument)
	require.NoError(t, err)
	assert.NotContains(t, string(document), "canary")
	b := newBox(t)
	b.write("secret", `{"username": "admin", "password": "canary-of-this-test"}`)
	ctx, stop := context.WithCancel(context.Background())
	seen := sampleOf(ctx, "canary-of-this-test")
	r := b.mustRun(boot)
	report := b.mustRun("riglet-couchdb-report")
	saved := b.mustRun(backup)
	stop()
	assert.Empty(t, <-seen, "on a command line or in an environment")
	for _, text := range []string{r.log, report.log, saved.log, b.read("calls"), b.read("unit.log"), b.read("events")} {
		assert.NotContains(t, text, "canary-of-this-test")
	}
	assert.Empty(t, b.in("bash", "-c", `grep -rlF canary-of-this-test /run /srv || true`), "in a file, after the boot")
	assert.Empty(t, b.command("bash", "-c", `grep -rlF canary-of-this-test "$1" || true`, "grep", b.dir+"/disk/upper"))
	readable := b.in("find", "/srv/couchdb", "/run/riglet-couchdb", "/var/lib/riglet-couchdb",
		"-maxdepth", "0", "-perm", "/077")
	assert.Empty(t, readable, "open to others")
	assert.Equal(t, "600", b.in("stat", "--format", "%a", "/srv/couchdb/etc/10-riglet.ini"))
	assert.Equal(t, "400", b.in("stat", "--format", "%a", "/var/lib/riglet-couchdb/cookie"))
}

// sampleOf looks for a text at every process until it is told to end.
func sampleOf(ctx context.Context, text string) <-chan string {
	found := make(chan string, 1)
	go func() {
		seen := ""
		for ctx.Err() == nil {
			seen += holders(text)
			time.Sleep(2 * time.Millisecond)
		}
		found <- seen
	}()
	return found
}

// holders are the processes with a text on their command line or in their environment.
func holders(text string) string {
	found := ""
	paths, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range paths {
		for _, file := range []string{path, filepath.Dir(path) + "/environ"} {
			if content, err := os.ReadFile(file); err == nil && strings.Contains(string(content), text) {
				found += strings.ReplaceAll(string(content), "\x00", " ") + "\n"
			}
		}
	}
	return found
}

func TestCouchDB_refuses_a_secret_without_showing_it(t *testing.T) {
	t.Parallel()
	for _, secret := range []string{
		`canary`, `{"username": "canary"}`, `{"username": "canary\nx = y", "password": "canary-canary"}`,
		`{"username": "admin", "password": "canary"}`, `{"username": "admin", "password": "canary-canary\n[admins]"}`,
	} {
		b := newBox(t)
		b.write("secret", secret)
		r := b.runFor("1", fault{}, boot)
		assert.NotZero(t, r.status)
		assert.Contains(t, r.log, "want ")
		assert.NotContains(t, r.log, "canary")
		b.off()
	}
}

func TestCouchDB_report_sends_metrics_and_log(t *testing.T) {
	t.Parallel()
	b := newDatabase(t)
	entry := func(cursor, message string) string {
		encoded, err := json.Marshal(map[string]string{
			"__CURSOR": cursor, "__REALTIME_TIMESTAMP": "1790000000000000", "MESSAGE": message,
		})
		require.NoError(t, err)
		return string(encoded) + "\n"
	}
	b.write("entries", entry("c1", "first \"line\"")+
		`{"__CURSOR":"c2","__REALTIME_TIMESTAMP":"1790000001000000","MESSAGE":[104,105,255]}`+"\n")
	b.write("refuse", "1 PutLogEvents")
	r := b.run(fault{}, "riglet-couchdb-report")
	b.t.Log(r.log, b.read("metrics"))
	b.mustBackUp()
	b.mustRun("riglet-couchdb-report")
	metrics := b.read("metrics")
	for _, want := range []string{
		"Healthy 1.0 Count", "MemoryUsed ", "RootDiskUsed ", "DiskUsed ", "BackupAge ", "BackupSize 0.0 Bytes",
	} {
		assert.Contains(t, metrics, "riglet/acme-shop-integration/couchdb "+want)
	}
	assert.Regexp(t, `BackupSize [1-9][0-9]+\.0 Bytes`, metrics)
	for line := range strings.Lines(metrics) {
		assert.True(t, strings.HasSuffix(line, " VolumeId="+couchdbVolume+"\n"), line)
	}
	events := b.read("events")
	assert.Equal(t, 1, strings.Count(events, `first \"line\"`), "sent once, though the first time was refused: %s", events)
	assert.Contains(t, events, `"logStreamName": "host/`+couchdbVolume+`"`)
	b.write("unit", "")
	b.in("bash", "-c", "kill $(pidof couchdb)")
	b.mustRun("riglet-couchdb-report")
	assert.Contains(t, b.read("metrics"), "Healthy 0.0 Count")
}

func TestCouchDB_document_is_valid(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("cloud-init", "schema", "--config-file", couchdbDocument).CombinedOutput()
	require.NoError(t, err, "%s", out)
	b := newBox(t)
	programs := b.in("bash", "-c", "ls /usr/local/sbin/riglet-couchdb-* /usr/local/lib/riglet-couchdb/*")
	for _, file := range strings.Fields(programs) {
		if strings.HasPrefix(b.in("head", "-n", "1", file), "#!/usr/bin/python3") {
			b.in("python3", "-c", "import ast, sys; ast.parse(open(sys.argv[1]).read())", file)
		} else {
			b.in("shellcheck", "--severity=style", file)
		}
	}
	b.in("bash", "-c", `mkdir -p /etc/systemd/system/riglet-couchdb-backup.timer.d &&
		printf '[Timer]\nOnCalendar=*-*-* 02:00:00 UTC\n' >/etc/systemd/system/riglet-couchdb-backup.timer.d/hour.conf &&
		systemd-analyze verify --man=no /etc/systemd/system/riglet-couchdb*.{service,timer}`)
	b.in("python3", "-m", "json.tool", "/etc/docker/daemon.json")
}
