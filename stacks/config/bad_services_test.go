package config_test

import "strings"

// digest is what every image of these tests ends in.
const digest = "@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

// services is a document with a network, a cluster and these services.
func services(lines string) string {
	return top("riglet:network:\n" + indent(good+"balancer: {plainHttp: true}\n") +
		"riglet:cluster: {fargate: true}\nriglet:serviceNames: {domain: example.com}\nriglet:services:\n" + indent(lines))
}

// service is a document with one service that has these lines beside its image.
func service(lines string) string { return services(one("shop", lines)) }

// web is a document with one service behind the balancer that has these lines beside what that needs.
func web(lines string) string { return service("port: 80\npriority: 10\n" + lines) }

func one(name, lines string) string {
	return name + ":\n" + indent("image: {reference: example/shop"+digest+"}\n"+lines)
}

// shop is a fault of a key of the service.
func shop(key, fault string) []string {
	return []string{"riglet:services.shop." + key + ": want " + fault}
}

// badImages are wrong in what runs.
func badImages() []badConfig {
	image := func(value string) string { return services("shop:\n  image: " + value) }
	const wanted = "an image by digest, or by a tag that never moves (not latest), got "
	return []badConfig{
		{name: "no image", give: services("shop: {}"), want: []string{
			`riglet:services.shop.image: want one of reference, released: true or build, got none`,
		}},
		{name: "image as text", give: image("example/shop:v1"), want: []string{
			`riglet:services.shop.image: want a section, got text "example/shop:v1"`,
		}},
		{name: "two images", give: image("{reference: example/shop:v1, build: {context: shop}}"), want: []string{
			`riglet:services.shop.image: want one of reference, released: true or build, got reference and build`,
		}},
		{name: "an image that moves", give: image("{reference: 'example/shop:latest'}"), want: shop("image.reference",
			wanted+`"example/shop:latest"`)},
		{name: "an image without a tag", give: image("{reference: example/shop}"), want: shop("image.reference",
			wanted+`"example/shop"`)},
		{name: "half a digest", give: image("{reference: 'example/shop@sha256:0123'}"), want: shop("image.reference",
			wanted+`"example/shop@sha256:0123"`)},
		{name: "released without a repository", give: image("{released: true}"), want: shop("image.repository",
			`a repository without a tag, such as 123456789012.dkr.ecr.us-west-2.amazonaws.com/shop, got nothing`)},
		{name: "released with a tag", give: image("{released: true, repository: 'example/shop:v1'}"), want: shop(
			"image.repository",
			`a repository without a tag, such as 123456789012.dkr.ecr.us-west-2.amazonaws.com/shop, got "example/shop:v1"`)},
		{
			name: "a repository beside a reference", give: image("{reference: 'example/shop:v1', repository: example/shop}"),
			want: shop("image.repository", `nothing unless released is true, got "example/shop"`),
		},
		{name: "a build without a folder", give: image("{build: {args: {A: b}}}"), want: shop("image.build.context",
			`text, got nothing`)},
		{
			name: "a secret as a build argument", give: image("{build: {context: shop, args: {NPM_TOKEN: hunter2}}}"),
			want: shop("image.build.args.NPM_TOKEN",
				`it under secrets, where nobody reads it: a parameter's path or a secret's ARN, got "a plain value"`),
		},
		{name: "a mistyped choice", give: image("{referenced: 'example/shop:v1'}"), want: []string{
			`riglet:services.shop.image.referenced: want one of reference, released, repository or build ` +
				`(did you mean reference?), got "referenced"`,
		}},
	}
}

// badContainers are wrong in the container or in what it is told.
func badContainers() []badConfig {
	const hiddenFault = `it under secrets, where nobody reads it, got "a value that holds a key or a password"`
	secretName := `it under secrets, where nobody reads it: a parameter's path or a secret's ARN, got "a plain value"`
	environment := func(lines string) string { return service("environment: {" + lines + "}") }
	return []badConfig{
		{name: "more memory than a host has", give: service("memoryMiB: 1731"), want: shop("memoryMiB",
			"1730 at most, what a host of t3.small has to give, got 1731")},
		{name: "more CPU than a host has", give: service("cpu: 2049"), want: shop("cpu",
			"2048 at most, what a host of t3.small has, got 2049")},
		{name: "no memory", give: service("memoryMiB: 5"), want: shop("memoryMiB", "6 to 122880, got 5")},
		{name: "another launch", give: service("launch: lambda"), want: shop("launch",
			`one of ec2 or fargate, got "lambda"`)},
		{name: "fargate without a size", give: service("launch: fargate"), want: shop("cpu",
			"one of 256, 512, 1024, 2048, 4096, 8192 or 16384 with fargate, got 0")},
		{
			name: "fargate with an impossible pair", give: service("launch: fargate\ncpu: 256\nmemoryMiB: 4096"),
			want: shop("memoryMiB", "512, 1024 or 2048 with fargate and cpu 256, got 4096"),
		},
		{name: "an architecture on hosts", give: service("architecture: arm64"), want: shop("architecture",
			`nothing unless launch is fargate, got "arm64"`)},
		{name: "a number as text", give: environment("WORKERS: 4"), want: shop("environment.WORKERS",
			`text in quotes, got number 4`)},
		{name: "a truth as text", give: environment("DEBUG: true"), want: shop("environment.DEBUG",
			`text in quotes, got true`)},
		{name: "a password", give: environment("DB_PASSWORD: hunter2"), want: shop("environment.DB_PASSWORD", secretName)},
		{name: "a secret", give: environment("CLIENT_SECRET: hunter2"), want: shop("environment.CLIENT_SECRET", secretName)},
		{name: "a token", give: environment("github_token: hunter2"), want: shop("environment.github_token", secretName)},
		{name: "an API key", give: environment("STRIPE_APIKEY: hunter2"), want: shop("environment.STRIPE_APIKEY", secretName)},
		{
			name: "a password in a URL", give: environment("DATABASE_URL: 'postgres://shop:hunter2@db.example.com/shop'"),
			want: shop("environment.DATABASE_URL", hiddenFault),
		},
		{
			name: "an access key", give: environment("ACCOUNT: AKIAIOSFODNN7EXAMPLE"),
			want: shop("environment.ACCOUNT", hiddenFault),
		},
		{
			name: "a private key", give: environment("PEM: '-----BEGIN EC PRIVATE KEY-----hunter2'"),
			want: shop("environment.PEM", hiddenFault),
		},
		{
			name: "a key of GitHub", give: environment("DEPLOY: ghp_" + strings.Repeat("a", 36)),
			want: shop("environment.DEPLOY", hiddenFault),
		},
		{name: "a variable that is none", give: environment("2ND: b"), want: shop("environment.2ND",
			`a variable name: letters, digits and underscores, no digit first, got "2ND"`)},
		{name: "a secret as it is", give: service("secrets: {DB_PASSWORD: hunter2}"), want: shop("secrets.DB_PASSWORD",
			`the path of a parameter such as /shop/key, or the ARN of a parameter or a secret, got "something else"`)},
		{name: "a variable twice", give: service("environment: {DB: a}\nsecrets: {DB: /shop/db}"), want: shop("secrets.DB",
			`it in environment or in secrets, got "both"`)},
		{name: "the database's address twice", give: service("environment: {DB: a}\ndatabaseVariable: DB"), want: shop(
			"databaseVariable", `a variable that is not in environment or secrets, got "DB"`)},
		{name: "a path of parameters without a slash", give: service("secretPath: acme/shop"), want: shop("secretPath",
			`a path of parameters such as /acme/shop, got "acme/shop"`)},
		{name: "writable everything", give: service("writablePaths: [/]"), want: shop("writablePaths[0]",
			`a folder such as /var/cache/nginx, got "/"`)},
		{
			name: "more writable than there is memory", give: service("writablePaths: [/tmp]\nwritableMiB: 512"),
			want: shop("writableMiB", "memoryMiB at most, 256, got 512"),
		},
		{
			name: "two things in one folder", give: service("writablePaths: [/srv]\nvolumes:\n  files: {path: /srv, " +
				"fileSystemId: fs-01234567, accessPointId: fsap-01234567}"),
			want: shop("volumes.files.path", `a folder that nothing else is at, got "/srv"`),
		},
		{name: "a volume of nothing", give: service("volumes: {files: {path: /srv}}"), want: []string{
			`riglet:services.shop.volumes.files.fileSystemId: want the id of an EFS file system such as ` +
				`fs-0123456789abcdef0, got nothing`,
			`riglet:services.shop.volumes.files.accessPointId: want the id of an access point such as ` +
				`fsap-0123456789abcdef0, got nothing`,
		}},
		{name: "migrations of nothing", give: service("migrations: {}"), want: shop("migrations.command",
			"1 to 100, got 0")},
		{name: "a user with spaces", give: service("user: node node"), want: shop("user",
			`a user such as 1000 or node:node, got "node node"`)},
	}
}

// badTraffic are wrong in how they are reached.
func badTraffic() []badConfig {
	return []badConfig{
		{name: "unknown network mode", give: service("networkMode: nat"), want: shop("networkMode",
			`one of bridge, awsvpc or host, got "nat"`)},
		{
			name: "bridge on fargate", give: service("launch: fargate\ncpu: 256\nmemoryMiB: 512\nnetworkMode: bridge"),
			want: shop("networkMode", `awsvpc with fargate, which has no other, got "bridge"`),
		},
		{name: "host port on awsvpc", give: web("networkMode: awsvpc\nhostPort: 8080"), want: shop("hostPort",
			"nothing with awsvpc: each task has an address of its own, got 8080")},
		{
			name: "host port on fargate", give: web("launch: fargate\ncpu: 256\nmemoryMiB: 512\nhostPort: 8080"),
			want: shop("hostPort", "nothing with awsvpc: each task has an address of its own, got 8080"),
		},
		{name: "host port without port", give: service("hostPort: 8080"), want: shop("hostPort",
			"nothing without port, got 8080")},
		{name: "two ports of the host", give: web("networkMode: host\nhostPort: 8080"), want: shop("hostPort",
			"nothing with host, or the same as port, 80, got 8080")},
		{name: "as many fixed ports as hosts", give: web("hostPort: 8080\ndesiredCount: 4"), want: shop("desiredCount",
			"less than the 4 hosts of riglet:cluster.maxHosts: with a fixed port, a deployment needs a free host, got 4")},
		{name: "port out of range", give: service("port: 65536\npriority: 1"), want: shop("port", "0 to 65535, got 65536")},
		{name: "port without priority", give: service("port: 80"), want: shop("priority",
			"1 to 50000 with port, got 0")},
		{name: "priority without port", give: service("priority: 10\nhosts: [a.example.com]\nshortName: true"), want: []string{
			`riglet:services.shop.priority: want nothing without port, got something`,
			`riglet:services.shop.hosts: want nothing without port, got something`,
			`riglet:services.shop.shortName: want nothing without port, got something`,
		}},
		{name: "priority out of range", give: service("port: 80\npriority: 50001"), want: shop("priority",
			"0 to 50000, got 50001")},
		{name: "priority used twice", give: services(one("shop", "port: 80\npriority: 10") + "\n" +
			one("stock", "port: 81\npriority: 10")), want: []string{
			`riglet:services.stock.priority: want a priority of its own (shop has this one), got 10`,
		}},
		{name: "a name used twice", give: services(one("shop", "port: 80\npriority: 10\nhosts: [a.example.com]") + "\n" +
			one("stock", "port: 81\npriority: 20\nhosts: [b.example.com, a.example.com]")), want: []string{
			`riglet:services.stock.hosts: want a name of its own (shop has this one), got "a.example.com"`,
		}},
		{name: "a name and a path used twice", give: services(
			one("shop", "port: 80\npriority: 10\nhosts: [a.example.com]\npaths: [/a, /b]") + "\n" +
				one("stock", "port: 81\npriority: 20\nhosts: [a.example.com]\npaths: [/b, /c]")), want: []string{
			`riglet:services.stock.hosts: want a name of its own (shop has this one), got "a.example.com/b"`,
		}},
		{name: "the short name of another", give: services(one("shop", "port: 80\npriority: 10\nshortName: true") + "\n" +
			one("stock", "port: 81\npriority: 20\nhosts: [shop.example.com]")), want: []string{
			`riglet:services.stock.hosts: want a name of its own (shop has this one), got "shop.example.com"`,
		}},
		{name: "a host that is a URL", give: web("hosts: ['https://example.com']"), want: shop("hosts[0]",
			`a name such as app.example.com or *.example.com, got "https://example.com"`)},
		{name: "more conditions than a rule takes", give: web("hosts: [a.example.com, b.example.com, c.example.com]\n" +
			"paths: [/a, /b, /c]"), want: shop("hosts", "5 names and paths together at most, got 6")},
		{name: "a path without a slash", give: web("paths: [api]"), want: shop("paths[0]",
			`a path pattern such as /api/*, got "api"`)},
		{name: "a matcher that is none", give: web("matcher: 2xx"), want: shop("matcher",
			`status codes such as 200 or 200-301, got "2xx"`)},
		{name: "a prefix with dots", give: web("hostPrefix: alice."), want: shop("hostPrefix",
			`1 to 20 lower-case letters, digits and hyphens, no hyphen first, got "alice."`)},
		{
			name: "no name for anything", give: strings.Replace(web(""), "riglet:serviceNames: {domain: example.com}", "", 1),
			want: shop("hosts", "names, or a domain to make them in (riglet:serviceNames), got nothing"),
		},
		{
			name: "a short name of no domain", give: strings.Replace(web("hosts: [a.example.com]\nshortName: true"),
				"riglet:serviceNames: {domain: example.com}", "", 1),
			want: shop("shortName", "a domain to make the name in (riglet:serviceNames), got true"),
		},
		{
			name: "no balancer", give: strings.Replace(web(""), "balancer: {plainHttp: true}", "", 1),
			want: shop("port", "a section riglet:network.balancer, to lead to it, got 80"),
		},
		{name: "names that the certificate is not for", give: strings.NewReplacer(
			"{plainHttp: true}", "{domain: {name: example.com, hostedZoneId: Z123}}",
			"riglet:serviceNames: {domain: example.com}", "",
		).Replace(web("hosts: [example.com, a.example.com, a.b.example.com, example.org]")), want: []string{
			`riglet:services.shop.hosts[2]: want a name that the balancer's certificate is for: example.com or one label ` +
				`below it, got "a.b.example.com"`,
			`riglet:services.shop.hosts[3]: want a name that the balancer's certificate is for: example.com or one label ` +
				`below it, got "example.org"`,
		}},
		{
			name: "another domain than the certificate's", give: strings.NewReplacer(
				"{plainHttp: true}", "{domain: {name: example.org, hostedZoneId: Z123}}").Replace(web("")),
			want: shop("hosts", `names that the balancer's certificate is for: riglet:serviceNames has another domain than `+
				`example.org, got "example.com"`),
		},
	}
}

// badCounts are wrong in numbers, or together with the rest of the environment.
func badCounts() []badConfig {
	return []badConfig{
		{name: "no cluster", give: strings.Replace(service(""), "riglet:cluster: {fargate: true}", "", 1), want: []string{
			`riglet:cluster: want a section, for riglet:services to run on ({} for its defaults), got nothing`,
		}},
		{
			name: "fargate that the cluster has not", give: strings.Replace(
				service("launch: fargate\ncpu: 256\nmemoryMiB: 512"), "{fargate: true}", "{}", 1),
			want: shop("launch", `ec2, or fargate: true in riglet:cluster, got "fargate"`),
		},
		{name: "no task", give: service("desiredCount: 0"), want: shop("desiredCount", "1 to 1000, got 0")},
		{name: "minimum above maximum", give: service("scaling: {min: 4, max: 2}"), want: shop("scaling.min",
			"max at most, 2, got 4")},
		{name: "desired above maximum", give: service("desiredCount: 3\nscaling: {min: 1, max: 2}"), want: shop(
			"desiredCount", "scaling.max at most, 2, got 3")},
		{name: "scaling without bounds", give: service("scaling: {}"), want: []string{
			`riglet:services.shop.scaling.min: want 1 to 1000, got 0`,
			`riglet:services.shop.scaling.max: want 1 to 1000, got 0`,
		}},
		{name: "hardly any use", give: service("scaling: {min: 1, max: 2, cpuPercent: 5, memoryPercent: 95}"), want: []string{
			`riglet:services.shop.scaling.cpuPercent: want 0, or 10 to 90, got 5`,
			`riglet:services.shop.scaling.memoryPercent: want 0 to 90, got 95`,
		}},
		{name: "requests without a balancer", give: service("scaling: {min: 1, max: 2, requestsPerTarget: 100}"), want: shop(
			"scaling.requestsPerTarget", "nothing without port: only a balancer counts, got 100")},
		{name: "requests that outlive their task", give: web("deregistrationDelaySeconds: 60"), want: shop(
			"deregistrationDelaySeconds", "stopTimeoutSeconds at most, 30, got 60")},
		{name: "a boot that outlives its deployment", give: web("healthGraceSeconds: 900"), want: shop(
			"healthGraceSeconds", "less than deadlineSeconds, 900, got 900")},
		{name: "no room to roll", give: service("memoryMiB: 1730\ndesiredCount: 4"), want: []string{
			`riglet:services: want 5190 MiB at most, what the 4 hosts of riglet:cluster.maxHosts have to give, with room ` +
				`for one task more, got 6920 MiB`,
		}},
		{name: "a branch with a slash", give: service("branch: feature/x"), want: shop("branch",
			`letters, digits and inner ._-, no slash, got "feature/x"`)},
		{name: "a period that is none", give: service("logRetentionDays: 61"), want: shop("logRetentionDays",
			"one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, "+
				"3653 days, got 61")},
		{name: "a service with capitals", give: services(one("Shop", "")), want: []string{
			`riglet:services.Shop: want 1 to 20 lower-case letters, digits and inner hyphens, a letter first, got "Shop"`,
		}},
		{name: "services as a list", give: top("riglet:services: [shop]"), want: []string{
			`riglet:services: want a section of names, each with a section, got a list`,
		}},
		{name: "a service as text", give: services("shop: example/shop"), want: []string{
			`riglet:services.shop: want a section, got text "example/shop"`,
		}},
		{
			name: "a mistyped port is the only fault", give: service("prot: 80\npriority: 10\nhosts: [a.example.com]"),
			want: []string{`riglet:services.shop.prot: want one of image, launch, architecture, command, user, cpu, memoryMiB, ` +
				`environment, secrets, secretPath, databaseVariable, writablePaths, writableMiB, volumes, exec, ` +
				`stopTimeoutSeconds, networkMode, port, hostPort, priority, hosts, hostPrefix, shortName, paths, healthPath, ` +
				`matcher, healthGraceSeconds, deregistrationDelaySeconds, desiredCount, scaling, minimumHealthyPercent, ` +
				`maximumPercent, deadlineSeconds, migrations, repo, branch, logRetentionDays or protected ` +
				`(did you mean port?), got "prot"`},
		},
		{name: "every service at once, in order", give: services(
			one("zebra", "desiredCount: 0\nport: 80") + "\n" + one("alpha", "memoryMiB: 1\ncpu: -1")), want: []string{
			`riglet:services.alpha.cpu: want 0 to 16384, got -1`,
			`riglet:services.alpha.memoryMiB: want 6 to 122880, got 1`,
			`riglet:services.zebra.priority: want 1 to 50000 with port, got 0`,
			`riglet:services.zebra.desiredCount: want 1 to 1000, got 0`,
		}},
	}
}
