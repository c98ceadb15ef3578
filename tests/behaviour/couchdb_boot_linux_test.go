package behaviour_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const marker = "/srv/couchdb/data/shards/marker"

// newDatabase is a host that has booted once and keeps a marker beside its databases.
func newDatabase(t *testing.T) *box {
	t.Helper()
	b := newBox(t)
	b.mustRun(boot)
	b.in("bash", "-c", "echo kept >"+marker)
	return b
}

func (b *box) mustKeep() {
	b.t.Helper()
	assert.Equal(b.t, "kept", b.in("cat", marker))
	assert.Equal(b.t, "_users\n_replicator\n_global_changes", b.curl(couchdbURL+"/_all_dbs"))
}

func (b *box) probe(tag string) string {
	b.t.Helper()
	return b.in("blkid", "--probe", "--output", "value", "--match-tag", tag, b.loop)
}

func TestCouchDB_first_boot_formats_the_volume_and_starts(t *testing.T) {
	t.Parallel()
	b := newBox(t)
	r := b.mustRun(boot)
	assert.Contains(t, r.log, "formatting the blank volume "+couchdbVolume)
	assert.Contains(t, r.log, "ready: CouchDB answers at "+couchdbURL)
	assert.Equal(t, "xfs riglet-couch", b.probe("TYPE")+" "+b.probe("LABEL"))
	assert.Equal(t, "_users\n_replicator\n_global_changes", b.curl(couchdbURL+"/_all_dbs"))
	fstab := b.in("grep", "/srv/couchdb", "/etc/fstab")
	assert.Equal(t, "UUID="+b.probe("UUID")+
		" /srv/couchdb xfs noatime,nodev,nosuid,noexec,nofail,x-systemd.device-timeout=30s 0 0", fstab)
	assert.Equal(t, "OnCalendar=*-*-* 02:00:00 UTC",
		b.in("tail", "-n", "1", "/etc/systemd/system/riglet-couchdb-backup.timer.d/hour.conf"))
	for _, unit := range []string{"riglet-couchdb-backup.timer", "riglet-couchdb-report.timer"} {
		assert.NotEmpty(t, b.calls("systemctl enable --quiet"), unit)
	}
}

func TestCouchDB_second_boot_keeps_everything(t *testing.T) {
	t.Parallel()
	b := newDatabase(t)
	settings := b.in("cat", "/srv/couchdb/etc/10-riglet.ini")
	again := b.mustRun(boot)
	assert.NotContains(t, again.log, "formatting")
	assert.Empty(t, b.calls("systemctl restart riglet-couchdb.service"), "nothing is different, so it runs on")
	b.reboot()
	r := b.mustRun(boot)
	assert.NotContains(t, r.log, "formatting")
	assert.Equal(t, settings, b.in("cat", "/srv/couchdb/etc/10-riglet.ini"))
	b.mustKeep()
}

// Another disk has come first: what was the volume's device is now a stranger's.
func TestCouchDB_finds_its_volume_under_another_device(t *testing.T) {
	t.Parallel()
	b := newDatabase(t)
	b.off()
	stranger := filepath.Join(b.dir, "stranger")
	b.command("truncate", "--size", "400M", stranger)
	first := b.device(stranger)
	b.powerOn()
	require.NotEqual(t, first, b.loop)
	b.mustRun(boot)
	b.mustKeep()
	assert.Empty(t, strings.Trim(b.command("head", "--bytes", "1M", stranger), "\x00"), "the blank stranger stays blank")
}

// A host that replaces another has nothing but the volume.
func TestCouchDB_new_host_takes_the_volume_over(t *testing.T) {
	t.Parallel()
	old := newDatabase(t)
	old.off()
	b := &box{t: t, dir: boxFolder(t), disk: filepath.Join(old.dir, "volume")}
	b.provide()
	b.powerOn()
	b.install(asWritten)
	b.write("secret", old.read("secret"))
	t.Cleanup(func() { old.detach() })
	r := b.mustRun(boot)
	assert.NotContains(t, r.log, "formatting")
	b.mustKeep()
}

func TestCouchDB_never_formats_what_is_not_blank(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"another file system":        `mkfs.ext4 -q -F "$1"`,
		"its own kind, not its own":  `mkfs.xfs -q -L other "$1"`,
		"swap":                       `mkswap "$1"`,
		"a partition table":          `printf 'label: gpt\n,100M\n' | sfdisk --quiet "$1"`,
		"an encrypted disk":          `printf 'LUKS\272\276\0\2' | dd of="$1" conv=notrunc status=none`,
		"bytes that nobody can read": `printf 'x' | dd of="$1" bs=1 seek=900000 conv=notrunc status=none`,
	}
	for name, script := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBox(t)
			b.command("bash", "-c", script, "make", b.disk)
			before := b.command("sha256sum", b.disk)
			r := b.runFor("2", fault{}, boot)
			assert.Equal(t, 64, r.status, "an operator is needed: %s", r.log)
			assert.Contains(t, r.log, "volume "+couchdbVolume+": want it blank or xfs labelled riglet-couch, got ")
			assert.Empty(t, b.calls("mkfs"))
			b.in("sync")
			assert.Equal(t, before, b.command("sha256sum", b.disk))
		})
	}
}

func TestCouchDB_does_not_take_another_mount_for_its_volume(t *testing.T) {
	t.Parallel()
	b := newBox(t)
	b.in("bash", "-c", "mkdir -p /srv/couchdb && mount -t tmpfs tmpfs /srv/couchdb")
	r := b.runFor("2", fault{}, boot)
	assert.Equal(t, 64, r.status, r.log)
	assert.Contains(t, r.log, "want volume "+couchdbVolume)
}

// Each worker kills every fourth command of the program once it is done, and runs it again.
func TestCouchDB_converges_after_being_killed(t *testing.T) {
	t.Parallel()
	const workers = 4
	for worker := range workers {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			killed := 0
			for at := worker + 1; bootKilledAt(t, at, &killed); at += workers {
			}
			t.Logf("killed %d times", killed)
			assert.Greater(t, killed, 5, "the program has more commands than that")
		})
	}
}

// bootKilledAt boots a new host until its command at a number, then boots again. A volume that was
// formatted before the kill must never be formatted a second time. It says whether there are more:
// of commands that run at the same time one may go uncounted.
func bootKilledAt(t *testing.T, at int, killed *int) bool {
	t.Helper()
	b := newBox(t)
	defer b.off()
	first := b.run(fault{KillAt: at}, boot)
	if first.status == 0 {
		return len(b.calls("")) >= at
	}
	*killed++
	formatted := strings.Contains(b.read("calls"), "\nmkfs.xfs")
	uuid := ""
	if formatted {
		uuid = b.probe("UUID")
	}
	again := b.run(fault{Plain: true}, boot)
	require.Zero(t, again.status, "killed at %d: %s", at, again.log)
	require.Equal(t, "riglet-couch", b.probe("LABEL"), "killed at %d", at)
	if formatted {
		require.Equal(t, uuid, b.probe("UUID"), "formatted again after a kill at %d", at)
	}
	require.Equal(t, "_users\n_replicator\n_global_changes", b.curl(couchdbURL+"/_all_dbs"), "killed at %d", at)
	return true
}

// What comes late on a new host: permissions, the volume, packages, the image.
func TestCouchDB_waits_for(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		refuse string
		fault  fault
		said   string
	}{
		"permissions": {"3 GetSecretValue", fault{}, "waiting 4 s for the secret"},
		"the volume":  {"", fault{Broken: "readlink -e", Times: 3}, "waiting 4 s for volume " + couchdbVolume},
		"packages":    {"", fault{Missing: "mkfs.xfs"}, ""},
		"a locked dpkg": {
			"", fault{Missing: "docker", Broken: "dpkg --configure", Times: 3}, "waiting 4 s for package docker.io",
		},
		"CouchDB": {"", fault{Broken: "/_up", Times: 3}, "waiting 4 s for a healthy CouchDB"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBox(t)
			b.write("refuse", tt.refuse)
			if tt.fault.Missing != "" {
				b.in("rm", "/lab/bin/"+tt.fault.Missing)
			}
			r := b.run(tt.fault, boot)
			require.Zero(t, r.status, r.log)
			assert.Contains(t, r.log, tt.said)
			if tt.fault.Missing != "" {
				assert.NotEmpty(t, b.calls("-o DPkg::Lock::Timeout="))
			}
		})
	}
}

func TestCouchDB_fails_in_time_and_says_why(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"readlink -e": "gave up on volume", "mkfs.xfs": "failed with status", "mount -t xfs": "failed with status",
		"get-secret-value": "gave up on the secret", "docker image inspect": "gave up on the image",
		"systemctl restart riglet-couchdb.service": "failed with status", "/_up": "gave up on a healthy CouchDB",
		"/_all_dbs": "gave up on a guarded CouchDB", "_replicator": "gave up on the system databases",
	}
	for broken, said := range tests {
		t.Run(broken, func(t *testing.T) {
			t.Parallel()
			b := newBox(t)
			f := fault{Broken: broken}
			if broken == "docker image inspect" {
				f.Broken = "docker "
			}
			r := b.runFor("12", f, boot)
			assert.NotZero(t, r.status)
			assert.Contains(t, r.log, said)
			assert.NotContains(t, r.log, "ready:")
			assert.NotEmpty(t, b.calls("start --no-block riglet-couchdb-report.service"), "the log is sent off")
			assert.Less(t, r.took, 40*time.Second)
		})
	}
}

func TestCouchDB_takes_a_new_password_and_starts_anew(t *testing.T) {
	t.Parallel()
	b := newDatabase(t)
	b.write("secret", `{"username": "admin", "password": "another-password"}`)
	b.mustRun(boot)
	assert.NotEmpty(t, b.calls("systemctl restart riglet-couchdb.service"))
	b.in("curl", "--silent", "--fail", "--user", "admin:another-password", couchdbURL+"/_all_dbs")
}
