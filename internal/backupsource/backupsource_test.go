package backupsource_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/backupsource"
	"github.com/riglet/riglet/internal/check"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		give string
		want backupsource.Source
	}{
		{"s3://acme-backups/couchdb/latest", backupsource.Source{Bucket: "acme-backups", Prefix: "couchdb"}},
		{"s3://a.b-c/x/y/20260131T020000Z", backupsource.Source{Bucket: "a.b-c", Prefix: "x/y"}},
	}
	for _, tt := range tests {
		f := check.New("restoreFrom")
		backupsource.Check(f, tt.give)
		require.NoError(t, f.Err())
		assert.Equal(t, tt.want, backupsource.Parse(tt.give))
	}
	assert.Equal(t, "arn:aws:s3:::acme-backups", backupsource.Parse(tests[0].give).ARN())
}

func TestCheck_refuses(t *testing.T) {
	t.Parallel()
	for _, give := range []string{
		"", "latest", "acme-backups", "s3://acme-backups", "s3://acme-backups/latest", "s3://Acme/couchdb/latest",
		"s3://acme-backups/couchdb/", "s3://acme-backups/couchdb/yesterday", "s3://acme-backups/../couchdb/latest",
		"s3://acme-backups/couchdb/20260131", "https://acme-backups/couchdb/latest", "s3://acme-backups/a b/latest",
		"s3://acme-backups/$(id)/latest", "s3://acme-backups/couchdb/latest\n",
	} {
		f := check.New("restoreFrom")
		backupsource.Check(f, give)
		assert.ErrorContains(t, f.Err(), "restoreFrom: want "+backupsource.Want, "%q", give)
	}
}
