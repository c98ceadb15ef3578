package couchdb

import (
	"strings"

	"github.com/riglet/riglet/internal/policy"
)

// hostPolicy lets the host be reached by Session Manager and report its metrics. Session Manager has a managed
// policy, which also reads every parameter of the account: the host gets the actions that a session needs.
func hostPolicy(namespace string) policy.Document {
	return policy.Document{Statements: []policy.Statement{
		{
			// None of these takes a resource: AWS has no narrower permission.
			Sid: "OpenSessions", Effect: policy.Allow,
			Action: []string{
				"ssm:UpdateInstanceInformation",
				"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
				"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
			},
			Resource: []string{"*"},
		},
		{
			Sid: "ReportOwnMetrics", Effect: policy.Allow,
			Action: []string{"cloudwatch:PutMetricData"}, Resource: []string{"*"},
			Condition: policy.Condition{"StringEquals": {"cloudwatch:namespace": {namespace}}},
		},
	}}
}

// adminPolicy lets the host make the administrator's password and read it.
func adminPolicy(secretARN string) policy.Document {
	return policy.Document{Statements: []policy.Statement{{
		Sid: "MakeAndReadAdministrator", Effect: policy.Allow,
		Action:   []string{"secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue"},
		Resource: []string{secretARN},
	}}}
}

// logPolicy lets the host write to its one group. The provider gives the group's ARN with or without the trailing
// ":*" that stands for its streams.
func logPolicy(groupARN string) policy.Document {
	groupARN = strings.TrimSuffix(groupARN, ":*")
	return policy.Document{Statements: []policy.Statement{{
		Sid: "WriteOwnGroup", Effect: policy.Allow,
		Action:   []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
		Resource: []string{groupARN, groupARN + ":*"},
	}}}
}

// backupPolicy lets the host write backups and read them again, and neither delete one nor change what becomes of
// it: whoever takes over the host does not get the backups with it. What it writes over stays as an old version.
func backupPolicy(bucketARN, prefix string) policy.Document {
	document := readPolicy(bucketARN, prefix)
	document.Statements = append(document.Statements, policy.Statement{
		Sid: "WriteBackups", Effect: policy.Allow,
		Action:   []string{"s3:AbortMultipartUpload", "s3:ListMultipartUploadParts", "s3:PutObject"},
		Resource: []string{bucketARN + "/" + prefix + "/*"},
	})
	return document
}

// readPolicy lets the host list and read what is below a prefix of a bucket.
func readPolicy(bucketARN, prefix string) policy.Document {
	return policy.Document{Statements: []policy.Statement{
		{
			Sid: "ListBackups", Effect: policy.Allow,
			Action: []string{"s3:ListBucket"}, Resource: []string{bucketARN},
			Condition: policy.Condition{"StringLike": {"s3:prefix": {prefix, prefix + "/*"}}},
		},
		{
			Sid: "ReadBackups", Effect: policy.Allow,
			Action: []string{"s3:GetObject"}, Resource: []string{bucketARN + "/" + prefix + "/*"},
		},
	}}
}

// keyPolicy lets the host use a key through S3 and Secrets Manager, and not by itself.
func keyPolicy(keyARN, region string, actions ...string) policy.Document {
	return policy.Document{Statements: []policy.Statement{{
		Sid: "UseKey", Effect: policy.Allow, Action: actions, Resource: []string{keyARN},
		Condition: policy.Condition{"StringEquals": {"kms:ViaService": {
			"s3." + region + ".amazonaws.com", "secretsmanager." + region + ".amazonaws.com",
		}}},
	}}}
}
