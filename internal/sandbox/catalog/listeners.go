package catalog

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/lb"

	"github.com/riglet/riglet/internal/sandbox/model"
)

const (
	maxListeners     = 50
	maxRulesPerLB    = 100
	maxCertificates  = 25
	maxRuleValues    = 5
	maxPriority      = 50000
	defaultSSLPolicy = "ELBSecurityPolicy-2016-08"
)

var (
	sslPolicy    = regexp.MustCompile(`^ELBSecurityPolicy-[A-Za-z0-9-]+$`)
	responseCode = regexp.MustCompile(`^(2|4|5)\d\d$`)
	redirectPort = regexp.MustCompile(`^(#\{port\}|\d{1,5})$`)
)

var certificateRef = model.Ref{Path: "certificateArn", To: tokenCertificate, By: "arn", Outside: anyCertificate}

var listeners = []model.Kind{
	{
		Token: tokenListener, Args: lb.ListenerArgs{}, State: lb.Listener{},
		ID: "{arn}", Identify: childARN("loadBalancerArn", "loadbalancer", "listener"),
		Required: []string{"defaultActions"},
		Replace:  []string{"loadBalancerArn"},
		Refs: append([]model.Ref{
			{Path: "loadBalancerArn", To: tokenBalancer, Loose: true}, certificateRef,
		}, actionRefs("defaultActions[]")...),
		Keys: []model.Key{{
			Of: "{loadBalancerArn}|{port}",
			Error: "DuplicateListener: A listener already exists on this port for this load balancer " +
				"'{loadBalancerArn}'",
		}},
		Outputs: map[string]any{"protocol": "HTTP"},
		Missing: "ListenerNotFound: Listener '{value}' not found",
		Rules: append([]model.Rule{
			between("port", 1, 65535), pattern("sslPolicy", "a policy such as ELBSecurityPolicy-TLS13-1-2-2021-06", sslPolicy),
			oneOf("protocol", "HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE"),
			given("port", "a listener needs a port", always),
			given("certificateArn", "a certificate must be specified for HTTPS and TLS listeners", isSecure),
			plainListener, forwardTarget("defaultActions"),
		}, actionRules("defaultActions[]")...),
		Admit: admits(certificateIssued, targetsOfNetwork("defaultActions[]"),
			perParent("loadBalancerArn", tokenBalancer, maxListeners, "TooManyListeners", "listeners")),
		Fill: fillListener,
	},
	{
		Token: tokenListenerCert, Args: lb.ListenerCertificateArgs{}, State: lb.ListenerCertificate{},
		ID:      "{listenerArn}_{certificateArn}",
		Replace: []string{"listenerArn", "certificateArn"},
		Refs:    []model.Ref{{Path: "listenerArn", To: tokenListener, Loose: true}, certificateRef},
		Admit: admits(certificateIssued,
			perParent("listenerArn", tokenListener, maxCertificates, "TooManyCertificates", "certificates")),
	},
	{
		Token: tokenListenerRule, Args: lb.ListenerRuleArgs{}, State: lb.ListenerRule{},
		ID: "{arn}", Identify: childARN("listenerArn", "listener", "listener-rule"),
		Required: []string{"actions", "conditions"},
		Replace:  []string{"listenerArn"},
		Sets:     []string{"conditions"},
		Refs: append([]model.Ref{{Path: "listenerArn", To: tokenListener, Loose: true}},
			actionRefs("actions[]")...),
		Keys: []model.Key{{
			Of:    "{listenerArn}|{priority}",
			Error: "PriorityInUse: Priority '{priority}' is currently in use",
		}},
		Missing: "RuleNotFound: Rule '{value}' not found",
		Rules: append([]model.Rule{
			between("priority", 1, maxPriority), conditionCount, forwardTarget("actions"),
		}, actionRules("actions[]")...),
		Admit: admits(targetsOfNetwork("actions[]"),
			perParent("listenerArn", tokenListener, maxRulesPerLB, "TooManyRules", "rules")),
		Fill: fillRule,
	},
}

func always(*model.Check) bool { return true }

func isSecure(c *model.Check) bool { return input("protocol", "HTTPS", "TLS")(c) }

func plainListener(c *model.Check) {
	if input("protocol", "", "HTTP", "TCP", "UDP", "TCP_UDP")(c) && model.Has(c.Props, "certificateArn") {
		c.Fault("certificateArn", "want none for protocol %s", orDefault(model.Str(c.Props, "protocol"), "HTTP"))
	}
}

func orDefault(v, otherwise string) string {
	if v == "" {
		return otherwise
	}
	return v
}

func actionRefs(list string) []model.Ref {
	return []model.Ref{
		{Path: list + ".targetGroupArn", To: tokenTargetGroup},
		{Path: list + ".forward.targetGroups[].arn", To: tokenTargetGroup},
	}
}

func actionRules(list string) []model.Rule {
	return []model.Rule{
		oneOf(list+".type", "forward", "redirect", "fixed-response", "authenticate-cognito", "authenticate-oidc"),
		oneOf(list+".redirect.statusCode", "HTTP_301", "HTTP_302"),
		oneOf(list+".redirect.protocol", "HTTP", "HTTPS", "#{protocol}"),
		pattern(list+".redirect.port", "a port or #{port}", redirectPort),
		pattern(list+".fixedResponse.statusCode", "a code 2XX, 4XX or 5XX", responseCode),
		oneOf(list+".fixedResponse.contentType", "text/plain", "text/css", "text/html",
			"application/javascript", "application/json"),
		length(list+".fixedResponse.messageBody", 0, 1024),
		between(list+".forward.targetGroups[].weight", 0, 999),
		between(list+".forward.stickiness.duration", 1, 604800),
	}
}

// forwardTarget wants each action to have the part that its type names.
func forwardTarget(list string) model.Rule {
	parts := map[string][]string{
		"forward": {"targetGroupArn", "forward"}, "redirect": {"redirect"}, "fixed-response": {"fixedResponse"},
	}
	return func(c *model.Check) {
		for i, action := range model.Objects(c.Props, list+"[]") {
			names := parts[model.Str(action, "type")]
			found := len(names) == 0
			for _, name := range names {
				found = found || model.Has(action, name)
			}
			if !found {
				c.Fault(fmt.Sprintf("%s[%d]", list, i), "want %s with type %s",
					strings.Join(names, " or "), model.Str(action, "type"))
			}
		}
	}
}

func conditionCount(c *model.Check) {
	n := 0
	for _, path := range []string{
		"hostHeader.values[]", "pathPattern.values[]", "httpRequestMethod.values[]", "sourceIp.values[]",
		"httpHeader.values[]", "queryStrings[]",
	} {
		n += len(model.Values(c.Props, "conditions[]."+path))
	}
	if n > maxRuleValues {
		c.Fault("conditions", "want at most %d values in the conditions of a rule, got %d", maxRuleValues, n)
	}
}

// childARN makes the ARN of what hangs below a balancer from its parent's.
func childARN(parent, was, is string) func(*model.Scene) string {
	return func(s *model.Scene) string {
		arn := strings.Replace(s.In(parent), ":"+was+"/", ":"+is+"/", 1)
		return arn + s.Expand("/{hex16}")
	}
}

func perParent(path, token string, most int, code, what string) func(*model.Scene) error {
	return func(s *model.Scene) error {
		parent := s.Target(token, path)
		if s.Old != nil || parent == nil || len(s.World.Users(parent, s.Object.Token)) < most {
			return nil
		}
		return model.Refuse(code, "The maximum number of %s has been reached.", what)
	}
}

// certificateIssued wants a certificate that browsers can already be shown.
func certificateIssued(s *model.Scene) error {
	cert := s.World.Find(tokenCertificate, "arn", s.In("certificateArn"))
	if cert == nil || issued(s.World, cert) {
		return nil
	}
	return model.Refuse("UnsupportedCertificate", "The certificate '%s' must have a fully-qualified domain "+
		"name, a supported signature, and a supported key size. (it is not issued yet: use the "+
		"certificateArn of its CertificateValidation)", cert.Out("arn"))
}

// targetsOfNetwork wants target groups of the balancer's own VPC.
func targetsOfNetwork(list string) func(*model.Scene) error {
	return func(s *model.Scene) error {
		balancer := balancerOf(s)
		if balancer == nil {
			return nil
		}
		for _, ref := range actionRefs(list) {
			for _, arn := range s.Ins(ref.Path) {
				group := s.World.Find(tokenTargetGroup, "", arn)
				if group != nil && group.In("vpcId") != "" && group.In("vpcId") != balancer.Out("vpcId") {
					return model.Refuse("InvalidConfigurationRequest", "The target group with targetGroupArn %s "+
						"and the load balancer are in different VPCs", arn)
				}
			}
		}
		return nil
	}
}

func balancerOf(s *model.Scene) *model.Object {
	if listener := s.Target(tokenListener, "listenerArn"); listener != nil {
		return s.World.Find(tokenBalancer, "", listener.Out("loadBalancerArn"))
	}
	return s.Target(tokenBalancer, "loadBalancerArn")
}

func fillListener(s *model.Scene) {
	s.Set("arn", s.Object.ID)
	if protocol := s.In("protocol"); protocol == "HTTPS" || protocol == "TLS" {
		s.Default("sslPolicy", defaultSSLPolicy)
	}
}

// fillRule gives a rule without a priority the next free one.
func fillRule(s *model.Scene) {
	s.Set("arn", s.Object.ID)
	s.Keep("priority", func() any {
		last := 0
		for _, other := range s.World.UsersOf(tokenListener, s.In("listenerArn"), tokenListenerRule) {
			last = max(last, model.Int(other.Outputs, "priority", 0))
		}
		return last + 1
	})
}
