package policy_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/policy"
)

func TestJSON(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		give policy.Document
		want string
	}{
		{
			name: "a policy of a role has no principal",
			give: policy.Document{Statements: []policy.Statement{{
				Effect: policy.Allow, Action: []string{"logs:PutLogEvents"}, Resource: []string{"*"},
			}}},
			want: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:PutLogEvents"],"Resource":["*"]}]}`,
		},
		{
			name: "a service of any account",
			give: policy.Assume("ec2.amazonaws.com", ""),
			want: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
				`"Principal":{"Service":["ec2.amazonaws.com"]},"Action":["sts:AssumeRole"]}]}`,
		},
		{
			name: "a service on behalf of one account",
			give: policy.Assume("vpc-flow-logs.amazonaws.com", "123456789012"),
			want: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow",` +
				`"Principal":{"Service":["vpc-flow-logs.amazonaws.com"]},"Action":["sts:AssumeRole"],` +
				`"Condition":{"StringEquals":{"aws:SourceAccount":["123456789012"]}}}]}`,
		},
		{
			name: "TLS only",
			give: policy.Document{Statements: []policy.Statement{policy.TLSOnly("arn:aws:s3:::logs")}},
			want: `{"Version":"2012-10-17","Statement":[{"Sid":"DenyInsecureTransport","Effect":"Deny",` +
				`"Principal":{"AWS":["*"]},"Action":["s3:*"],"Resource":["arn:aws:s3:::logs","arn:aws:s3:::logs/*"],` +
				`"Condition":{"Bool":{"aws:SecureTransport":["false"]}}}]}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := tt.give.JSON()
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}
