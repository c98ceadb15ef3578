package taskdef

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/riglet/riglet/internal/policy"
)

// Place is where in AWS something is.
type Place struct{ Partition, Region, Account string }

// PlaceOf reads a place from the ARN of something there.
func PlaceOf(arn string) (Place, error) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[3] == "" || parts[4] == "" {
		return Place{}, fmt.Errorf("want an ARN with a region and an account, got %q", arn)
	}
	return Place{Partition: parts[1], Region: parts[3], Account: parts[4]}, nil
}

// ARN names something of a service in this place.
func (p Place) ARN(service, what string) string {
	return "arn:" + p.Partition + ":" + service + ":" + p.Region + ":" + p.Account + ":" + what
}

// Trust lets ECS tasks of this account and region take a role, and nobody else's on our behalf.
func (p Place) Trust() policy.Document {
	trust := policy.Assume("ecs-tasks.amazonaws.com", p.Account)
	trust.Statements[0].Condition["ArnLike"] = map[string][]string{"aws:SourceArn": {p.ARN("ecs", "*")}}
	return trust
}

var registry = regexp.MustCompile(`^([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?/([a-z0-9._/-]+)`)

// Execution is what whoever starts a container may do: fetch that image, write to that log group, read those secrets.
func Execution(at Place, c Container) policy.Document {
	document := policy.Document{Statements: []policy.Statement{{
		Sid: "WriteLogs", Effect: policy.Allow, Action: []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		Resource: []string{at.ARN("logs", "log-group:"+c.LogGroup+":*")},
	}}}
	document.Statements = append(document.Statements, pull(at, c.Image)...)
	document.Statements = append(document.Statements, fetch(at, c.Secrets)...)
	return document
}

// pull is nothing for an image that is not in ECR: whoever keeps that one is asked without credentials.
func pull(at Place, image string) []policy.Statement {
	parts := registry.FindStringSubmatch(image)
	if parts == nil {
		return nil
	}
	repository := Place{Partition: at.Partition, Region: parts[2], Account: parts[1]}
	return []policy.Statement{
		{
			// It names no repository: there is one token for a registry.
			Sid: "LogInToRegistry", Effect: policy.Allow, Action: []string{"ecr:GetAuthorizationToken"},
			Resource: []string{"*"},
		},
		{
			Sid: "PullImage", Effect: policy.Allow,
			Action: []string{
				"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer",
			},
			Resource: []string{repository.ARN("ecr", "repository/"+parts[3])},
		},
	}
}

func fetch(at Place, secrets map[string]string) []policy.Statement {
	var parameters, managed []string
	for _, from := range slices.Sorted(maps.Values(secrets)) {
		arn := source(from, at)
		if strings.Contains(arn, ":secretsmanager:") {
			managed = append(managed, arn)
		} else {
			parameters = append(parameters, arn)
		}
	}
	var list []policy.Statement
	if len(parameters) > 0 {
		list = append(list, policy.Statement{
			Sid: "ReadParameters", Effect: policy.Allow, Action: []string{"ssm:GetParameters"},
			Resource: slices.Compact(parameters),
		}, decrypt(at, "ssm"))
	}
	if len(managed) > 0 {
		list = append(list, policy.Statement{
			Sid: "ReadSecrets", Effect: policy.Allow, Action: []string{"secretsmanager:GetSecretValue"},
			Resource: slices.Compact(managed),
		}, decrypt(at, "secretsmanager"))
	}
	return list
}

// decrypt allows keys of this account, through that service alone: whoever reads a secret has to decrypt it, and its
// key may be the account's own.
func decrypt(at Place, service string) policy.Statement {
	names := map[string]string{"ssm": "DecryptParameters", "secretsmanager": "DecryptSecrets"}
	return policy.Statement{
		Sid: names[service], Effect: policy.Allow, Action: []string{"kms:Decrypt"},
		Resource: []string{at.ARN("kms", "key/*")},
		Condition: policy.Condition{"StringEquals": {
			"kms:ViaService": {service + "." + at.Region + ".amazonaws.com"},
		}},
	}
}

// Rights are what a container itself may do. The zero Rights are nothing.
type Rights struct {
	// Parameters is a path whose parameters it may read.
	Parameters string
	// Exec lets people open a shell in it, recorded in the log group ExecLogGroupARN where there is one.
	Exec            bool
	ExecLogGroupARN string
	// Files are the file systems that it mounts.
	Files []Files
}

// Files is a directory of an EFS file system.
type Files struct {
	FileSystemID, AccessPointID string
	ReadOnly                    bool
}

// Task is what a container itself may do.
func Task(at Place, r Rights) policy.Document {
	var document policy.Document
	if r.Parameters != "" {
		path := at.ARN("ssm", "parameter"+r.Parameters)
		document.Statements = append(document.Statements, policy.Statement{
			Sid: "ReadParameters", Effect: policy.Allow,
			Action:   []string{"ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"},
			Resource: []string{path, path + "/*"},
		}, decrypt(at, "ssm"))
	}
	if r.Exec {
		document.Statements = append(document.Statements, shell(r.ExecLogGroupARN)...)
	}
	for i, files := range r.Files {
		document.Statements = append(document.Statements, files.mount(at, i+1))
	}
	return document
}

// shell is what the agent in the container needs. Its channels have no ARN that a policy could name.
func shell(logGroupARN string) []policy.Statement {
	list := []policy.Statement{{
		Sid: "OpenShell", Effect: policy.Allow, Resource: []string{"*"},
		Action: []string{
			"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
			"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel",
		},
	}}
	if logGroupARN == "" {
		return list
	}
	group := strings.TrimSuffix(logGroupARN, ":*")
	return append(list, policy.Statement{
		Sid: "FindShellLog", Effect: policy.Allow, Action: []string{"logs:DescribeLogGroups"}, Resource: []string{"*"},
	}, policy.Statement{
		Sid: "RecordShell", Effect: policy.Allow,
		Action:   []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"},
		Resource: []string{group + ":*"},
	})
}

func (f Files) mount(at Place, number int) policy.Statement {
	actions := []string{"elasticfilesystem:ClientMount"}
	if !f.ReadOnly {
		actions = append(actions, "elasticfilesystem:ClientWrite")
	}
	return policy.Statement{
		Sid: fmt.Sprintf("MountFiles%d", number), Effect: policy.Allow, Action: actions,
		Resource: []string{at.ARN("elasticfilesystem", "file-system/"+f.FileSystemID)},
		Condition: policy.Condition{"StringEquals": {
			"elasticfilesystem:AccessPointArn": {at.ARN("elasticfilesystem", "access-point/"+f.AccessPointID)},
		}},
	}
}
