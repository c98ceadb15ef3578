package behaviour_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	backup  = "riglet-couchdb-backup"
	restore = "riglet-couchdb-restore"
	target  = "/root/restored"
)

// filled is a host with databases, indexes and files of awkward names and sizes.
func filled(t *testing.T) *box {
	t.Helper()
	b := newDatabase(t)
	for i := range 5 {
		b.curl("--request", "PUT", fmt.Sprintf("%s/db%d", couchdbURL, i))
		b.curl("--request", "PUT", "--data", strings.Repeat("document ", 1000*i), fmt.Sprintf("%s/db%d/x", couchdbURL, i))
	}
	b.in("bash", "-c", `cd /srv/couchdb/data/shards && : >empty && head -c 12M /dev/urandom >large.couch &&
		touch 'with space' $'new\nline' && ln large.couch linked.couch && chown -R 5984:5984 .`)
	return b
}

// sums are those of every file below a folder's data and settings, with owner and mode.
func (b *box) sums(folder string) string {
	b.t.Helper()
	return b.in("bash", "-c", `cd "$1" && find data etc -print0 | sort -z | xargs -0 stat --format '%n %U %a %F' &&
		find data etc -type f -print0 | sort -z | xargs -0 sha256sum`, "sums", folder)
}

var backupID = regexp.MustCompile(`backup ([0-9TZ]+): `)

// mustBackUp returns the backup's id. Ids are of one second each.
func (b *box) mustBackUp() string {
	b.t.Helper()
	b.in("sleep", "1")
	r := b.mustRun(backup)
	found := backupID.FindStringSubmatch(r.log)
	require.NotNil(b.t, found, r.log)
	return found[1]
}

func (b *box) mustRestore(words ...string) result {
	b.t.Helper()
	b.in("bash", "-c", "rm -rf "+target+" && mkdir "+target)
	return b.mustRun(append([]string{restore}, words...)...)
}

// object is a request to the bucket past the AWS CLI, which takes its time to start.
func (b *box) object(key string, args ...string) {
	b.t.Helper()
	b.in(append([]string{
		"curl", "--silent", "--show-error", "--fail", "--header", "Authorization: Credential=OF-THE-ROLE/",
		cloudURL + "/acme-shop-integration-couchdb/couchdb/" + key,
	}, args...)...)
}

func TestCouchDB_backup_comes_back_byte_for_byte(t *testing.T) {
	t.Parallel()
	b := filled(t)
	want := b.sums("/srv/couchdb")
	id := b.mustBackUp()
	b.curl("--request", "PUT", couchdbURL+"/later")
	r := b.mustRestore("latest", target)
	assert.Contains(t, r.log, "restored "+id)
	assert.Equal(t, want, b.sums(target))
	r = b.mustRestore(id[:4]+"-"+id[4:6]+"-"+id[6:8], target)
	assert.Contains(t, r.log, "restored "+id)
	assert.Equal(t, want, b.sums(target))
	assert.NotContains(t, b.read("requests"), "DELETE", "the host deletes nothing in the bucket")
	b.in("bash", "-c", "test ! -e /srv/couchdb/.backup && test ! -e "+target+"/.restore")
}

func TestCouchDB_backup_copies_indexes_before_databases(t *testing.T) {
	t.Parallel()
	b := filled(t)
	b.mustBackUp()
	copies := b.calls("cp --archive --reflink=always ")
	require.Len(t, copies, 4)
	assert.Contains(t, copies[0], "/data/.shards ")
	assert.Contains(t, copies[1], "/data/_dbs.couch ", "then the list of databases")
	var stored []string
	for line := range strings.Lines(b.read("requests")) {
		if strings.HasPrefix(line, "PUT ") || strings.Contains(line, "uploadId=") && strings.HasPrefix(line, "POST") {
			stored = append(stored, line)
		}
	}
	assert.Contains(t, stored[len(stored)-1], "/manifest", "without which it is no backup")
}

// Whatever an interrupted backup has left in the bucket, the newest complete one is the one from
// before, and the next run succeeds.
func TestCouchDB_interrupted_backup_is_never_restored(t *testing.T) {
	t.Parallel()
	b := filled(t)
	want := b.sums("/srv/couchdb")
	first := b.mustBackUp()
	b.curl("--request", "PUT", couchdbURL+"/later")
	calls := b.calls("")
	published := slices.IndexFunc(calls, func(line string) bool {
		return strings.HasPrefix(line, "aws ") && strings.Contains(line, "/manifest")
	})
	require.Positive(t, published)
	for _, broken := range []string{"/databases.tar", "/manifest"} {
		b.in("sleep", "1")
		r := b.runFor("1", fault{Broken: broken}, backup)
		require.NotZero(t, r.status)
	}
	for at := published - 3; at > 0; at -= 13 {
		b.in("sleep", "1")
		r := b.run(fault{KillAt: at}, backup)
		require.Equal(t, -1, r.status, r.log)
	}
	r := b.mustRestore("latest", target)
	assert.Contains(t, r.log, "is incomplete: it has no manifest")
	assert.Contains(t, r.log, "restored "+first)
	assert.Equal(t, want, b.sums(target))
	next := b.mustBackUp()
	assert.Contains(t, b.mustRestore("latest", target).log, "restored "+next)
}

func TestCouchDB_corrupt_backup_is_refused(t *testing.T) {
	t.Parallel()
	b := filled(t)
	want := b.sums("/srv/couchdb")
	first := b.mustBackUp()
	second := b.mustBackUp()
	for _, damage := range []struct{ object, script, said string }{
		{"databases.tar", `printf X | dd of=/tmp/o bs=1 seek=5000000 conv=notrunc status=none`, "databases.tar: want "},
		{"indexes.tar", `truncate --size=-512 /tmp/o`, "indexes.tar: want "},
		{"manifest", `sed -i 's/^files .*/files 1/' /tmp/o`, "the manifest is not as it was written"},
		{"manifest", `: >/tmp/o`, "the manifest is not as it was written"},
	} {
		key := second + "/" + damage.object
		b.object(key, "--output", "/tmp/good")
		b.in("bash", "-c", "cp /tmp/good /tmp/o && "+damage.script)
		b.object(key, "--upload-file", "/tmp/o")
		b.in("bash", "-c", "rm -rf "+target+" && mkdir "+target)
		r := b.run(fault{}, restore, "latest", target)
		assert.Equal(t, 65, r.status, r.log)
		assert.Contains(t, r.log, "backup "+second+" is corrupt: "+damage.said)
		assert.Contains(t, r.log, "nothing was restored; the next older one is ")
		assert.Empty(t, b.in("ls", "-A", target), "nothing was left")
		b.object(key, "--upload-file", "/tmp/good")
	}
	b.object(second+"/manifest", "--upload-file", "/etc/hostname")
	r := b.mustRestore("--or-older", "latest", target)
	assert.Contains(t, r.log, "restored "+first)
	assert.Equal(t, want, b.sums(target))
}

// What was acknowledged before the backup began is in it, whatever is written meanwhile.
func TestCouchDB_backup_under_load_has_what_was_acknowledged(t *testing.T) {
	t.Parallel()
	b := filled(t)
	b.curl("--request", "PUT", "--data", "acknowledged", couchdbURL+"/db1/before")
	b.in("bash", "-c", `nohup bash -c 'while :; do echo more >>/srv/couchdb/data/shards/busy.couch; done' &>/dev/null &`)
	b.mustBackUp()
	b.mustRestore("latest", target)
	assert.Contains(t, b.in("cat", target+"/data/shards/00000000-ffffffff/db1.1700000000.couch"), "acknowledged")
	b.in("test", "-s", target+"/data/shards/busy.couch")
}

func TestCouchDB_backups_do_not_overlap(t *testing.T) {
	t.Parallel()
	b := filled(t)
	b.in("bash", "-c", "nohup flock /run/riglet-couchdb/lock sleep 60 &>/dev/null &")
	r := b.run(fault{}, backup)
	assert.Equal(t, 75, r.status)
	assert.Contains(t, r.log, "another backup or restore is under way")
}

func TestCouchDB_restore_refuses(t *testing.T) {
	t.Parallel()
	b := filled(t)
	id := b.mustBackUp()
	b.in("mkdir", "-p", target)
	tests := []struct {
		words  []string
		status int
		said   string
	}{
		{[]string{"latest"}, 64, "/srv/couchdb/data: want nothing there: restore to a fresh volume"},
		{[]string{"latest", "/nowhere"}, 64, "/nowhere: want a folder"},
		{[]string{"yesterday", target}, 64, "usage: "},
		{[]string{"--from", "s3://acme", "latest", target}, 64, "usage: "},
		{[]string{"2001-01-01", target}, 66, "has no complete backup"},
		{[]string{"--from", "s3://acme-shop-production-couchdb/couchdb", "latest", target}, 66, "has no complete backup"},
	}
	for _, tt := range tests {
		r := b.run(fault{}, append([]string{restore}, tt.words...)...)
		assert.Equal(t, tt.status, r.status, r.log)
		assert.Contains(t, r.log, tt.said)
	}
	b.setting("NODE_NAME", "couchdb.other.internal")
	r := b.run(fault{}, restore, "latest", target)
	assert.Equal(t, 64, r.status, r.log)
	assert.Contains(t, r.log, "backup "+id+" is of node couchdb.shop.internal: want a host of that name")
	assert.Empty(t, b.in("ls", "-A", target))
}

// A new environment starts from another one's backup, once, and lets its own administrator in.
func TestCouchDB_new_volume_is_filled_before_the_first_start(t *testing.T) {
	t.Parallel()
	b := newBox(t)
	b.mustRun(boot)
	b.setting("BACKUP_BUCKET", "acme-shop-production-couchdb")
	b.curl("--request", "PUT", couchdbURL+"/orders")
	b.mustBackUp()
	b.run(fault{}, "systemctl", "stop", "riglet-couchdb.service")
	b.in("bash", "-c", `umount -l /run/opt-couchdb/etc/local.d /run/opt-couchdb/data &&
		rm -rf /srv/couchdb/data /srv/couchdb/etc`)
	b.setting("BACKUP_BUCKET", "acme-shop-integration-couchdb")
	b.setting("RESTORE_FROM", "s3://acme-shop-production-couchdb/couchdb/latest")
	b.write("secret", `{"username": "admin", "password": "of-this-environment"}`)
	killed := b.run(fault{Broken: "mv /srv/couchdb/.restore/data"}, boot)
	require.NotZero(t, killed.status)
	b.in("rm", "-rf", "/srv/couchdb/etc")
	r := b.mustRun(boot)
	assert.Contains(t, r.log, "filling the volume from s3://acme-shop-production-couchdb/couchdb/latest")
	databases := b.in("curl", "--silent", "--fail", "--user", "admin:of-this-environment", couchdbURL+"/_all_dbs")
	assert.Contains(t, databases, "orders")
	assert.NotContains(t, b.mustRun(boot).log, "filling", "a volume with data is left as it is")
}
