# make run    builds the web client and the server, and serves on 127.0.0.1:5000; options: make run ARGS="--data /var/lib/graphroom"
# make web    builds the web client alone, into web-client/dist, from where the next cargo build takes it
# make dev    shows the web client as it is being written, with changes at once, over the server on 127.0.0.1:5000 or
#             GRAPHROOM_URL
# make test   everything a change has to pass; starts its own servers
# make generate  writes protocol/generated from the routes and the events
# make schemathesis  asks a server for whatever its OpenAPI document describes, for some minutes and by another
#             seed every time; EXAMPLES=N SEED=N. `make test` does it briefly
# make sim    random commands of three authors over real sockets, and several clients over a network that misbehaves,
#             with a server that dies and a disk that fails: replicas, replays and journals are compared; other seeds
#             every time; SEEDS=N FIRST=N, or SEED=N for one plan alone. `make test` does the first thousand and 300
# make crash  kill -9 a thousand times under stock socket.io-clients that resume; KILLS=N SEED=N. `make test` does ten
# make fuzz   odd input for every decoder, command, event and route, by another seed every time; TIME=600 SEED=N.
#             `make test` does it for a minute
# make bench  how fast the server is beside its peers, on this machine: a table, and target/bench.json; some twenty
#             minutes. ONLY=events,idle RUNS=5 SECONDS=3 STALL_SECONDS=60; see docs/benchmarks.md
# make bench-web  how fast the web client is in Chromium, over a release build: a table, and target/bench-web.json
# make test-firefox  the web client in Firefox: a smoke run
# make audit  the dependencies against known vulnerabilities, which are fetched from the internet
# make chaos  clients over a network that misbehaves, by other seeds every time; SEEDS=100 FIRST=N, or SEED=N for one
#             storm alone. `make test` has three
# make soak   a release build under guests that come and go in every way, for TIME=600 seconds: at the end its memory,
#             files and connections are what they were; and ten thousand clients that come back within five seconds
# make coverage  the lines that the tests run, of domain, store and session; fails under 90 %; HTML in target/
# make fmt    formats
# make lint   formatting and clippy alone

NEXTEST_PROFILE ?= default
# What is there for tests alone.
NOT_COVERED := /tests/|/tests\.rs$$|/suite/|/suite\.rs$$
CLIENTS := tests/clients/node_modules/.package-lock.json
PEER := tests/bench/peers/npm/node_modules/.package-lock.json
WEB_PACKAGES := web-client/node_modules/.package-lock.json
WEB := web-client/dist/index.html
# Folders are among them: they change when a file goes.
WEB_SOURCES := $(shell find web-client/src web-client/public web-client/scripts) protocol/generated/protocol.ts \
	$(wildcard web-client/*.html web-client/*.js web-client/*.json web-client/*.ts)

# Ten thousand connections are as many files.
MANY_FILES := ulimit -n "$$(ulimit -H -n)"

.PHONY: run web dev test bench-web test-firefox audit generate schemathesis sim crash fuzz bench chaos soak coverage fmt lint web-checks setup \
	tools

# What a step left half done is not there.
.DELETE_ON_ERROR:

run: tools web
	cargo run --locked --release -- serve $(ARGS)

web: $(WEB)

dev: $(WEB_PACKAGES)
	cd web-client && npm run dev

test: setup web web-checks lint
	cargo deny --locked check bans licenses sources
	python3 tests/support/flush_shim/check.py
	$(MANY_FILES); cargo nextest run --locked --workspace --profile $(NEXTEST_PROFILE)
	cargo test --locked --workspace --doc --quiet

audit: setup
	cargo deny --locked check advisories

generate:
	GENERATED=write cargo test --locked --test integration contract::generated

schemathesis: EXAMPLES ?= 300
schemathesis: SEED ?= $(shell date +%s)
schemathesis: setup
	SCHEMATHESIS_EXAMPLES=$(EXAMPLES) SCHEMATHESIS_SEED=$(SEED) cargo nextest run --locked \
		--run-ignored all -E 'test(contract::schemathesis)'

sim: SEEDS ?= 1000
sim: FIRST ?= $(shell date +%s)
sim: setup
	GRAPHROOM_SEEDS=$(SEEDS) GRAPHROOM_FIRST_SEED=$(FIRST) $(if $(SEED),GRAPHROOM_TEST_SEED=$(SEED)) \
		cargo nextest run --locked --profile sim --no-fail-fast \
		-E 'test(simulation::at_rest) | test(simulation::network::over)'

crash: KILLS ?= 1000
crash: setup
	GRAPHROOM_KILLS=$(KILLS) $(if $(SEED),GRAPHROOM_TEST_SEED=$(SEED)) \
		cargo nextest run --locked --profile sim --no-capture -E 'test(crash::stock_clients)'

coverage: setup web
	@scripts/setup.sh coverage
	cargo llvm-cov clean --workspace
	cargo llvm-cov nextest --no-report --locked --workspace
	cargo llvm-cov report --html --ignore-filename-regex '$(NOT_COVERED)'
	cargo llvm-cov report --lcov --output-path target/coverage.lcov
	@python3 scripts/coverage.py target/coverage.lcov domain store session

fuzz: TIME ?= 600
fuzz: SEED ?= $(shell date +%s)
fuzz: setup
	FUZZ_SECONDS=$(TIME) GRAPHROOM_TEST_SEED=$(SEED) cargo nextest run --locked --test-threads 1 --no-fail-fast \
		--no-capture -E 'test(/^fuzz::/)'

bench: tools $(PEER)
	cargo build --locked --release --workspace --bins
	target/release/graphroom-bench $(if $(ONLY),--only $(ONLY)) $(if $(RUNS),--runs $(RUNS)) \
		$(if $(SECONDS),--seconds $(SECONDS)) $(if $(STALL_SECONDS),--stall-seconds $(STALL_SECONDS))

chaos: SEEDS ?= 20
chaos: FIRST ?= $(shell date +%s)
chaos: setup
	GRAPHROOM_SEEDS=$(SEEDS) GRAPHROOM_FIRST_SEED=$(FIRST) $(if $(SEED),GRAPHROOM_TEST_SEED=$(SEED)) \
		cargo nextest run --locked --profile sim --no-capture -E 'test(/^chaos::/)'

# How soon ten thousand clients have to be back.
WITHIN ?= 5
soak: TIME ?= 600
soak: setup
	$(MANY_FILES); SOAK_SECONDS=$(TIME) GRAPHROOM_BACK_WITHIN=$(WITHIN) cargo nextest run --locked --release \
		--test integration --profile sim --test-threads 1 --no-fail-fast --no-capture \
		-E 'test(/^soak::/) | test(ten_thousand_back)'

bench-web: web
	@scripts/setup.sh browser
	cargo build --locked --release --bin graphroom
	cd web-client && GRAPHROOM_BIN=$(CURDIR)/target/release/graphroom npx vitest run --project measure

test-firefox: web
	@scripts/setup.sh firefox
	cargo build --locked --bin graphroom
	cd web-client && npx vitest run --project firefox

fmt:
	cargo fmt --all

lint:
	cargo fmt --all --check
	cargo clippy --locked --workspace --all-targets -- -D warnings

web-checks: $(WEB_PACKAGES)
	cd web-client && npm run --silent check && npm test --silent

setup: $(CLIENTS) $(PEER)
	@scripts/setup.sh test

tools:
	@scripts/setup.sh build

$(WEB): $(WEB_SOURCES) $(WEB_PACKAGES)
	cd web-client && npm run build

$(WEB_PACKAGES): web-client/package.json web-client/package-lock.json | tools
	cd web-client && npm ci
	@touch $@

$(CLIENTS): tests/clients/package.json tests/clients/package-lock.json | tools
	cd tests/clients && npm ci
	@touch $@

$(PEER): tests/bench/peers/npm/package.json tests/bench/peers/npm/package-lock.json | tools
	cd tests/bench/peers/npm && npm ci
	@touch $@
