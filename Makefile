# The door to the project. Each target does its own set-up; the work is in scripts/ and xtask/.

PORT ?= 8787
STATE ?= .wrangler/state
ENV_FILE ?=
PROFILE ?= release
SUITE ?=

XTASK = scripts/with.sh cargo run --quiet --package xtask --

.DEFAULT_GOAL := help
.PHONY: help setup build run cli test conformance bench deploy clean

help: ## what there is to make
	@echo 'Roadstead: a public container registry at the edge.'
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo '  make run PORT=8787 STATE=.wrangler/state ENV_FILE=settings.env'

setup: ## get what is missing: the wasm32 target, wrangler, a client
	@scripts/setup.sh

build: setup ## compile the edge and the site to WebAssembly (PROFILE=quick is faster)
	@scripts/with.sh cargo build --package xtask
	@$(XTASK) build --profile $(PROFILE)

run: build ## serve everything on 127.0.0.1:8787, until Ctrl-C
	@$(XTASK) run --port '$(PORT)' --state '$(STATE)' $(if $(ENV_FILE),--env-file '$(ENV_FILE)')

# Rust is all that it needs: whoever only publishes has no use for the rest of the set-up.
cli: ## the native client for publishers, as build/bin/roadstead
	@scripts/with.sh cargo install --quiet --locked --no-track --force --path cli --root build
	@echo 'build/bin/roadstead is ready: build/bin/roadstead --help'

test: setup ## format, lints, native tests, real clients and a real browser
	@scripts/clients.sh
	@scripts/test.sh

conformance: setup ## the specification's own tests: SUITE=path/to/the/program, every option on
	@$(XTASK) conformance --suite '$(SUITE)' --profile $(PROFILE)

bench: build ## the edge against a bare Worker, as ratios
	@$(XTASK) bench

deploy: build ## put it on the Cloudflare account that wrangler is logged in to
	@$(XTASK) deploy

clean: ## remove what was built; state and tools stay
	@rm -rf build target
