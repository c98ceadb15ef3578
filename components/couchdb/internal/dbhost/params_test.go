package dbhost_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/components/couchdb/internal/dbhost"
)

const (
	wantRegion = "region: want a region such as eu-central-1, got "
	wantVolume = `volumeID: want "vol-" and 8 or 17 hexadecimal digits, got `
	wantIP     = "privateIP: want a private IPv4 address such as 10.10.0.10, got "
	wantNode   = "nodeName: want a domain name such as app.example.com, got "
	wantSecret = "secretID: want the name or ARN of a secret, got "
	wantImage  = `imageDigest: want an image by digest such as "docker.io/library/couchdb@sha256:" ` +
		"and 64 hexadecimal digits, got "
	wantBucket    = "backupBucket: want the name of a bucket, got "
	wantPrefix    = "backupPrefix: want 1 to 200 of letters, digits, . - _ and single / in between, got "
	wantHour      = "backupHourUTC: want 0 to 23, got "
	wantRestore   = "restoreFrom: want s3://bucket/prefix/ and a backup such as 20260131T020000Z or latest, got "
	wantGroup     = "logGroup: want 1 to 512 of letters, digits, . - _ / #, got "
	wantNamespace = "metricNamespace: want 1 to 255 of letters, digits, . - _ / # :, not beginning with AWS/ or :, got "
)

func TestRender_rejects(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*dbhost.Params)
		want   string
	}{
		"a zone in place of a region": {
			func(p *dbhost.Params) { p.Region = "eu-central-1a" }, wantRegion + `"eu-central-1a"`,
		},
		"shell in the region": {func(p *dbhost.Params) { p.Region = "$(reboot)" }, wantRegion + `"$(reboot)"`},
		"another resource's id": {
			func(p *dbhost.Params) { p.VolumeID = "snap-01234567" }, wantVolume + `"snap-01234567"`,
		},
		"a volume of the wrong length": {
			func(p *dbhost.Params) { p.VolumeID = "vol-0123456789" }, wantVolume + `"vol-0123456789"`,
		},
		"a volume with a newline": {
			func(p *dbhost.Params) { p.VolumeID = "vol-01234567\n" }, wantVolume + `"vol-01234567\n"`,
		},
		"a public address":        {func(p *dbhost.Params) { p.PrivateIP = "203.0.113.10" }, wantIP + `"203.0.113.10"`},
		"every address":           {func(p *dbhost.Params) { p.PrivateIP = "0.0.0.0" }, wantIP + `"0.0.0.0"`},
		"an IPv6 address":         {func(p *dbhost.Params) { p.PrivateIP = "fd00::1" }, wantIP + `"fd00::1"`},
		"an address for a name":   {func(p *dbhost.Params) { p.NodeName = "10.10.0.10" }, wantNode + `"10.10.0.10"`},
		"a name without a domain": {func(p *dbhost.Params) { p.NodeName = "couchdb" }, wantNode + `"couchdb"`},
		"a name longer than Linux takes": {
			func(p *dbhost.Params) { p.NodeName = strings.Repeat("x", 60) + ".internal" },
			`nodeName: want at most 63 characters, got "` + strings.Repeat("x", 60) + `.internal"`,
		},
		"a secret with a space": {func(p *dbhost.Params) { p.SecretID = "a b" }, wantSecret + `"a b"`},
		"an image by tag": {
			func(p *dbhost.Params) { p.ImageDigest = "docker.io/library/couchdb:3" },
			wantImage + `"docker.io/library/couchdb:3"`,
		},
		"an image without a registry": {
			func(p *dbhost.Params) { p.ImageDigest = "couchdb@sha256:" + strings.Repeat("0", 64) },
			wantImage + `"couchdb@sha256:` + strings.Repeat("0", 64) + `"`,
		},
		"a digest that is too short": {
			func(p *dbhost.Params) { p.ImageDigest = "docker.io/couchdb@sha256:0" },
			wantImage + `"docker.io/couchdb@sha256:0"`,
		},
		"a bucket with upper case":  {func(p *dbhost.Params) { p.BackupBucket = "Acme" }, wantBucket + `"Acme"`},
		"no prefix":                 {func(p *dbhost.Params) { p.BackupPrefix = "" }, wantPrefix + "nothing"},
		"a prefix that ends in /":   {func(p *dbhost.Params) { p.BackupPrefix = "a/" }, wantPrefix + `"a/"`},
		"a prefix that steps up":    {func(p *dbhost.Params) { p.BackupPrefix = "a/../b" }, wantPrefix + `"a/../b"`},
		"an hour before midnight":   {func(p *dbhost.Params) { p.BackupHourUTC = -1 }, wantHour + "-1"},
		"an hour after the day":     {func(p *dbhost.Params) { p.BackupHourUTC = 24 }, wantHour + "24"},
		"a backup without a prefix": {setRestore("s3://acme/latest"), wantRestore + `"s3://acme/latest"`},
		"a backup by its day":       {setRestore("s3://acme/x/2026-01-31"), wantRestore + `"s3://acme/x/2026-01-31"`},
		"a backup over HTTPS":       {setRestore("https://acme/x/latest"), wantRestore + `"https://acme/x/latest"`},
		"a backup that steps up":    {setRestore("s3://acme/../latest"), wantRestore + `"s3://acme/../latest"`},
		"a log group with a star":   {func(p *dbhost.Params) { p.LogGroup = "*" }, wantGroup + `"*"`},
		"a namespace of AWS's own":  {func(p *dbhost.Params) { p.MetricNamespace = "AWS/EC2" }, wantNamespace + `"AWS/EC2"`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := params()
			tt.change(&p)
			got, err := dbhost.Render(p)
			assert.Empty(t, got)
			require.EqualError(t, err, tt.want)
		})
	}
}

func setRestore(from string) func(*dbhost.Params) {
	return func(p *dbhost.Params) { p.RestoreFrom = from }
}

func TestRender_reports_every_fault_at_once(t *testing.T) {
	t.Parallel()
	_, err := dbhost.Render(dbhost.Params{BackupHourUTC: 99, RestoreFrom: "x"})
	require.EqualError(t, err, strings.Join([]string{
		wantRegion + "nothing", wantVolume + "nothing", wantIP + "nothing", wantNode + "nothing", wantSecret + "nothing",
		wantImage + "nothing", wantBucket + "nothing", wantPrefix + "nothing", wantHour + "99", wantRestore + `"x"`,
		wantGroup + "nothing", wantNamespace + "nothing",
	}, "\n"))
}

func TestRender_takes_both_kinds_of_backup(t *testing.T) {
	t.Parallel()
	for _, from := range []string{"s3://acme-shop/couchdb/latest", "s3://acme-shop/a/b.c/20260131T020000Z"} {
		p := params()
		p.RestoreFrom = from
		_, err := dbhost.Render(p)
		require.NoError(t, err)
	}
}
