package image

import "github.com/riglet/riglet/internal/policy"

const resourceTag = "aws:ResourceTag/CreatedBy"

// buildPolicy is what an instance needs that Image Builder installs on: the components, a session that Image Builder
// gives its commands through, and its logs.
func (b *builder) buildPolicy(account, logs string) policy.Document {
	statements := []policy.Statement{
		{
			Sid: "ReadComponents", Effect: policy.Allow, Action: []string{"imagebuilder:GetComponent"},
			Resource: []string{b.arn(account, "component/*"), b.arn("aws", "component/*")},
		},
		{
			Sid: "ReadComponentsOfAWS", Effect: policy.Allow, Action: []string{"s3:GetObject"},
			Resource: []string{
				"arn:aws:s3:::ec2imagebuilder-managed-resources-" + b.args.Region + "-prod/components/*",
				"arn:aws:s3:::ec2imagebuilder-toe-" + b.args.Region + "-prod/*",
			},
		},
		{
			Sid: "WriteLogs", Effect: policy.Allow,
			Action:   []string{"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"},
			Resource: []string{"arn:aws:logs:" + b.args.Region + ":" + account + ":log-group:/aws/imagebuilder/*"},
		},
		{
			// None of these takes a resource: AWS has no narrower permission.
			Sid: "TakeCommands", Effect: policy.Allow,
			Action: []string{
				"ssm:UpdateInstanceInformation", "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel",
				"ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel", "ec2messages:AcknowledgeMessage",
				"ec2messages:DeleteMessage", "ec2messages:FailMessage", "ec2messages:GetEndpoint",
				"ec2messages:GetMessages", "ec2messages:SendReply",
			},
			Resource: []string{"*"},
		},
		{
			Sid: "DecryptComponents", Effect: policy.Allow, Action: []string{"kms:Decrypt"}, Resource: []string{"*"},
			Condition: policy.Condition{
				"ForAnyValue:StringEquals": {"kms:EncryptionContextKeys": {"aws:imagebuilder:arn"}},
				"StringEquals":             {"aws:CalledVia": {"imagebuilder.amazonaws.com"}},
			},
		},
	}
	if logs != "" {
		statements = append(statements, policy.Statement{
			Sid: "KeepLogs", Effect: policy.Allow, Action: []string{"s3:PutObject"}, Resource: []string{logs},
		})
	}
	return policy.Document{Statements: statements}
}

// executionPolicy is what Image Builder does to make, test and publish an image. What changes an instance is
// limited to those that it made.
func (b *builder) executionPolicy(parameter, role string) policy.Document {
	ec2 := func(kind string) string { return "arn:aws:ec2:" + b.args.Region + ":*:" + kind + "/*" }
	image := func(kind string) string { return "arn:aws:ec2:" + b.args.Region + "::" + kind + "/*" }
	return policy.Document{Statements: []policy.Statement{
		{
			Sid: "PublishImage", Effect: policy.Allow, Action: []string{"ssm:PutParameter"}, Resource: []string{parameter},
		},
		{
			Sid: "LaunchFrom", Effect: policy.Allow, Action: []string{"ec2:RunInstances"},
			Resource: []string{
				image("image"), image("snapshot"), ec2("subnet"), ec2("network-interface"), ec2("security-group"),
			},
		},
		{
			Sid: "Launch", Effect: policy.Allow, Action: []string{"ec2:RunInstances"},
			Resource: []string{ec2("instance"), ec2("volume")}, Condition: ours("aws:RequestTag/CreatedBy"),
		},
		{
			Sid: "PassBuildRole", Effect: policy.Allow, Action: []string{"iam:PassRole"}, Resource: []string{role},
			Condition: policy.Condition{"StringEquals": {"iam:PassedToService": {"ec2.amazonaws.com"}}},
		},
		{
			Sid: "EndOwnInstances", Effect: policy.Allow,
			Action:   []string{"ec2:StopInstances", "ec2:StartInstances", "ec2:TerminateInstances", "ec2:CreateImage"},
			Resource: []string{ec2("instance")}, Condition: ours(resourceTag),
		},
		{
			Sid: "MakeImages", Effect: policy.Allow,
			Action:   []string{"ec2:CreateImage", "ec2:CopyImage", "ec2:ModifyImageAttribute", "ec2:EnableImageDeprecation"},
			Resource: []string{image("image"), image("snapshot"), ec2("image")},
		},
		{
			Sid: "TagWhatIsMade", Effect: policy.Allow, Action: []string{"ec2:CreateTags"},
			Resource: []string{image("image"), image("snapshot"), ec2("instance"), ec2("volume"), ec2("network-interface")},
			Condition: policy.Condition{"StringEquals": {
				"ec2:CreateAction": {"RunInstances", "CreateImage", "CopyImage"},
			}},
		},
		{
			Sid: "TagOwnImages", Effect: policy.Allow, Action: []string{"ec2:CreateTags"},
			Resource: []string{image("image"), image("snapshot")}, Condition: ours("aws:RequestTag/CreatedBy"),
		},
		{
			Sid: "CommandOwnInstances", Effect: policy.Allow, Action: []string{"ssm:SendCommand"},
			Resource: []string{ec2("instance")}, Condition: ours("ssm:resourceTag/CreatedBy"),
		},
		{
			Sid: "Commands", Effect: policy.Allow, Action: []string{"ssm:SendCommand"},
			Resource: []string{
				"arn:aws:ssm:" + b.args.Region + "::document/AWS-RunShellScript",
				"arn:aws:ssm:" + b.args.Region + "::document/AWS-UpdateSSMAgent",
			},
		},
		{
			Sid: "WriteLogs", Effect: policy.Allow,
			Action:   []string{"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"},
			Resource: []string{"arn:aws:logs:" + b.args.Region + ":*:log-group:/aws/imagebuilder/*"},
		},
		b.useKeys(),
		see(),
	}}
}

// see is what Image Builder looks at. None of these takes a resource: AWS has no narrower permission.
func see() policy.Statement {
	return policy.Statement{
		Sid: "See", Effect: policy.Allow,
		Action: []string{
			"ec2:DescribeImages", "ec2:DescribeInstanceAttribute", "ec2:DescribeInstanceStatus", "ec2:DescribeInstances",
			"ec2:DescribeInstanceTypeOfferings", "ec2:DescribeInstanceTypes", "ec2:DescribeSnapshots", "ec2:DescribeSubnets",
			"ec2:DescribeTags", "ec2:DescribeVolumes", "imagebuilder:GetComponent", "imagebuilder:GetImage",
			"ssm:DescribeInstanceInformation", "ssm:GetCommandInvocation", "ssm:ListCommandInvocations", "ssm:ListCommands",
		},
		Resource: []string{"*"},
	}
}

// useKeys: the disks and the image are encrypted by EC2, on Image Builder's behalf.
func (b *builder) useKeys() policy.Statement {
	return policy.Statement{
		Sid: "EncryptByEC2", Effect: policy.Allow,
		Action: []string{
			"kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom",
			"kms:ReEncryptTo",
		},
		Resource:  []string{"*"},
		Condition: policy.Condition{"StringEquals": {"kms:ViaService": {"ec2." + b.args.Region + ".amazonaws.com"}}},
	}
}

// lifecyclePolicy deletes what Image Builder has made of this recipe, and no other image of the account.
func (b *builder) lifecyclePolicy(account string) policy.Document {
	return policy.Document{Statements: []policy.Statement{
		{
			Sid: "DeleteImages", Effect: policy.Allow,
			Action: []string{"ec2:DeregisterImage", "ec2:DeleteSnapshot"},
			Resource: []string{
				"arn:aws:ec2:" + b.args.Region + "::image/*", "arn:aws:ec2:" + b.args.Region + "::snapshot/*",
			},
			Condition: ours(resourceTag),
		},
		{
			Sid: "ForgetImages", Effect: policy.Allow,
			Action:   []string{"imagebuilder:DeleteImage", "imagebuilder:GetImage"},
			Resource: []string{b.arn(account, "image/"+b.recipeName+"/*")},
		},
		{
			// None of these takes a resource: AWS has no narrower permission.
			Sid: "SeeImages", Effect: policy.Allow,
			Action: []string{
				"ec2:DescribeImageAttribute", "ec2:DescribeImages", "ec2:DescribeSnapshots", "tag:GetResources",
			},
			Resource: []string{"*"},
		},
	}}
}
