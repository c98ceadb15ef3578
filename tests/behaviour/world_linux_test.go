package behaviour_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

const partVariable = "RIGLET_BEHAVIOUR_PART"

// patience is how long a client waits before a packet without answer counts as refused.
const patience = 800 * time.Millisecond

// play is one server or client of a lab, in the namespace that it was started in.
func play(part string, args []string) int {
	parts := map[string]func([]string) error{
		"world": world, "echo": echo, "dial": dial, "instance": instance, "app": app, "load": load,
	}
	if err := parts[part](args); err != nil {
		_, _ = fmt.Fprintln(os.Stdout, err)
		return 1
	}
	return 0
}

// world is the Internet and, on the link-local address, the instance metadata service.
func world(args []string) error {
	metadata, err := net.Listen("tcp4", metadataIP+":80")
	if err != nil {
		return err
	}
	go func() {
		_ = (&http.Server{Handler: &imds{dir: args[0]}, ReadHeaderTimeout: time.Second}).Serve(metadata)
	}()
	web, err := net.Listen("tcp4", serverIP+":8080")
	if err != nil {
		return err
	}
	go func() { _ = (&http.Server{Handler: http.NotFoundHandler(), ReadHeaderTimeout: time.Second}).Serve(web) }()
	return echo(args)
}

// echo tells each peer the address that it was seen with and, over TCP, the segment size too.
func echo([]string) error {
	packets, err := net.ListenPacket("udp4", ":7000")
	if err != nil {
		return err
	}
	go func() {
		buffer := make([]byte, 64)
		for {
			if _, peer, err := packets.ReadFrom(buffer); err == nil {
				host, _, _ := net.SplitHostPort(peer.String())
				_, _ = packets.WriteTo([]byte(host), peer)
			}
		}
	}()
	connections, err := net.Listen("tcp4", ":7000")
	if err != nil {
		return err
	}
	_, _ = os.Stdout.WriteString("ready")
	for {
		connection, err := connections.Accept()
		if err != nil {
			return err
		}
		go describe(connection.(*net.TCPConn))
	}
}

func describe(connection *net.TCPConn) {
	defer func() { _ = connection.Close() }()
	host, _, _ := net.SplitHostPort(connection.RemoteAddr().String())
	raw, err := connection.SyscallConn()
	if err != nil {
		return
	}
	_, _ = connection.Read(make([]byte, 64))
	_ = raw.Control(func(fd uintptr) {
		size, _ := syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_MAXSEG)
		_, _ = fmt.Fprintf(connection, "%s %d", host, size)
	})
}

// dial is a client: NETWORK FROM TO. The request is for the servers that wait for one.
func dial(args []string) error {
	network, from, to := args[0], args[1], args[2]
	if network == "icmp" {
		return ping(from, to)
	}
	local, err := localAddress(network, from)
	if err != nil {
		return err
	}
	connection, err := (&net.Dialer{Timeout: patience, LocalAddr: local}).Dial(network, to)
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close() }()
	if _, err := connection.Write([]byte("GET / HTTP/1.0\r\n\r\n")); err != nil {
		return err
	}
	return answer(connection)
}

func localAddress(network, from string) (net.Addr, error) {
	if network == "udp4" {
		return net.ResolveUDPAddr(network, from+":0")
	}
	return net.ResolveTCPAddr(network, from+":0")
}

func answer(connection net.Conn) error {
	if err := connection.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	buffer := make([]byte, 64)
	n, err := connection.Read(buffer)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	_, err = os.Stdout.Write(buffer[:n])
	return err
}

// ping sends one ICMP echo request, with its checksum precomputed for this very packet.
func ping(from, to string) error {
	local, err := net.ResolveIPAddr("ip4", from)
	if err != nil {
		return err
	}
	remote, err := net.ResolveIPAddr("ip4", to)
	if err != nil {
		return err
	}
	connection, err := net.DialIP("ip4:icmp", local, remote)
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close() }()
	request := []byte{8, 0, 0xf7, 0xfd, 0, 1, 0, 1}
	if _, err := connection.Write(request); err != nil {
		return err
	}
	return answer(connection)
}

// imds is the instance metadata service, version 2 only, which first refuses a few requests as
// it does on a host that has just been started.
type imds struct {
	dir     string
	refused atomic.Int64
}

const token = "only-with-this-token"

func (m *imds) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case m.refused.Add(1) <= 3:
		http.Error(w, "not yet", http.StatusServiceUnavailable)
	case r.Method == http.MethodPut && r.URL.Path == "/latest/api/token":
		m.giveToken(w, r)
	case r.Header.Get("X-aws-ec2-metadata-token") != token:
		http.Error(w, "", http.StatusUnauthorized)
	default:
		m.answer(w, strings.TrimPrefix(r.URL.Path, "/latest/meta-data/"))
	}
}

func (m *imds) giveToken(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-aws-ec2-metadata-token-ttl-seconds") == "" {
		http.Error(w, "", http.StatusBadRequest)
		return
	}
	_, _ = io.WriteString(w, token)
}

func (m *imds) answer(w http.ResponseWriter, path string) {
	answers := map[string]string{
		"instance-id":              newInstance,
		"placement/region":         region,
		"network/interfaces/macs/": primaryMAC + "/\n",
		"network/interfaces/macs/" + primaryMAC + "/interface-id": "eni-0bbbbbbbbbbbbbbbb",
	}
	if holder, err := os.ReadFile(filepath.Join(m.dir, "holder")); err == nil && string(holder) == newInstance {
		answers["network/interfaces/macs/"] += fixedMAC + "/\n"
		answers["network/interfaces/macs/"+fixedMAC+"/interface-id"] = fixedInterface
		answers["network/interfaces/macs/"+fixedMAC+"/local-ipv4s"] = fixedIP + "\n10.10.0.99"
		answers["network/interfaces/macs/"+fixedMAC+"/subnet-ipv4-cidr-block"] = publicRange
	}
	value, known := answers[path]
	if !known {
		http.Error(w, "", http.StatusNotFound)
		return
	}
	_, _ = io.WriteString(w, value)
}
