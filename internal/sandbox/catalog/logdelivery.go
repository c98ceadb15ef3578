package catalog

import (
	"path"
	"slices"
	"strings"

	"github.com/riglet/riglet/internal/sandbox/model"
)

// The service principals that deliver balancer logs. Older regions also deliver
// from an account of their own.
var logServices = []string{"logdelivery.elasticloadbalancing.amazonaws.com", "delivery.logs.amazonaws.com"}

// logDelivery refuses access logs that could not be written: AWS tries it.
func logDelivery(s *model.Scene) error {
	logs := model.Objects(s.Object.Inputs, "accessLogs")
	if len(logs) == 0 || !model.Flag(logs[0], "enabled", false) {
		return nil
	}
	name := model.Str(logs[0], "bucket")
	key := path.Join(model.Str(logs[0], "prefix"), "AWSLogs", model.Account, "ELBAccessLogTestFile")
	bucket := s.World.Find(tokenBucket, "", name)
	if bucket == nil {
		return nil // the reference was checked
	}
	for _, p := range s.World.Users(bucket, tokenBucketPolicy) {
		if allowsDelivery(p.Out("policy"), s.World.Region, "arn:aws:s3:::"+name+"/"+key) {
			return nil
		}
	}
	return model.Refuse("InvalidConfigurationRequest",
		"Access Denied for bucket: %s. Please check S3bucket permission", name)
}

func allowsDelivery(text, regionName, object string) bool {
	doc, err := parsePolicy(text)
	if err != nil {
		return false
	}
	region, _ := model.RegionOf(regionName)
	allowed := false
	for _, st := range doc.Statement {
		if !isDelivery(st.Principal, region.LogAccount) || !matches(st.Action, "s3:PutObject") ||
			!matches(st.Resource, object) {
			continue
		}
		if st.Effect == "Deny" {
			return false
		}
		allowed = true
	}
	return allowed
}

// isDelivery says whether a principal is who delivers balancer logs.
func isDelivery(principal any, account string) bool {
	named, ok := principal.(map[string]any)
	if !ok {
		return false
	}
	for _, service := range words(named["Service"]) {
		if slices.Contains(logServices, service) {
			return true
		}
	}
	for _, who := range words(named["AWS"]) {
		if who == account || strings.Contains(who, "::"+account+":root") {
			return true
		}
	}
	return false
}

// matches says whether one of a policy's patterns covers a word.
func matches(patterns any, word string) bool {
	for _, p := range words(patterns) {
		if wildcard(strings.ToLower(p), strings.ToLower(word)) {
			return true
		}
	}
	return false
}

// wildcard matches * as IAM does: over slashes too.
func wildcard(p, s string) bool {
	head, tail, star := strings.Cut(p, "*")
	if !star {
		return p == s
	}
	if !strings.HasPrefix(s, head) {
		return false
	}
	for i := len(head); i <= len(s); i++ {
		if wildcard(tail, s[i:]) {
			return true
		}
	}
	return false
}
