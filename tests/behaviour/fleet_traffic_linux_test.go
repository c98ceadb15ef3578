package behaviour_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// instance is the metadata service of one host of a fleet.
func instance(args []string) error {
	listener, err := net.Listen("tcp4", metadataIP+":80")
	if err != nil {
		return err
	}
	_, _ = os.Stdout.WriteString("ready")
	return (&http.Server{Handler: &fleetIMDS{dir: args[0]}, ReadHeaderTimeout: time.Second}).Serve(listener)
}

// fleetIMDS takes the token part from the metadata service of the NAT's tests.
type fleetIMDS struct{ dir string }

func (m *fleetIMDS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPut && r.URL.Path == "/latest/api/token" {
		(&imds{}).giveToken(w, r)
		return
	}
	if r.Header.Get("X-aws-ec2-metadata-token") != token {
		http.Error(w, "", http.StatusUnauthorized)
		return
	}
	state, _ := os.ReadFile(filepath.Join(m.dir, "state"))
	host, _, _ := net.SplitHostPort(r.Context().Value(http.LocalAddrContextKey).(net.Addr).String())
	answers := map[string]string{
		"instance-id":                        newInstance,
		"local-ipv4":                         ownAddress(host),
		"autoscaling/target-lifecycle-state": string(state),
	}
	value := answers[strings.TrimPrefix(r.URL.Path, "/latest/meta-data/")]
	if value == "" {
		http.Error(w, "", http.StatusNotFound)
		return
	}
	_, _ = io.WriteString(w, value)
}

// ownAddress is the host's first address that is neither loopback's nor the metadata service's.
func ownAddress(service string) string {
	addresses, _ := net.InterfaceAddrs()
	for _, address := range addresses {
		network, isNet := address.(*net.IPNet)
		if isNet && network.IP.To4() != nil && !network.IP.IsLoopback() && network.IP.String() != service {
			return network.IP.String()
		}
	}
	return ""
}

// app is the application of a fleet: it keeps connections, has slow answers, and at SIGTERM
// finishes what it has begun.
func app(args []string) error {
	routes := http.NewServeMux()
	routes.HandleFunc("/health", func(w http.ResponseWriter, _ *http.Request) {
		if os.Getenv("APP_UNHEALTHY") == "true" {
			http.Error(w, "", http.StatusInternalServerError)
		}
	})
	routes.HandleFunc("/env", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, os.Getenv(r.URL.RawQuery))
	})
	routes.HandleFunc("/slow", func(http.ResponseWriter, *http.Request) { time.Sleep(400 * time.Millisecond) })
	routes.HandleFunc("/", func(http.ResponseWriter, *http.Request) {})
	server := &http.Server{Addr: ":" + args[0], Handler: routes, ReadHeaderTimeout: time.Second}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if os.Getenv("APP_DEAF") == "true" {
		ctx = context.Background()
	}
	finished := make(chan error, 1)
	go func() {
		<-ctx.Done()
		bound, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		finished <- server.Shutdown(bound)
	}()
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		return err
	}
	return <-finished
}

// tally is what a load has seen.
type tally struct {
	mu           sync.Mutex
	Sent, Failed int
	Connections  int
	Faults       []string
}

// load sends GET requests at a fixed rate, one of ten slow, over connections that are kept, until
// the file named last is there: URL RATE FILE.
func load(args []string) error {
	rate, err := strconv.Atoi(args[1])
	if err != nil {
		return err
	}
	client := &http.Client{
		Timeout:   5 * time.Second,
		Transport: &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections},
	}
	seen, turns := &tally{}, make(chan int, connections)
	var workers sync.WaitGroup
	for range connections {
		workers.Go(func() {
			for turn := range turns {
				seen.request(client, args[0], turn)
			}
		})
	}
	paced(rate, args[2], turns)
	workers.Wait()
	return json.NewEncoder(os.Stdout).Encode(seen)
}

// connections bounds the client: more than its rate of slow answers needs, far below the ports.
const connections = 40

// paced hands out turns at the rate. It catches up when the machine was busy.
func paced(rate int, until string, turns chan<- int) {
	defer close(turns)
	start := time.Now()
	for turn := 0; ; turn++ {
		time.Sleep(time.Until(start.Add(time.Duration(turn) * time.Second / time.Duration(rate))))
		if turn%rate == 0 {
			if _, err := os.Stat(until); err == nil || turn > 60*rate {
				return
			}
		}
		turns <- turn
	}
}

func (s *tally) request(client *http.Client, url string, turn int) {
	path := "/"
	if turn%10 == 0 {
		path = "/slow"
	}
	trace := &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		if !info.Reused {
			s.mu.Lock()
			s.Connections++
			s.mu.Unlock()
		}
	}}
	ctx := httptrace.WithClientTrace(context.Background(), trace)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+path, nil)
	if err == nil {
		err = good(client, request)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.Sent++
	if err != nil {
		s.Failed++
		s.Faults = append(s.Faults[:min(len(s.Faults), 4)], err.Error())
	}
}

func good(client *http.Client, request *http.Request) error {
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", response.StatusCode)
	}
	return nil
}
