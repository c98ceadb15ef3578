package datavolume

import (
	"strings"

	"github.com/riglet/riglet/internal/policy"
)

// snapshotPolicy lets DLM take snapshots of one volume, and delete those that carry the volume's
// tag, which they copy from it.
func snapshotPolicy(volumeARN, tag string) policy.Document {
	snapshots := "arn:aws:ec2:" + arnPart(volumeARN, regionPart) + "::snapshot/*"
	return policy.Document{Statements: []policy.Statement{
		{
			Sid: "TakeSnapshots", Effect: policy.Allow,
			Action:   []string{"ec2:CreateSnapshot"},
			Resource: []string{volumeARN, snapshots},
		},
		{
			// DLM tags a snapshot after it was begun, when nothing tells yet whose it is.
			Sid: "TagSnapshots", Effect: policy.Allow,
			Action: []string{"ec2:CreateTags"}, Resource: []string{snapshots},
		},
		{
			Sid: "DeleteOwnSnapshots", Effect: policy.Allow,
			Action: []string{"ec2:DeleteSnapshot"}, Resource: []string{snapshots},
			Condition: policy.Condition{"StringEquals": {"aws:ResourceTag/" + tagSnapshots: {tag}}},
		},
		{
			// None of these takes a resource: AWS has no narrower permission.
			Sid: "SeeVolumes", Effect: policy.Allow,
			Action:   []string{"ec2:DescribeInstances", "ec2:DescribeSnapshots", "ec2:DescribeVolumes"},
			Resource: []string{"*"},
		},
	}}
}

// The parts of an ARN: arn:partition:service:region:account:resource.
const (
	regionPart  = 3
	accountPart = 4
	arnParts    = 6
)

func accountOf(arn string) string { return arnPart(arn, accountPart) }

func arnPart(arn string, part int) string {
	parts := strings.SplitN(arn, ":", arnParts)
	if len(parts) < arnParts {
		return ""
	}
	return parts[part]
}
