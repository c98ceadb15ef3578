// Package policy writes IAM policies as typed documents.
package policy

import (
	"encoding/json"
	"fmt"
)

// version is the policy language's own version, not a date of ours.
const version = "2012-10-17"

// Effect is what a statement does.
type Effect string

// The two effects.
const (
	Allow Effect = "Allow"
	Deny  Effect = "Deny"
)

// Document is a policy.
type Document struct {
	Statements []Statement
}

// Statement is one rule of a policy. Principal is left out in policies that are attached to a role.
type Statement struct {
	Sid       string     `json:",omitempty"`
	Effect    Effect     `json:""`
	Principal *Principal `json:",omitempty"`
	Action    []string   `json:""`
	Resource  []string   `json:",omitempty"`
	Condition Condition  `json:",omitempty"`
}

// Principal is who a statement speaks of.
type Principal struct {
	// AWS are account ids or role ARNs. "*" is everyone.
	AWS []string `json:",omitempty"`
	// Service are service principals, such as ec2.amazonaws.com.
	Service []string `json:",omitempty"`
}

// Condition is operator, then key, then the values of which one must match.
type Condition map[string]map[string][]string

// JSON is the document as IAM takes it.
func (d Document) JSON() (string, error) {
	text, err := json.Marshal(struct {
		Version   string
		Statement []Statement
	}{version, d.Statements})
	if err != nil {
		return "", fmt.Errorf("policy: %w", err)
	}
	return string(text), nil
}

// Assume lets a service take a role, and only on behalf of this account when one is named.
func Assume(service, account string) Document {
	statement := Statement{
		Effect:    Allow,
		Principal: &Principal{Service: []string{service}},
		Action:    []string{"sts:AssumeRole"},
	}
	if account != "" {
		statement.Condition = Condition{"StringEquals": {"aws:SourceAccount": {account}}}
	}
	return Document{Statements: []Statement{statement}}
}

// TLSOnly refuses every request to a bucket that does not come over TLS.
func TLSOnly(bucketARN string) Statement {
	return Statement{
		Sid:       "DenyInsecureTransport",
		Effect:    Deny,
		Principal: &Principal{AWS: []string{"*"}},
		Action:    []string{"s3:*"},
		Resource:  []string{bucketARN, bucketARN + "/*"},
		Condition: Condition{"Bool": {"aws:SecureTransport": {"false"}}},
	}
}
