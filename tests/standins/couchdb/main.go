// Command couchdb stands in for CouchDB 3 in the behaviour tests, which cannot have its image. It is
// what the host sees of it: the port, the folders, the settings that it reads at its start, who it
// lets in, and files that are only ever appended to. It is no database.
package main

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha1" //nolint:gosec // it is CouchDB's form
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// folder of the image, or of a test that runs without one.
var home = value("COUCHDB_HOME", "/opt/couchdb")

func value(name, otherwise string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return otherwise
}

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	settings, err := read()
	if err != nil {
		return err
	}
	if err := refuse(settings); err != nil {
		return err
	}
	log.Printf("node couchdb@%s is up", os.Getenv("NODENAME"))
	return http.ListenAndServe(settings["chttpd.bind_address"]+":"+settings["chttpd.port"], &server{settings}) //nolint:gosec // a test
}

// refuse is what CouchDB 3 or its image would not start with.
func refuse(settings map[string]string) error {
	cookie, err := os.ReadFile(filepath.Join(home, ".erlang.cookie"))
	switch {
	case err != nil:
		return err
	case len(strings.TrimSpace(string(cookie))) < 20 || strings.Contains(string(cookie), "monster"):
		return errors.New("want a cookie that is not known")
	case os.Getuid() != 5984:
		return fmt.Errorf("want user 5984, got %d", os.Getuid())
	case os.Getenv("NODENAME") == "":
		return errors.New("want NODENAME")
	case settings["chttpd.require_valid_user"] != "true":
		return errors.New("want require_valid_user")
	}
	for key, sum := range settings {
		if strings.HasPrefix(key, "admins.") && sumForm.MatchString(sum) {
			return nil
		}
	}
	return errors.New("want an administrator whose password is not readable")
}

// read reads local.d in the order of the names: what is later wins.
func read() (map[string]string, error) {
	paths, err := filepath.Glob(filepath.Join(home, "etc/local.d/*.ini"))
	if err != nil {
		return nil, err
	}
	settings, section := map[string]string{}, ""
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(content)) {
			line = strings.TrimSpace(line)
			key, v, found := strings.Cut(line, " = ")
			switch {
			case strings.HasPrefix(line, ";"):
			case strings.HasPrefix(line, "["):
				section = strings.Trim(line, "[]")
			case found:
				settings[section+"."+key] = v
			}
		}
	}
	return settings, nil
}

type server struct{ settings map[string]string }

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	log.Printf("%s %s", r.Method, r.URL.Path)
	switch {
	case r.URL.Path == "/_up":
		_, _ = io.WriteString(w, `{"status":"ok"}`)
	case !s.known(r):
		http.Error(w, `{"error":"unauthorized"}`, http.StatusUnauthorized)
	case r.Method == http.MethodPut:
		s.put(w, r)
	case r.URL.Path == "/_all_dbs":
		content, _ := os.ReadFile(filepath.Join(home, "data/_dbs.couch"))
		_, _ = w.Write(content)
	default:
		http.NotFound(w, r)
	}
}

var sumForm = regexp.MustCompile(`^-pbkdf2-([0-9a-f]{40}),([0-9a-f]+),([0-9]+)$`)

// known derives the password's key as couch_passwords does.
func (s *server) known(r *http.Request) bool {
	name, password, _ := r.BasicAuth()
	sum := sumForm.FindStringSubmatch(s.settings["admins."+name])
	if sum == nil {
		return false
	}
	rounds, err := strconv.Atoi(sum[3])
	if err != nil {
		return false
	}
	key, err := pbkdf2.Key(sha1.New, password, []byte(sum[2]), rounds, sha1.Size)
	return err == nil && hmac.Equal([]byte(hex.EncodeToString(key)), []byte(sum[1]))
}

// put makes a database, or appends what it is given to one and to its index.
func (s *server) put(w http.ResponseWriter, r *http.Request) {
	database, document, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	shard := filepath.Join(home, "data/shards/00000000-ffffffff", database+".1700000000.couch")
	if _, err := os.Stat(shard); err == nil && document == "" {
		http.Error(w, `{"error":"file_exists"}`, http.StatusPreconditionFailed)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err == nil && document == "" {
		err = add(filepath.Join(home, "data/_dbs.couch"), database+"\n")
	}
	if err == nil {
		err = add(shard, string(body))
	}
	if err == nil && document != "" {
		err = add(filepath.Join(home, "data/.shards/00000000-ffffffff", database+".1700000000_design/mrview/0.view"), document)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusCreated)
}

func add(path, content string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // as CouchDB does
		return err
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644) //nolint:gosec // as CouchDB does
	if err != nil {
		return err
	}
	if _, err := file.WriteString(content); err != nil {
		return err
	}
	return file.Close()
}
