// Package backupsource reads where a backup is restored from: "s3://bucket/prefix/20260131T020000Z", or latest in
// place of the time that it was begun at.
package backupsource

import (
	"regexp"
	"strings"

	"github.com/riglet/riglet/internal/check"
)

// Pattern is the form of a source, for whoever describes it elsewhere.
const Pattern = `^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9_.-]+)+/(latest|[0-9]{8}T[0-9]{6}Z)$`

// Want is the form in words.
const Want = "a backup such as s3://bucket/couchdb/latest or s3://bucket/couchdb/20260131T020000Z"

var pattern = regexp.MustCompile(Pattern)

// Source is a backup in a bucket.
type Source struct {
	// Bucket is the name of the bucket, Prefix what the keys of all its backups begin with, without a slash at the end.
	Bucket, Prefix string
}

// Check records a fault unless text names a backup.
func Check(f check.Faults, text string) {
	if !pattern.MatchString(text) || strings.Contains(text, "/../") || strings.Contains(text, "/./") {
		f.Want(Want, text)
	}
}

// Parse reads a source that Check finds nothing wrong with.
func Parse(text string) Source {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(text, "s3://"), "/")
	return Source{Bucket: bucket, Prefix: key[:max(0, strings.LastIndex(key, "/"))]}
}

// ARN is the bucket's.
func (s Source) ARN() string { return "arn:aws:s3:::" + s.Bucket }
