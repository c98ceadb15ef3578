// Command cloud stands in for AWS in the behaviour tests: S3, of which everything but deleting
// works; the few calls of Secrets Manager, CloudWatch and CloudWatch Logs that the CouchDB host
// makes; the instance metadata service, version 2 only.
//
//	cloud DIR
//
// DIR has "secret", the text of the one secret; "refuse", lines of a count and a text: so many
// requests whose line contains the text are refused, -1 for all. What was asked for is written to
// "requests", "metrics" and "events" there; objects are kept in memory.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

func main() {
	if err := run(os.Args[1]); err != nil {
		log.Fatal(err)
	}
}

func run(dir string) error {
	backend := s3mem.New()
	for _, bucket := range []string{"acme-shop-integration-couchdb", "acme-shop-production-couchdb"} {
		if err := backend.CreateBucket(bucket); err != nil {
			return err
		}
	}
	c := &cloud{dir: dir, s3: gofakes3.New(backend).Server(), refused: map[string]int{}}
	go func() { log.Fatal(http.ListenAndServe("169.254.169.254:80", http.HandlerFunc(c.metadata))) }() //nolint:gosec // a test
	return http.ListenAndServe("169.254.169.254:4566", c)                                              //nolint:gosec // a test
}

type cloud struct {
	dir     string
	s3      http.Handler
	mu      sync.Mutex
	refused map[string]int
}

func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	line := r.Method + " " + r.URL.RequestURI() + " " + r.Header.Get("X-Amz-Target")
	c.note("requests", line)
	if c.refuses(line) {
		deny(w, "AccessDenied")
		return
	}
	if !strings.Contains(r.Header.Get("Authorization"), "Credential=OF-THE-ROLE/") {
		deny(w, "InvalidClientTokenId")
		return
	}
	switch target := r.Header.Get("X-Amz-Target"); {
	case target == "secretsmanager.GetSecretValue":
		c.secret(w)
	case strings.HasPrefix(target, "Logs_20140328."):
		c.logs(w, r, strings.TrimPrefix(target, "Logs_20140328."))
	case r.URL.Path == "/" && r.Method == http.MethodPost:
		c.metrics(w, r)
	case r.Method == http.MethodDelete && !r.URL.Query().Has("uploadId"):
		deny(w, "AccessDenied")
	default:
		c.s3.ServeHTTP(w, r)
	}
}

func deny(w http.ResponseWriter, code string) {
	w.Header().Set("X-Amzn-Errortype", code)
	w.WriteHeader(http.StatusForbidden)
	_, _ = fmt.Fprintf(w, `<?xml version="1.0"?><Error><Code>%s</Code><Message>refused</Message></Error>`, code)
}

func (c *cloud) refuses(line string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for rule := range strings.Lines(c.read("refuse")) {
		count, text, _ := strings.Cut(strings.TrimSpace(rule), " ")
		most, err := strconv.Atoi(count)
		if err != nil || !strings.Contains(line, text) {
			continue
		}
		if c.refused[rule]++; most < 0 || c.refused[rule] <= most {
			return true
		}
	}
	return false
}

func (c *cloud) secret(w http.ResponseWriter) {
	answer(w, map[string]string{"ARN": "arn", "Name": "name", "VersionId": "v", "SecretString": c.read("secret")})
}

func (c *cloud) logs(w http.ResponseWriter, r *http.Request, call string) {
	body, _ := io.ReadAll(r.Body)
	switch call {
	case "CreateLogStream":
		if strings.Contains(c.read("streams"), string(body)) {
			w.Header().Set("X-Amzn-Errortype", "ResourceAlreadyExistsException")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"__type":"ResourceAlreadyExistsException","message":"there"}`)
			return
		}
		c.note("streams", string(body))
	case "PutLogEvents":
		c.note("events", string(body))
	}
	answer(w, map[string]string{"nextSequenceToken": "1"})
}

func answer(w http.ResponseWriter, content any) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_ = json.NewEncoder(w).Encode(content)
}

func (c *cloud) metrics(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil || r.Form.Get("Action") != "PutMetricData" {
		http.Error(w, "unknown call", http.StatusBadRequest)
		return
	}
	for i := 1; r.Form.Has(fmt.Sprintf("MetricData.member.%d.MetricName", i)); i++ {
		of := func(key string) string { return r.Form.Get(fmt.Sprintf("MetricData.member.%d.%s", i, key)) }
		c.note("metrics", strings.Join([]string{
			r.Form.Get("Namespace"), of("MetricName"), of("Value"), of("Unit"),
			of("Dimensions.member.1.Name") + "=" + of("Dimensions.member.1.Value"),
		}, " "))
	}
	_, _ = io.WriteString(w, `<PutMetricDataResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"/>`)
}

// metadata gives credentials to who has a token, as IMDSv2 does.
func (c *cloud) metadata(w http.ResponseWriter, r *http.Request) {
	const token, roles = "only-with-this-token", "/latest/meta-data/iam/security-credentials/"
	switch {
	case r.Method == http.MethodPut && r.URL.Path == "/latest/api/token":
		w.Header().Set("X-Aws-Ec2-Metadata-Token-Ttl-Seconds", r.Header.Get("X-Aws-Ec2-Metadata-Token-Ttl-Seconds"))
		_, _ = io.WriteString(w, token)
	case r.Header.Get("X-aws-ec2-metadata-token") != token:
		http.Error(w, "", http.StatusUnauthorized)
	case r.URL.Path == roles:
		_, _ = io.WriteString(w, "couchdb")
	case r.URL.Path == roles+"couchdb":
		_, _ = io.WriteString(w, `{"Code":"Success","Type":"AWS-HMAC","AccessKeyId":"OF-THE-ROLE",`+
			`"SecretAccessKey":"secret","Token":"session","LastUpdated":"2026-01-01T00:00:00Z","Expiration":"2126-01-01T00:00:00Z"}`)
	default:
		http.NotFound(w, r)
	}
}

func (c *cloud) read(name string) string {
	content, err := os.ReadFile(filepath.Join(c.dir, name)) //nolint:gosec // a test's folder
	if err != nil {
		return ""
	}
	return string(content)
}

func (c *cloud) note(name, line string) {
	file, err := os.OpenFile(filepath.Join(c.dir, name), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // as above
	if err != nil {
		return
	}
	_, _ = file.WriteString(line + "\n")
	_ = file.Close()
}
