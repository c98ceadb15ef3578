package config_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/riglet/riglet/internal/instancetype"
	"github.com/riglet/riglet/stacks/config"
)

func TestDecode_fillsTheDefaultsOfAService(t *testing.T) {
	t.Parallel()
	cfg, err := decode(service(""))
	require.NoError(t, err)
	assert.Equal(t, map[string]config.Service{"shop": {
		Image: config.Image{Reference: "example/shop" + digest}, Launch: config.LaunchEC2, MemoryMiB: 256,
		WritableMiB: 64, StopTimeoutSeconds: 30, HealthPath: "/", Matcher: "200-301", HealthGraceSeconds: 60,
		DeregistrationDelaySeconds: 30, DesiredCount: 1, MinimumHealthyPercent: 100, MaximumPercent: 200,
		DeadlineSeconds: 900, Branch: "main", LogRetentionDays: 60,
	}}, cfg.Services)
}

func TestDecode_readsEveryKeyOfAService(t *testing.T) {
	t.Parallel()
	cfg, err := decode(services(`shop:
  image: {build: {context: shop, dockerfile: shop/Dockerfile.small, target: run, args: {VERSION: "7", EMPTY: ""}}}
  launch: fargate
  architecture: amd64
  command: [serve, --verbose, --verbose]
  user: "1000:1000"
  cpu: 512
  memoryMiB: 2048
  environment: {LEVEL: info, EMPTY: "", PASSWORD_FILE: /run/password, TOKEN_LIFETIME: "60"}
  secrets: {DB_PASSWORD: /acme/shop/db}
  secretPath: /acme/shop
  databaseVariable: DB_URL
  writablePaths: [/tmp]
  writableMiB: 32
  volumes: {files: {path: /srv, fileSystemId: fs-01234567, accessPointId: fsap-01234567, readOnly: true}}
  exec: true
  stopTimeoutSeconds: 60
  networkMode: awsvpc
  port: 8080
  priority: 10
  hosts: [shop.example.com, '*.shop.example.com']
  shortName: true
  paths: [/api/*, /v2/*]
  healthPath: /healthz
  matcher: "200"
  healthGraceSeconds: 120
  deregistrationDelaySeconds: 45
  desiredCount: 2
  scaling: {min: 2, max: 8, cpuPercent: 70, memoryPercent: 80, requestsPerTarget: 500, stepOn5xx: 10,
    outSeconds: 30, inSeconds: 600}
  minimumHealthyPercent: 50
  maximumPercent: 150
  deadlineSeconds: 1200
  migrations: {command: [migrate, up], timeoutSeconds: 60}
  repo: shop-service
  branch: release-7
  logRetentionDays: 7
  protected: true`))
	require.NoError(t, err)
	assert.Equal(t, map[string]config.Service{"shop": {
		Image: config.Image{Build: &config.Build{
			Context: "shop", Dockerfile: "shop/Dockerfile.small", Target: "run",
			Args: map[string]string{"VERSION": "7", "EMPTY": ""},
		}},
		Launch: config.LaunchFargate, Architecture: instancetype.AMD64,
		Command: []string{"serve", "--verbose", "--verbose"}, User: "1000:1000", CPU: 512, MemoryMiB: 2048,
		Environment: map[string]string{
			"LEVEL": "info", "EMPTY": "", "PASSWORD_FILE": "/run/password", "TOKEN_LIFETIME": "60",
		},
		Secrets: map[string]string{"DB_PASSWORD": "/acme/shop/db"}, SecretPath: "/acme/shop", DatabaseVariable: "DB_URL",
		WritablePaths: []string{"/tmp"}, WritableMiB: 32,
		Volumes: map[string]config.Volume{"files": {
			Path: "/srv", FileSystemID: "fs-01234567", AccessPointID: "fsap-01234567", ReadOnly: true,
		}},
		Exec: true, StopTimeoutSeconds: 60, NetworkMode: config.NetworkVPC, Port: 8080, Priority: 10,
		Hosts: []string{"shop.example.com", "*.shop.example.com"}, ShortName: true, Paths: []string{"/api/*", "/v2/*"},
		HealthPath: "/healthz", Matcher: "200", HealthGraceSeconds: 120, DeregistrationDelaySeconds: 45, DesiredCount: 2,
		Scaling: &config.Scaling{
			Min: 2, Max: 8, CPUPercent: 70, MemoryPercent: 80, RequestsPerTarget: 500, StepOn5xx: 10, OutSeconds: 30,
			InSeconds: 600,
		},
		MinimumHealthyPercent: 50, MaximumPercent: 150, DeadlineSeconds: 1200,
		Migrations: &config.Migrations{Command: []string{"migrate", "up"}, TimeoutSeconds: 60},
		Repo:       "shop-service", Branch: "release-7", LogRetentionDays: 7, Protected: true,
	}}, cfg.Services)
}

func TestDecode_acceptsServices(t *testing.T) {
	t.Parallel()
	hosts := "hosts: [a.example.com]\n"
	tests := []struct{ name, give string }{
		{"none", services("{}")},
		{"a worker", service("command: [work]")},
		{"variables about secrets", service("environment: {TOKEN_URL: 'https://login.example.com', " +
			"PASSWORD_MIN_LENGTH: '12', SECRET_NAME: shop, KEYBOARD: de, PARTITION_KEY: id, PUBLIC_KEY: 'ssh-ed25519 AAAA', " +
			"DATABASE_URL: 'postgres://db.example.com/shop', PROXY: 'http://proxy.example.com:3128', REVISION: " +
			strings.Repeat("ab", 20) + "}")},
		{"a released image", services("shop: {image: {released: true, repository: example/shop}}")},
		{"an image by tag", services("shop: {image: {reference: 'registry.example.com:5000/a/shop_x:v1.2'}}")},
		{"an image of the hub", services("shop: {image: {reference: 'nginx:1.27'}}")},
		{"latest by digest", services("shop: {image: {reference: 'example/shop:latest" + digest + "'}}")},
		{"one name, other paths", services(one("shop", "port: 80\npriority: 10\n"+hosts) + "\n" +
			one("stock", "port: 81\npriority: 5\npaths: [/stock/*]\n"+hosts))},
		{"copies side by side", services(one("shop", "port: 80\npriority: 10\nhostPrefix: alice-"))},
		{"a fixed port with room", web("hostPort: 8080\ndesiredCount: 3")},
		{"as many fixed ports as hosts, that may be missing", web("hostPort: 80\ndesiredCount: 4\n" +
			"minimumHealthyPercent: 50")},
		{"a host of a type that is not known", strings.Replace(service("memoryMiB: 122880"), "{fargate: true}",
			"{instanceType: x2gd.medium}", 1)},
		{"desired below minimum, which holds", service("scaling: {min: 2, max: 4}")},
		{"the last bit of a host", service("memoryMiB: 1730\ndesiredCount: 3")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := decode(tt.give)
			assert.NoError(t, err)
		})
	}
}

func TestHostsOf(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, give, domain, zone string
		want                     []string
	}{
		{"made", web(""), "example.com", "", []string{"production-shop.example.com"}},
		{"made for a copy", web("hostPrefix: alice-"), "example.com", "", []string{"alice-production-shop.example.com"}},
		{
			"and the short one", web("shortName: true"), "example.com", "",
			[]string{"production-shop.example.com", "shop.example.com"},
		},
		{"given", web("hosts: [a.example.org]"), "example.com", "", []string{"a.example.org"}},
		{
			"given, and the short one once", web("hosts: [shop.example.com]\nshortName: true"), "example.com", "",
			[]string{"shop.example.com"},
		},
		{
			"in the balancer's domain", strings.NewReplacer(
				"{plainHttp: true}", "{domain: {name: example.net, hostedZoneId: Z123}}",
				"riglet:serviceNames: {domain: example.com}", "",
			).Replace(web("")), "example.net", "Z123", []string{"production-shop.example.net"},
		},
		{
			"paths alone", strings.Replace(web("paths: [/a]"), "riglet:serviceNames: {domain: example.com}", "", 1),
			"", "", nil,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg, err := decode(tt.give)
			require.NoError(t, err)
			assert.Equal(t, tt.want, cfg.HostsOf("production", "shop"))
			assert.Equal(t, tt.domain, cfg.Domain())
			assert.Equal(t, tt.zone, cfg.NamesZoneID())
		})
	}
}

func TestDesired(t *testing.T) {
	t.Parallel()
	assert.Equal(t, 2, config.Service{DesiredCount: 2}.Desired())
	assert.Equal(t, 3, config.Service{DesiredCount: 2, Scaling: &config.Scaling{Min: 3, Max: 4}}.Desired())
	assert.Equal(t, 4, config.Service{DesiredCount: 4, Scaling: &config.Scaling{Min: 3, Max: 4}}.Desired())
}
