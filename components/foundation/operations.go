package foundation

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/kms"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/sns"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/riglet/riglet/internal/component"
	"github.com/riglet/riglet/internal/naming"
	"github.com/riglet/riglet/internal/policy"
)

// publishers are the services that may write to the operations topic.
//
// EventBridge stands apart: it sends no account with what it publishes, so a condition on the account would drop
// every event in silence (EventBridge user guide, "Amazon SNS permissions").
const eventBridge = "events.amazonaws.com"

var publishers = []string{
	"cloudwatch.amazonaws.com",
	"budgets.amazonaws.com",
	"codestar-notifications.amazonaws.com",
	"events.rds.amazonaws.com",
	"backup.amazonaws.com",
}

// operations makes the topic that every alarm goes to, encrypted with a key of its own: alarms cannot publish to a
// topic under the key that AWS manages.
func (b *builder) operations() error {
	key, err := kms.NewKey(b.Context(), b.Child("operations"), &kms.KeyArgs{
		Description:       pulumi.String("operations topic of " + b.NameTag()),
		EnableKeyRotation: pulumi.Bool(true),
		Policy:            component.Policy1(b.out.AccountID, operationsKeyPolicy),
		Tags:              b.Tags("operations"),
	}, b.Options()...)
	if err != nil {
		return err
	}
	topic, err := sns.NewTopic(b.Context(), b.Child("operations"), &sns.TopicArgs{
		Name:           b.Physical(naming.Topic, "operations"),
		KmsMasterKeyId: key.KeyId,
		Tags:           b.Tags("operations"),
	}, b.Options()...)
	if err != nil {
		return err
	}
	b.out.OperationsTopicARN = topic.Arn
	b.out.OperationsKeyARN = key.Arn
	if _, err = sns.NewTopicPolicy(b.Context(), b.Child("operations"), &sns.TopicPolicyArgs{
		Arn:    topic.Arn,
		Policy: component.Policy2(topic.Arn, b.out.AccountID, operationsTopicPolicy),
	}, b.Options()...); err != nil {
		return err
	}
	return b.subscriptions(topic)
}

func (b *builder) subscriptions(topic *sns.Topic) error {
	for _, address := range b.args.OperationsEmails {
		if _, err := sns.NewTopicSubscription(b.Context(), b.Child("operations", address), &sns.TopicSubscriptionArgs{
			Topic:    topic.Arn,
			Protocol: pulumi.String("email"),
			Endpoint: pulumi.String(address),
		}, b.Options()...); err != nil {
			return err
		}
	}
	if b.args.OperationsURL == nil {
		return nil
	}
	_, err := sns.NewTopicSubscription(b.Context(), b.Child("operations", "pager"), &sns.TopicSubscriptionArgs{
		Topic:                topic.Arn,
		Protocol:             pulumi.String("https"),
		Endpoint:             pulumi.ToSecret(b.args.OperationsURL).(pulumi.StringOutput),
		EndpointAutoConfirms: pulumi.Bool(true),
	}, b.Options(pulumi.AdditionalSecretOutputs([]string{"endpoint"}))...)
	return err
}

// operationsTopicPolicy lets the services publish, for this account only where they say whom they act for.
func operationsTopicPolicy(topicARN, account string) policy.Document {
	return policy.Document{Statements: []policy.Statement{
		{
			Sid: "Services", Effect: policy.Allow,
			Principal: &policy.Principal{Service: publishers},
			Action:    []string{"sns:Publish"}, Resource: []string{topicARN},
			Condition: policy.Condition{"StringEquals": {"aws:SourceAccount": {account}}},
		},
		{
			Sid: "EventBridge", Effect: policy.Allow,
			Principal: &policy.Principal{Service: []string{eventBridge}},
			Action:    []string{"sns:Publish"}, Resource: []string{topicARN},
		},
		{
			Sid: "DenyInsecureTransport", Effect: policy.Deny,
			Principal: &policy.Principal{AWS: []string{"*"}},
			Action:    []string{"sns:Publish"}, Resource: []string{topicARN},
			Condition: policy.Condition{"Bool": {"aws:SecureTransport": {"false"}}},
		},
	}}
}

// operationsKeyPolicy gives the key to the account and lets the publishers encrypt with it.
func operationsKeyPolicy(account string) policy.Document {
	use := []string{"kms:Decrypt", "kms:GenerateDataKey*"}
	return policy.Document{Statements: []policy.Statement{
		{
			Sid: "Account", Effect: policy.Allow,
			Principal: &policy.Principal{AWS: []string{"arn:aws:iam::" + account + ":root"}},
			Action:    []string{"kms:*"}, Resource: []string{"*"},
		},
		{
			Sid: "Services", Effect: policy.Allow,
			Principal: &policy.Principal{Service: publishers},
			Action:    use, Resource: []string{"*"},
			Condition: policy.Condition{"StringEquals": {"aws:SourceAccount": {account}}},
		},
		{
			Sid: "EventBridge", Effect: policy.Allow,
			Principal: &policy.Principal{Service: []string{eventBridge}},
			Action:    use, Resource: []string{"*"},
		},
	}}
}
