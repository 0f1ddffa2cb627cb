# One target for each thing that is done here; `make help` lists them.
# A target that `make test` uses is run by `.ci/run` too, so that there is one way to check.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.NOTPARALLEL:

# In CI the lock file is the truth; on a developer's machine Cargo may complete it.
LOCKED := $(if $(CI),--locked)
STEP := scripts/step

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

.PHONY: test
test: needs ## Run every check: format, lint, documentation, all tests (what .ci/run does)
	@$(STEP) format $(MAKE) fmt-check
	@$(STEP) lint $(MAKE) lint
	@$(STEP) documentation $(MAKE) docs
	@$(STEP) "examples in the documentation" $(MAKE) test-docs
	@$(STEP) book $(MAKE) book
	@$(STEP) "building the tests" scripts/test $(LOCKED) --workspace --no-run
	@printf '\n=== tests\n' >&2
	@$(MAKE) test-all
	@$(STEP) "in a browser" $(MAKE) browser
	@$(STEP) "beside SQLx and SeaORM" $(MAKE) beside-sqlx

.PHONY: needs
needs: ## Install what the checks need, by the name of its package
	@scripts/needs

.PHONY: fmt
fmt: ## Format the code
	cargo fmt --all

.PHONY: fmt-check
fmt-check: ## Check the format
	cargo fmt --all -- --check

.PHONY: lint
lint: ## Check the code with clippy; a warning is an error
	cargo clippy $(LOCKED) --workspace --all-targets -- -D warnings

.PHONY: docs
docs: ## Build the documentation; a broken link is an error
	RUSTDOCFLAGS=-Dwarnings cargo doc $(LOCKED) --no-deps --workspace

.PHONY: test-docs
test-docs: ## Run the examples in the documentation
	cargo test $(LOCKED) --workspace --doc --quiet

.PHONY: book
book: ## Build the book and check its links
	@scripts/book

.PHONY: test-all
test-all: ## Run all tests but the examples in the documentation
	@scripts/test $(LOCKED) --workspace

.PHONY: test-core
test-core: ## Run the tests of the seam and of the in-memory reference
	@scripts/test $(LOCKED) -p egret-core -p egret-conformance

.PHONY: test-sqlite
test-sqlite: ## Run the tests of the embedded store
	@scripts/test $(LOCKED) -p egret-sqlite

.PHONY: browser
browser: ## Look at the console in Chromium; screenshots go to target/screenshots
	@scripts/browser

.PHONY: beside-sqlx
beside-sqlx: ## Run Egret beside SQLx and SeaORM, with the oldest rusqlite that it allows
	@CARGO_TARGET_DIR=$${CARGO_TARGET_DIR:-$(CURDIR)/target} \
	  cargo run $(LOCKED) --quiet --manifest-path examples/beside-sqlx/Cargo.toml

.PHONY: soak
soak: needs ## Run all tests at twenty times the size, for an hour or so
	@EGRET_SOAK=1 NEXTEST_PROFILE=soak scripts/test $(LOCKED) --workspace --release

.PHONY: fuzz
fuzz: ## Feed any text to the codec of Delayed Job's handlers, for ten minutes or FOR=seconds (needs cargo-fuzz and a nightly compiler)
	@command -v cargo-fuzz >/dev/null || { echo "cargo-fuzz is not installed: cargo install --locked cargo-fuzz" >&2; exit 1; }
	@mkdir -p backends/delayed_job/fuzz/corpus/handler
	cd backends/delayed_job && cargo +nightly fuzz run --target-dir $${CARGO_TARGET_DIR:-$(CURDIR)/target}/fuzz handler \
	  fuzz/corpus/handler tests/samples/handlers -- -dict=fuzz/yaml.dict -timeout=10 -rss_limit_mb=2048 -max_total_time=$(or $(FOR),600)

.PHONY: bench
bench: ## Measure throughput and latency of the embedded store
	cargo run $(LOCKED) --release -- bench

.PHONY: bench-peers
bench-peers: needs ## Measure beside Sidekiq, rusty-sidekiq and Delayed Job, on one server each (JSON=1; only SYSTEM=sidekiq or delayed-job)
	CARGO_TARGET_DIR=$${CARGO_TARGET_DIR:-$(CURDIR)/target} \
	  cargo build $(LOCKED) --release --manifest-path bench/peers/Cargo.toml
	@CARGO_TARGET_DIR=$${CARGO_TARGET_DIR:-$(CURDIR)/target} EGRET_DURABLE=1 \
	  scripts/with-servers cargo run $(LOCKED) --quiet --release --manifest-path bench/peers/Cargo.toml --bin compare -- \
	  $(SYSTEM) $(if $(JSON),--json)

.PHONY: deny
deny: ## Check licences, sources and banned crates (needs cargo-deny)
	@command -v cargo-deny >/dev/null || { echo "cargo-deny is not installed: cargo install --locked cargo-deny" >&2; exit 1; }
	cargo deny --offline check bans licenses sources

.PHONY: clean
clean: ## Delete what was built, also for the tests
	cargo clean
	rm -rf .tools
	@scripts/test --clean
