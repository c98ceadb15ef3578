// Package naming makes names that AWS takes: `<owner>-<project>-<env>-<role>`, cut to the limit of each
// type in a way that is the same at every run and still tells two long names apart.
package naming

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// Kind is a sort of name that AWS limits.
type Kind string

// The kinds of names that riglet makes.
const (
	LoadBalancer    Kind = "load balancer"
	TargetGroup     Kind = "target group"
	Role            Kind = "role"
	Topic           Kind = "topic"
	LogGroup        Kind = "log group"
	Alarm           Kind = "alarm"
	LaunchTemplate  Kind = "launch template"
	AutoScaling     Kind = "auto scaling group"
	InstanceProfile Kind = "instance profile"
	Cluster         Kind = "cluster"
	EventRule       Kind = "event rule"
	// AutoScalingPrefix begins a group's name: 26 characters that AWS has not seen follow, and what is named after
	// the group keeps to the same 255 with a word in front.
	AutoScalingPrefix Kind = "auto scaling prefix"
	// BucketPrefix begins a bucket's name, which is unique in the world: S3's own random part follows.
	BucketPrefix Kind = "bucket prefix"
	Repository   Kind = "repository"
	Parameter    Kind = "parameter"
	ImageBuilder Kind = "image builder resource"
	// MachineImage begins the name of an image, which the time of its build ends.
	MachineImage Kind = "machine image"
	TagValue     Kind = "tag value"
	// Pulumi is a logical name: Pulumi sets no limit, so none is applied.
	Pulumi Kind = "logical name"
)

// limits are in characters, from the API reference of each type. A load balancer's and a target group's 32 are
// the ones that bite: owner, project and environment alone often fill them.
var limits = map[Kind]int{
	LoadBalancer:    32,
	TargetGroup:     32,
	Role:            64,
	Topic:           256,
	LogGroup:        512,
	Alarm:           255,
	LaunchTemplate:  128,
	AutoScaling:     255,
	InstanceProfile: 128,
	Cluster:         255,
	EventRule:       64,
	// 255 less the 27 that follow, and room for the word.
	AutoScalingPrefix: 200,
	BucketPrefix:      36,
	Repository:        256,
	Parameter:         1011,
	ImageBuilder:      126,
	MachineImage:      90,
	TagValue:          256,
}

// hashLength is how many hex digits tell two cut names apart: 6 give one clash in 4,096 names on average.
const hashLength = 6

// Limit is the most characters that a name of this kind may have; 0 is no limit.
func Limit(kind Kind) int { return limits[kind] }

// Join puts the parts that are not empty together with hyphens.
func Join(parts ...string) string {
	kept := make([]string, 0, len(parts))
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "-")
}

// Fit joins the parts and cuts the name to the limit of its kind. A cut name ends in a hash of the whole name,
// so that it never changes between runs and two long names that begin alike stay apart.
func Fit(kind Kind, parts ...string) string {
	return Cut(Join(parts...), limits[kind])
}

// Cut shortens name to limit characters, ending in a hash of the whole name. A limit of 0 cuts nothing.
func Cut(name string, limit int) string {
	if limit <= 0 || len(name) <= limit {
		return name
	}
	sum := sha256.Sum256([]byte(name))
	hash := hex.EncodeToString(sum[:])[:min(hashLength, limit)]
	head := strings.TrimRight(name[:max(0, limit-len(hash)-1)], "-")
	return Join(head, hash)
}
