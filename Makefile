# The two commands a newcomer needs are `make run` and `make test`; the rest is for those who change something.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export CARGO_TERM_COLOR ?= auto

help: ## This list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: web ## Build and run the whole product with demo data; prints the address
	cargo run --release --bin ponimau -- demo

run-keycloak: web ## The same with a real Keycloak beside it, in which people sign in (needs Java 17; fetches 175 MB once)
	cargo run --release --bin ponimau -- demo --with-keycloak

serve: web ## Build and run the product empty; prints the first administrator's link
	cargo run --release --bin ponimau -- serve

web: web/dist/index.html ## Build the web app into web/dist

# All that the web app is made of, folders too: a file that went away changes its folder. What the build itself writes is not in it.
web_sources := $(shell find web/src web/locales web/build web/public brands regions api -name fonts -prune -o ! -name '*.gen.ts' -print) \
	$(wildcard web/*.html web/*.ts web/*.json)

# Only when something changed: the binary embeds these files, and fresh ones cost minutes of linking.
web/dist/index.html: web/node_modules/.stamp $(web_sources)
	@cd web && npm run --silent build
.DELETE_ON_ERROR:

web/node_modules/.stamp: web/package-lock.json
	cd web && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

gen: ## Regenerate what is generated: API description, its TypeScript client, typed messages
	cargo run --quiet --bin ponimau -- openapi > api/openapi.json
	cd web && npm run --silent gen:api && npm run --silent gen

lint: web/node_modules/.stamp ## Formatting, lints, types
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- -D warnings
	cd web && npm run --silent check

licences: ## Licences of everything that is linked in, and where it comes from (builds cargo-deny first, some minutes)
	@cargo deny --version > /dev/null 2>&1 || cargo install cargo-deny --version 0.20.2 --locked --quiet
	cargo deny --log-level error check licenses bans sources

test: ## Every test; installs what it needs
	bash .ci/test

bench: ## Measure speed and size into docs/benchmarks.md (10 minutes); first the proofs at full length (an hour) with PROOFS=whole
ifeq ($(PROOFS),whole)
	PROOFS=whole cargo test --release --quiet -p server --test process -- --nocapture
	STAMPEDE_SLOTS=20 cargo test --release --quiet -p server --test stampede -- --nocapture
	RACES=1000 cargo test --release --quiet -p server --test it races:: -- --nocapture
endif
	cargo bench --quiet -p server --bench figures

.PHONY: help run run-keycloak serve web gen lint licences test bench
