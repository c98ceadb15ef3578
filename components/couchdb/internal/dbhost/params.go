package dbhost

import (
	"net/netip"
	"regexp"
	"strings"

	"github.com/riglet/riglet/internal/check"
)

// Params are the values of one CouchDB host. None of them is secret.
type Params struct {
	// Region is the AWS region that the host and its bucket are in.
	Region string
	// VolumeID is the data volume. The host finds it by this id, whatever name the kernel gives it.
	VolumeID string
	// PrivateIP is the fixed address that CouchDB is published on, and on no other.
	PrivateIP string
	// NodeName is the host's name in the private zone, "couchdb.<project>.internal". CouchDB keeps
	// it in its data: a backup is restored only where the name is the same.
	NodeName string
	// SecretID is the name or ARN of the secret with the administrator: {"username", "password"}.
	SecretID string
	// ImageDigest is the image of CouchDB 3, by digest, in a registry that asks for no login.
	ImageDigest string
	// BackupBucket takes the backups, below BackupPrefix.
	BackupBucket, BackupPrefix string
	// BackupHourUTC is the full hour at which the nightly backup begins. 0 to 23.
	BackupHourUTC int
	// RestoreFrom fills a blank volume before the first start: s3://bucket/prefix/<backup id> or
	// s3://bucket/prefix/latest. Empty starts with an empty database. A volume with data is left as it is.
	RestoreFrom string
	// LogGroup takes the logs of CouchDB and of the host's own units.
	LogGroup string
	// MetricNamespace takes the metrics, whose names are the Metric constants.
	MetricNamespace string
}

// The forms that AWS itself accepts, less what nobody needs in a name.
const (
	bucketName = `[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]`
	keyPrefix  = `[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*`
	nameOrARN  = `(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:)?`
	registry   = `[a-z0-9][a-z0-9.-]*(:[0-9]{1,5})?`
)

var (
	regionForm    = regexp.MustCompile(`^[a-z]{2}(-[a-z]+){1,3}-[0-9]{1,2}$`)
	volumeForm    = regexp.MustCompile(`^vol-([0-9a-f]{8}|[0-9a-f]{17})$`)
	secretForm    = regexp.MustCompile(`^` + nameOrARN + `[A-Za-z0-9/_+=.@-]{1,512}$`)
	imageForm     = regexp.MustCompile(`^` + registry + `(/[a-z0-9][a-z0-9._-]*)+@sha256:[0-9a-f]{64}$`)
	bucketForm    = regexp.MustCompile(`^` + bucketName + `$`)
	prefixForm    = regexp.MustCompile(`^` + keyPrefix + `$`)
	restoreForm   = regexp.MustCompile(`^s3://` + bucketName + `/(` + keyPrefix + `)/(latest|[0-9]{8}T[0-9]{6}Z)$`)
	groupForm     = regexp.MustCompile(`^[A-Za-z0-9_/.#-]{1,512}$`)
	namespaceForm = regexp.MustCompile(`^[A-Za-z0-9_/.#:-]{1,255}$`)
)

// maxPrefix keeps the longest key far below S3's 1,024 bytes.
const maxPrefix = 200

func (p Params) validate() error {
	f := check.New("")
	f.At("region").Match(p.Region, regionForm, "a region such as eu-central-1")
	f.At("volumeID").Match(p.VolumeID, volumeForm, `"vol-" and 8 or 17 hexadecimal digits`)
	privateAddress(f.At("privateIP"), p.PrivateIP)
	nodeName(f.At("nodeName"), p.NodeName)
	f.At("secretID").Match(p.SecretID, secretForm, "the name or ARN of a secret")
	f.At("imageDigest").Match(p.ImageDigest, imageForm,
		`an image by digest such as "docker.io/library/couchdb@sha256:" and 64 hexadecimal digits`)
	f.At("backupBucket").Match(p.BackupBucket, bucketForm, "the name of a bucket")
	prefix(f.At("backupPrefix"), p.BackupPrefix)
	f.At("backupHourUTC").Range(p.BackupHourUTC, 0, 23)
	restoreSource(f.At("restoreFrom"), p.RestoreFrom)
	f.At("logGroup").Match(p.LogGroup, groupForm, "1 to 512 of letters, digits, . - _ / #")
	namespace(f.At("metricNamespace"), p.MetricNamespace)
	return f.Err()
}

// privateAddress keeps the database off every address that the Internet could route to.
func privateAddress(f check.Faults, v string) {
	address, err := netip.ParseAddr(v)
	if err != nil || !address.Is4() || !address.IsPrivate() {
		f.Want("a private IPv4 address such as 10.10.0.10", v)
	}
}

// nodeName is also the container's host name, for which Linux has 64 bytes with its end.
func nodeName(f check.Faults, v string) {
	const most = 63
	if len(v) > most {
		f.Want("at most 63 characters", v)
		return
	}
	f.Domain(v)
}

func prefix(f check.Faults, v string) {
	if len(v) > maxPrefix || !prefixForm.MatchString(v) || dotted(v) {
		f.Want("1 to 200 of letters, digits, . - _ and single / in between", v)
	}
}

func restoreSource(f check.Faults, v string) {
	if v == "" {
		return
	}
	if found := restoreForm.FindStringSubmatch(v); found == nil || len(found[1]) > maxPrefix || dotted(found[1]) {
		f.Want("s3://bucket/prefix/ and a backup such as 20260131T020000Z or latest", v)
	}
}

// dotted finds what tools on the way might take for a step up in a path.
func dotted(v string) bool {
	for part := range strings.SplitSeq(v, "/") {
		if part == "." || part == ".." {
			return true
		}
	}
	return false
}

func namespace(f check.Faults, v string) {
	if !namespaceForm.MatchString(v) || strings.HasPrefix(v, "AWS/") || strings.HasPrefix(v, ":") {
		f.Want("1 to 255 of letters, digits, . - _ / # :, not beginning with AWS/ or :", v)
	}
}
