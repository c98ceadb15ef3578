package behaviour_test

import (
	"testing"
	"time"
)

// BenchmarkCouchDB backs 10,000 files of 2 GB up and restores them. The same bytes in one file, sent
// and fetched by the same client, are what the transfer alone takes.
func BenchmarkCouchDB(b *testing.B) {
	for range b.N {
		host := newBoxOf(b, "5G")
		host.mustRun(boot)
		host.in("bash", "-c", `cd /srv/couchdb/data/shards &&
			head -c 2G /dev/urandom | split --bytes 214748 --suffix-length 5 - f`)
		up := took(func() { host.shellIn(`cat f* | ` + rawCopy + ` - ` + couchdbBucket + `/raw`) })
		down := took(func() { host.shellIn(rawCopy + ` ` + couchdbBucket + `/raw - >/dev/null`) })
		saved := took(func() { host.mustBackUp() })
		host.in("mkdir", "/srv/couchdb/restored")
		restored := took(func() { host.mustRun(restore, "latest", "/srv/couchdb/restored") })
		b.ReportMetric(up.Seconds(), "raw-upload-s")
		b.ReportMetric(down.Seconds(), "raw-download-s")
		b.ReportMetric(saved.Seconds(), "backup-s")
		b.ReportMetric(restored.Seconds(), "restore-s")
		b.ReportMetric(100*(1-(up+down).Seconds()/saved.Seconds()), "backup-%-outside-transfer")
		b.ReportMetric(100*(1-down.Seconds()/restored.Seconds()), "restore-%-outside-transfer")
		host.off()
	}
}

const rawCopy = `/usr/bin/aws --region eu-central-1 --endpoint-url ` + cloudURL + ` s3 cp --only-show-errors`

func (b *box) shellIn(script string) {
	b.t.Helper()
	b.in("bash", "-c", "cd /srv/couchdb/data/shards && "+script)
}

func took(work func()) time.Duration {
	start := time.Now()
	work()
	return time.Since(start)
}
