# What a newcomer needs is `make up` and `make test`; `make help` lists the rest.

ENV ?= integration
# SKIP leaves tests out of `make engine` and `make behaviour` by name.
SKIP ?= ^$$
BIN := bin
PULUMI_VERSION := v3.255.0

SOURCES := go.mod go.sum $(shell find cmd components internal stacks -name '*.go' -o -path '*/files/*' -type f)
RIGLET := $(BIN)/riglet
TOOLS := $(BIN)/pulumi $(BIN)/pulumi-language-go

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# --- an environment on the offline cloud: ENV=integration, staging or production

.PHONY: preview up destroy outputs
preview: $(RIGLET) $(TOOLS) ## Plan an environment on the offline cloud (ENV=integration)
	@$(RIGLET) preview $(ENV) --offline
up: $(RIGLET) $(TOOLS) ## Bring an environment up on the offline cloud (ENV=integration)
	@$(RIGLET) up $(ENV) --offline
destroy: $(RIGLET) $(TOOLS) ## Take an environment down on the offline cloud (ENV=integration)
	@$(RIGLET) destroy $(ENV) --offline
outputs: $(RIGLET) $(TOOLS) ## Show the outputs of an environment on the offline cloud (ENV=integration)
	@$(RIGLET) outputs $(ENV) --offline

# --- programs, built once and again when their sources change

.PHONY: tools
tools: $(RIGLET) $(TOOLS) ## Build riglet and the Pulumi engine that it drives (2 to 4 minutes the first time)

.PHONY: go
go:
	@command -v go >/dev/null || { echo "riglet needs Go 1.26 to build: https://go.dev/dl" >&2; exit 1; }

$(RIGLET): $(SOURCES) | go
	@echo "building riglet: about two minutes the first time, seconds afterwards"
	@go build -ldflags '-s -w' -o $@ ./cmd/riglet

$(BIN)/pulumi-language-go: $(SOURCES) | go
	@go build -ldflags '-s -w' -o $@ ./cmd/pulumi-language-go

# The version is what the Automation API asks the engine for first; a build without it answers nothing.
$(BIN)/pulumi: tools/go.mod tools/go.sum | go
	@echo "building the Pulumi engine $(PULUMI_VERSION): about two minutes, once"
	@cd tools && go build -o ../$@ \
		-ldflags '-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=$(PULUMI_VERSION)' \
		github.com/pulumi/pulumi/pkg/v3/cmd/pulumi
	@touch $@

$(BIN)/golangci-lint: tools/go.mod tools/go.sum
	@echo "building the linter: about a minute, once"
	@cd tools && go build -ldflags '-s -w' -o ../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@touch $@

# --- checks

# Each component goes its whole way on the real engine too: minutes, so that `make engine` runs these apart.
WHOLE_WAY := ^Test(Cluster|Service|CouchDB|Fleet|Image|Registry)_|^TestEngine_(environmentsShareAnAccount|keepsWhatIsProtected)$$

.PHONY: engine
engine: $(TOOLS) ## Take each component its whole way on the real engine (about five minutes)
	go test -count=1 -timeout 30m ./tests -run '$(WHOLE_WAY)' -skip '$(SKIP)'

.PHONY: test
test: $(RIGLET) $(TOOLS) ## Run the tests: units, contract, golden manifests and the real engine
	go vet ./...
	go test $$(go list ./... | grep -vE '/tests(/behaviour)?$$')
	go test ./tests -skip '$(WHOLE_WAY)'
	cd tests/schema && go test ./...

.PHONY: behaviour
behaviour: deps ## Run rendered scripts for real, in network namespaces (Linux, root)
	go test -count=1 -timeout 20m ./tests/behaviour/... -skip '$(SKIP)'

.PHONY: deps
deps: ## Install the programs that the behaviour tests run
	@scripts/install-test-programs

.PHONY: lint
lint: $(BIN)/golangci-lint ## Run the linter and the formatter's check
	$(BIN)/golangci-lint run ./...
	$(BIN)/golangci-lint fmt --diff ./...

.PHONY: fuzz
fuzz: ## Feed mutated configuration to the decoder for 30 seconds
	go test -run '^$$' -fuzz FuzzDecode -fuzztime 30s -fuzzminimizetime 50x ./stacks/config

.PHONY: bench
bench: $(RIGLET) $(TOOLS) ## Measure build and plan: time and memory
	scripts/bench

GOLDEN := ./tests ./stacks/config ./internal/engine/screen ./components/foundation/internal/nathost \
	./components/fleet/internal/host ./internal/rollsim

.PHONY: golden
golden: ## Write golden files, the schema and the generated documents anew
	go test $(GOLDEN) -update

.PHONY: clean
clean: ## Remove what was built, and the offline cloud
	rm -rf $(BIN) .riglet
