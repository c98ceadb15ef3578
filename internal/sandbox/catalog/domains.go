package catalog

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"

	"github.com/riglet/riglet/internal/sandbox/model"
)

var domainName = regexp.MustCompile(
	`^(\*\.)?([a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?\.)+[a-zA-Z0-9-]{2,63}\.?$`)

var recordTypes = []string{
	"A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV", "SSHFP",
	"SVCB", "TLSA", "TXT",
}

var domains = []model.Kind{
	{
		Token: tokenCertificate, Args: acm.CertificateArgs{}, State: acm.Certificate{},
		ID: "{arn}", ARN: "arn:aws:acm:{region}:{account}:certificate/{uuid}",
		Replace: []string{
			"certificateAuthorityArn", "domainName", "keyAlgorithm", "subjectAlternativeNames",
			"validationMethod", "validationOptions",
		},
		Sets: []string{"subjectAlternativeNames", "validationOptions"},
		Outputs: map[string]any{
			"keyAlgorithm": "RSA_2048", "type": "AMAZON_ISSUED", "renewalEligibility": "INELIGIBLE",
			"status": "PENDING_VALIDATION",
		},
		Missing: "ResourceNotFoundException: Could not find certificate {value}",
		Busy:    "ResourceInUseException: Certificate {id} is in use",
		Rules: []model.Rule{
			exactlyOne("domainName", "privateKey"), pattern("domainName", "a domain name", domainName),
			pattern("subjectAlternativeNames[]", "a domain name", domainName), length("domainName", 1, 253),
			oneOf("validationMethod", "DNS", "EMAIL", "NONE"),
			given("validationMethod", "a certificate that AWS issues needs one", input("certificateAuthorityArn", "")),
		},
		Fill: fillCertificate,
	},
	{
		Token: tokenValidation, Args: acm.CertificateValidationArgs{}, State: acm.CertificateValidation{},
		ID:      "{uuid}",
		Replace: []string{"certificateArn", "validationRecordFqdns"},
		Sets:    []string{"validationRecordFqdns"},
		Refs: []model.Ref{
			{Path: "certificateArn", To: tokenCertificate, By: "arn", Loose: true, Outside: anyCertificate},
			{
				Path: "validationRecordFqdns[]", To: tokenRecord, By: "fqdn", Loose: true,
				Missing: "InvalidParameter: {value} is no record that this account has",
			},
		},
		Admit: admits(recordsThere),
	},
	{
		Token: tokenZone, Args: route53.ZoneArgs{}, State: route53.Zone{},
		ID: "Z{alnum20}", ARN: "arn:aws:route53:::hostedzone/{id}",
		Name:    &model.Naming{Property: "name", Max: 255},
		Replace: []string{"delegationSetId", "name"},
		Sets:    []string{"vpcs"},
		Refs:    []model.Ref{{Path: "vpcs[].vpcId", To: tokenVpc, Loose: true}},
		Outputs: map[string]any{
			"zoneId": "{id}", "comment": "Managed by Pulumi", "primaryNameServer": "ns-1.example.com",
			"nameServers": []any{"ns-1.example.com", "ns-2.example.com", "ns-3.example.com", "ns-4.example.com"},
		},
		Missing: "NoSuchHostedZone: No hosted zone found with ID: {value}",
		Busy: "HostedZoneNotEmpty: The specified hosted zone contains non-required resource record sets " +
			"and so cannot be deleted.",
		Rules: []model.Rule{pattern("name", "a domain name", domainName), length("comment", 0, 256)},
		Admit: admits(zoneConflict),
	},
	{
		Token: tokenRecord, Args: route53.RecordArgs{}, State: route53.Record{},
		Identify: recordID, TakesOver: "allowOverwrite",
		Replace: []string{"name", "zoneId"},
		Sets:    []string{"records"},
		Refs:    []model.Ref{{Path: "zoneId", To: tokenZone, Outside: anyZone}},
		Keys: []model.Key{{
			Make: recordKey, Describe: describeRecord,
			Error: "InvalidChangeBatch: [Tried to create resource record set [{key}] but it already exists]",
		}},
		Rules: []model.Rule{
			oneOf("type", recordTypes...), exactlyOne("records", "aliases"),
			between("ttl", 0, 2147483647), given("ttl", "records without an alias need one", notAlias), atMostOne("aliases",
				"ttl"),
		},
		Fill: fillRecord,
	},
}

func notAlias(c *model.Check) bool { return !model.Has(c.Props, "aliases") }

// fillCertificate says which records prove the domains. A wildcard is proved by
// the record of the domain that it stands under.
func fillCertificate(s *model.Scene) {
	s.Default("domainName", "imported.example.com")
	names := certificateNames(s.Object)
	s.Default("subjectAlternativeNames", asList(names))
	if s.In("privateKey") != "" {
		s.Set("type", "IMPORTED")
		s.Set("status", "ISSUED")
		return
	}
	if s.In("validationMethod") != "DNS" {
		return
	}
	var options []any
	for _, name := range names {
		base := strings.TrimPrefix(name, "*.")
		options = append(options, map[string]any{
			"domainName":          name,
			"resourceRecordName":  s.Expand("_{hex32:"+wordOf(base)+"}.") + base + ".",
			"resourceRecordType":  "CNAME",
			"resourceRecordValue": s.Expand("_{hex32:v" + wordOf(base) + "}.acm-validations.aws."),
		})
	}
	s.Set("domainValidationOptions", options)
}

func certificateNames(o *model.Object) []string {
	names := []string{o.Out("domainName")}
	for _, name := range model.Strs(o.Inputs, "subjectAlternativeNames[]") {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func asList(list []string) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// issued says whether a certificate can be used. One that is to be validated is
// issued when its CertificateValidation, which waits for it, is there.
func issued(w *model.World, cert *model.Object) bool {
	return cert.Out("status") == "ISSUED" || len(w.Users(cert, tokenValidation)) > 0
}

// recordsThere wants the records that prove the domains, without which the real
// provider waits in vain.
func recordsThere(s *model.Scene) error {
	cert := s.World.Find(tokenCertificate, "arn", s.In("certificateArn"))
	if cert == nil {
		return nil
	}
	var missing []string
	for _, name := range model.Strs(cert.Outputs, "domainValidationOptions[].resourceRecordName") {
		if !recordExists(s.World, name) && !slices.Contains(missing, name) {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return model.Refuse("waiting for ACM Certificate ("+cert.Out("arn")+") to be issued",
		"timeout while waiting for state to become 'ISSUED' (last state: 'PENDING_VALIDATION'): no record %s",
		strings.Join(missing, ", "))
}

func recordExists(w *model.World, name string) bool {
	return w.Find(tokenRecord, "fqdn", strings.TrimSuffix(name, ".")) != nil
}

// zoneConflict refuses a second private zone of a name in a VPC.
func zoneConflict(s *model.Scene) error {
	for _, id := range s.Ins("vpcs[].vpcId") {
		vpc := s.World.Get(tokenVpc, id)
		if vpc == nil {
			continue
		}
		for _, other := range s.Others(vpc, tokenZone) {
			if other.Out("name") == s.Object.Out("name") {
				return model.Refuse("ConflictingDomainExists", "The VPC %s in region %s has already been "+
					"associated with the hosted zone %s with the same domain name.", id, s.World.Region, other.ID)
			}
		}
	}
	return nil
}
