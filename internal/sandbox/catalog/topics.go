package catalog

import (
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"

	"github.com/riglet/riglet/internal/sandbox/model"
)

var (
	topicName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}(\.fifo)?$`)
	mailbox   = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)
)

var topicRef = model.Ref{To: tokenTopic, Loose: true, Outside: anyTopic}

var topics = []model.Kind{
	{
		Token: tokenTopic, Args: sns.TopicArgs{}, State: sns.Topic{},
		ID: "{arn}", ARN: "arn:aws:sns:{region}:{account}:{name}",
		Name:    &model.Naming{Property: "name", Max: 256, By: "namePrefix"},
		Replace: []string{"fifoTopic", "name", "namePrefix"},
		JSON:    []string{"policy", "deliveryPolicy"},
		Refs:    []model.Ref{{Path: "kmsMasterKeyId", To: tokenKey, Loose: true, Outside: anyKey}},
		// AWS gives the existing topic to who asks for the same again, and two
		// resources would then fight over it.
		Keys: []model.Key{{
			Of: "{name}", Error: "InvalidParameter: Invalid parameter: Attributes Reason: Topic already exists: {name}",
		}},
		Outputs: map[string]any{"owner": "{account}", "tracingConfig": "PassThrough", "signatureVersion": 1},
		Missing: "NotFound: Topic does not exist: {value}",
		Rules: []model.Rule{
			pattern("name", "1 to 256 letters, digits, hyphens and underscores", topicName),
			length("displayName", 0, 100), policy("policy", true),
		},
	},
	{
		Token: "aws:sns/topicPolicy:TopicPolicy", Args: sns.TopicPolicyArgs{}, State: sns.TopicPolicy{},
		ID: "{arn}", Identify: func(s *model.Scene) string { return s.In("arn") },
		Required: []string{"policy"}, Replace: []string{"arn"}, JSON: []string{"policy"},
		Refs:    refsTo(topicRef, "arn"),
		Outputs: map[string]any{"owner": "{account}"},
		Rules:   []model.Rule{policy("policy", true)},
	},
	{
		Token: "aws:sns/topicSubscription:TopicSubscription",
		Args:  sns.TopicSubscriptionArgs{}, State: sns.TopicSubscription{},
		ID: "{arn}", ARN: "{topic}:{uuid}",
		Required: []string{"topic"}, Replace: []string{"endpoint", "protocol", "topic"},
		JSON:    []string{"filterPolicy", "redrivePolicy", "deliveryPolicy"},
		Refs:    refsTo(topicRef, "topic"),
		Outputs: map[string]any{"ownerId": "{account}", "confirmationWasAuthenticated": false},
		Rules: []model.Rule{
			oneOf("protocol", "sqs", "sms", "lambda", "firehose", "application", "email", "email-json", "http", "https"),
			subscriptionEndpoint,
		},
		Fill: func(s *model.Scene) {
			s.Set("pendingConfirmation", strings.HasPrefix(s.In("protocol"), "email"))
		},
	},
}

func refsTo(r model.Ref, paths ...string) []model.Ref {
	var refs []model.Ref
	for _, path := range paths {
		r.Path = path
		refs = append(refs, r)
	}
	return refs
}

func subscriptionEndpoint(c *model.Check) {
	endpoint := model.Str(c.Props, "endpoint")
	want := map[string]string{"http": "http://", "https": "https://", "sqs": "arn:", "lambda": "arn:", "firehose": "arn:"}
	protocol := model.Str(c.Props, "protocol")
	switch {
	case endpoint == "":
	case strings.HasPrefix(protocol, "email") && !mailbox.MatchString(endpoint):
		c.Fault("endpoint", "want an e-mail address with protocol %s, got %q", protocol, endpoint)
	case !strings.HasPrefix(endpoint, want[protocol]):
		c.Fault("endpoint", "want an endpoint that begins with %s with protocol %s, got %q",
			want[protocol], protocol, endpoint)
	}
}
