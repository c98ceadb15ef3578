package ingress

import (
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/acm"
	"github.com/pulumi/pulumi-aws/sdk/v6/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// proofTTL is short: the record is read by ACM alone, and a wrong one should be forgotten soon.
const proofTTL = 60

// certificate finds the certificate that the listener uses, making one where a domain is given. The listener takes
// the ARN from the validation and so waits until the certificate is issued.
func (b *builder) certificate() error {
	b.certificateARN = b.args.CertificateARN
	if b.args.Domain == nil {
		return nil
	}
	certificate, err := acm.NewCertificate(b.Context(), b.Child("certificate"), &acm.CertificateArgs{
		DomainName:              pulumi.String(b.args.Domain.Name),
		SubjectAlternativeNames: pulumi.StringArray{pulumi.String("*." + b.args.Domain.Name)},
		ValidationMethod:        pulumi.String("DNS"),
		KeyAlgorithm:            pulumi.String("RSA_2048"),
		Tags:                    b.Tags("certificate"),
	}, b.Options()...)
	if err != nil {
		return err
	}
	b.madeARN = certificate.Arn
	proof, err := b.proof(certificate)
	if err != nil {
		return err
	}
	validation, err := acm.NewCertificateValidation(b.Context(), b.Child("certificate"), &acm.CertificateValidationArgs{
		CertificateArn:        certificate.Arn,
		ValidationRecordFqdns: pulumi.StringArray{proof.Fqdn},
	}, b.Options()...)
	if err == nil {
		b.certificateARN = validation.CertificateArn
	}
	return err
}

// proof writes the record that shows ACM who owns the domain. A domain and its wildcard are proved by one and the
// same record, so that one is enough and their number is known before the certificate exists.
func (b *builder) proof(certificate *acm.Certificate) (*route53.Record, error) {
	option := certificate.DomainValidationOptions.Index(pulumi.Int(0))
	return route53.NewRecord(b.Context(), b.Child("certificate", "proof"), &route53.RecordArgs{
		ZoneId:  b.args.Domain.HostedZoneID,
		Name:    option.ResourceRecordName().Elem(),
		Type:    option.ResourceRecordType().Elem(),
		Records: pulumi.StringArray{option.ResourceRecordValue().Elem()},
		Ttl:     pulumi.Int(proofTTL),
		// Another environment's certificate for the same domain has the same record.
		AllowOverwrite: pulumi.Bool(true),
	}, b.Options()...)
}

// record makes the domain itself lead to the balancer. Names below it are their services' to make.
func (b *builder) record() error {
	if b.args.Domain == nil {
		return nil
	}
	_, err := route53.NewRecord(b.Context(), b.Child("domain"), &route53.RecordArgs{
		ZoneId: b.args.Domain.HostedZoneID,
		Name:   pulumi.String(b.args.Domain.Name),
		Type:   pulumi.String("A"),
		Aliases: route53.RecordAliasArray{route53.RecordAliasArgs{
			Name: b.balancer.DnsName, ZoneId: b.balancer.ZoneId, EvaluateTargetHealth: pulumi.Bool(true),
		}},
	}, b.Options()...)
	return err
}
