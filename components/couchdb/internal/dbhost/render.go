package dbhost

import (
	"embed"
	"strconv"

	"github.com/riglet/riglet/internal/userdata"
)

const (
	// MaxBytes is what EC2 accepts as user data, before base64.
	MaxBytes = userdata.MaxBytes
	// Port is where CouchDB listens, on the fixed address alone.
	Port = 5984
	// DataPath is where the data volume is mounted.
	DataPath = "/srv/couchdb"
	// UnitPrefix is what the names of the host's systemd units begin with.
	UnitPrefix = "riglet-couchdb"
)

// The metrics that the host sends every five minutes, in Params.MetricNamespace. Each has one
// dimension, MetricDimension, so that an alarm goes on when the host is replaced.
const (
	// MetricDimension is the name of the dimension. Its value is Params.VolumeID.
	MetricDimension = "VolumeId"
	// MetricBackupAge is the time since the newest verified backup began, or since the volume was
	// first used where there is none yet. Unit: Seconds.
	MetricBackupAge = "BackupAge"
	// MetricBackupSize is the size of the newest verified backup, zero where there is none yet. Unit: Bytes.
	MetricBackupSize = "BackupSize"
	// MetricDiskUsed is the used share of the data volume. Unit: Percent.
	MetricDiskUsed = "DiskUsed"
	// MetricRootDiskUsed is the used share of the root volume. Unit: Percent.
	MetricRootDiskUsed = "RootDiskUsed"
	// MetricMemoryUsed is the share of the memory that no process could get. Unit: Percent.
	MetricMemoryUsed = "MemoryUsed"
	// MetricHealthy is 1 while CouchDB answers on its fixed address, else 0. Unit: Count.
	MetricHealthy = "Healthy"
	// MetricPeriodSeconds is the time between two values of each metric.
	MetricPeriodSeconds = 300
)

//go:embed files
var files embed.FS

const (
	programs = "/usr/local/sbin/"
	helpers  = "/usr/local/lib/riglet-couchdb/"
	units    = "/etc/systemd/system/"
)

// written lists what the document writes: the embedded file, its path and its permissions.
var written = []struct{ name, path, mode string }{
	{"common.sh", helpers + "common.sh", "0644"},
	{"admin.py", helpers + "admin", "0755"},
	{"digest.py", helpers + "digest", "0755"},
	{"journal.py", helpers + "journal", "0755"},
	{"host.sh", programs + "riglet-couchdb-host", "0755"},
	{"run.sh", programs + "riglet-couchdb-run", "0755"},
	{"backup.sh", programs + "riglet-couchdb-backup", "0755"},
	{"restore.sh", programs + "riglet-couchdb-restore", "0755"},
	{"report.sh", programs + "riglet-couchdb-report", "0755"},
	{"riglet-couchdb-host.service", units + "riglet-couchdb-host.service", "0644"},
	{"riglet-couchdb.service", units + "riglet-couchdb.service", "0644"},
	{"riglet-couchdb-backup.service", units + "riglet-couchdb-backup.service", "0644"},
	{"riglet-couchdb-backup.timer", units + "riglet-couchdb-backup.timer", "0644"},
	{"riglet-couchdb-report.service", units + "riglet-couchdb-report.service", "0644"},
	{"riglet-couchdb-report.timer", units + "riglet-couchdb-report.timer", "0644"},
	{"daemon.json", "/etc/docker/daemon.json", "0644"},
	{"preferences", "/etc/apt/preferences.d/90riglet-couchdb", "0644"},
	{"apt.conf", "/etc/apt/apt.conf.d/90riglet-couchdb", "0644"},
	{"journald.conf", "/etc/systemd/journald.conf.d/90-riglet-couchdb.conf", "0644"},
}

// Render returns the user data of a CouchDB host, not yet in base64: hand it on as
// UserDataBase64, because a document over [MaxBytes] is compressed and no longer text. The same
// parameters always give the same document.
func Render(p Params) (string, error) {
	if err := p.validate(); err != nil {
		return "", err
	}
	config, err := document(p)
	if err != nil {
		return "", err
	}
	return userdata.Fit(config.String(), "give shorter names")
}

// document writes its files at every boot, not only at the first: what changes in the user data
// reaches a host that was stopped for it and started again.
func document(p Params) (userdata.Config, error) {
	var config userdata.Config
	for _, w := range written {
		file, err := userdata.Embedded(files, "files/"+w.name, w.path, w.mode)
		if err != nil {
			return config, err
		}
		config.Files = append(config.Files, file)
	}
	config.Files = append(config.Files, userdata.File{Path: "/etc/riglet-couchdb/env", Mode: "0644", Content: env(p)})
	config.EveryBoot = [][]string{
		{"cloud-init", "single", "--name", "write-files", "--frequency", "always"},
		{"systemctl", "daemon-reload"},
	}
	config.Commands = [][]string{
		{"systemctl", "daemon-reload"},
		{"systemctl", "try-restart", "systemd-journald.service"},
		{"systemctl", "enable", "--now", "riglet-couchdb-host.service"},
	}
	return config, nil
}

// env is the only part of the document that values go into.
func env(p Params) string {
	return userdata.Env(
		userdata.Setting{Name: "REGION", Value: p.Region},
		userdata.Setting{Name: "VOLUME_ID", Value: p.VolumeID},
		userdata.Setting{Name: "PRIVATE_IP", Value: p.PrivateIP},
		userdata.Setting{Name: "NODE_NAME", Value: p.NodeName},
		userdata.Setting{Name: "SECRET_ID", Value: p.SecretID},
		userdata.Setting{Name: "IMAGE", Value: p.ImageDigest},
		userdata.Setting{Name: "BACKUP_BUCKET", Value: p.BackupBucket},
		userdata.Setting{Name: "BACKUP_PREFIX", Value: p.BackupPrefix},
		userdata.Setting{Name: "BACKUP_HOUR", Value: strconv.Itoa(p.BackupHourUTC)},
		userdata.Setting{Name: "RESTORE_FROM", Value: p.RestoreFrom},
		userdata.Setting{Name: "LOG_GROUP", Value: p.LogGroup},
		userdata.Setting{Name: "METRIC_NAMESPACE", Value: p.MetricNamespace},
	)
}
