# One folder, .venv, holds everything: made anew whenever what it is made from has changed.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
CHAOS_RUNS ?= 20
SET_UP := .venv/.set-up
PAGE := .venv/.page
READY := $(SET_UP) $(PAGE)
TRAIN_BIN := .venv-train/bin
TRAIN_SET_UP := .venv-train/.set-up

.DEFAULT_GOAL := help
.PHONY: help setup page demo up packages test check lint unit integration e2e chaos train evaluate lock schemas wheel clean

help: ## Show what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(READY) ## Install everything into .venv (the other targets do it themselves)

page: ## Build the live page anew from page/ (needs Node 20 and npm)
	@rm -f $(PAGE)
	@$(MAKE) --no-print-directory $(PAGE)

demo: $(READY) ## Replay the packaged articles through a real Kafka into tables, and show them
	@$(BIN)/tidings demo

up: $(READY) ## Run the service until Ctrl-C
	@exec $(BIN)/tidings up

test: packages lint unit integration e2e ## Everything that must hold

packages: ## Install chromium and prometheus for the tests, where this is Debian and that is allowed
	@sh tests/debian-packages.sh

check: lint unit ## The part of test that needs no Kafka

lint: $(READY) ## Lint, format, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@test ! -x page/node_modules/.bin/tsc || npm --prefix page run --silent check

unit: $(READY)
	$(BIN)/pytest tests/unit tests/model

integration: $(SET_UP)
	$(BIN)/pytest tests/integration

e2e: $(READY)
	$(BIN)/pytest tests/e2e tests/chaos tests/browser

# SEEDS=1-20 or 3,7 repeats those runs; CHAOS_RUNS=500 draws so many new ones (for a night); JOBS=2 runs side by side.
chaos: $(SET_UP) ## Kill, pause, cut and starve workers and brokers, and hold the tables to the plain loop
	$(BIN)/python -m tests.chaos $(if $(SEEDS),--seeds $(SEEDS),--runs $(CHAOS_RUNS)) \
		--jobs $(or $(JOBS),1) $(if $(OUT),--out $(OUT)) $(if $(BROKER),--broker $(BROKER))

train: $(SET_UP) $(TRAIN_SET_UP) ## Fine-tune the encoder, then fit the judge; prints what it does, writes streams/coding/encoder/data
	$(TRAIN_BIN)/python -m training encoder
	$(BIN)/python -m training judge

evaluate: $(SET_UP) ## The figures of docs/accuracy.md: gold (test part), sample and seeds, by rules, encoder and both
	$(BIN)/tidings evaluate labels/gold.jsonl --part test
	$(BIN)/tidings evaluate labels/sample.jsonl labels/seeds.jsonl

lock: $(SET_UP) ## Pin every dependency anew, with hashes and without addresses
	$(BIN)/uv pip compile pyproject.toml --group dev --python-version 3.11 --universal --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --quiet --upgrade -o requirements-dev.lock
	$(BIN)/uv pip compile training/requirements.in --python-version 3.11 --universal --generate-hashes \
		--no-emit-index-url --no-annotate --no-header --quiet --upgrade -o training/requirements.lock
	$(BIN)/uv pip compile pyproject.toml --python-version 3.11 --universal --generate-hashes \
		--constraint requirements-dev.lock --no-emit-index-url --no-annotate --no-header --quiet -o requirements.lock

schemas: $(SET_UP) ## Write the JSON Schema files from the types
	$(BIN)/python -m schemas.wire

wheel: $(READY) ## Build the wheel into dist/
	$(BIN)/python -m build --wheel --no-isolation

clean: ## Remove .venv and everything that was built
	rm -rf .venv .venv-train dist build page/node_modules streams/web/page_assets

$(SET_UP): requirements-dev.lock pyproject.toml
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "tidings needs Python 3.11 or later: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Setting up .venv, once; it takes a minute or two"
	@test -x $(BIN)/python || "$(PYTHON)" -m venv .venv
	@all=$$(grep -cE '^[a-zA-Z]' $<); n=0; \
	$(BIN)/python -m pip install --disable-pip-version-check --progress-bar off --require-hashes --no-deps -r $< \
	| while read -r line; do case "$$line" in \
		Collecting*) n=$$((n + 1)); set -- $$line; printf '\r\033[K  %d of %d: %s' $$n $$all "$$2";; \
		Installing*) printf '\r\033[K  installing ...';; esac; done; printf '\r\033[K'
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-build-isolation --no-deps --editable .
	@$(BIN)/tidings broker --prepare || echo "  ... a Kafka of your own does as well" >&2
	@touch $@

# Without Node, or without a registry, everything but the page works; the next make tries again.
$(PAGE): $(SET_UP) $(filter-out page/node_modules,$(wildcard page/* page/src/* page/src/*/* page/style/*))
	@cd page; \
	if { test node_modules/.package-lock.json -nt package-lock.json \
			|| npm ci --silent --ignore-scripts --no-audit --no-fund; } && node build.mjs; \
	then touch ../$@; \
	else echo "The live page is not built: that needs Node 20 and npm. The API works without it" >&2; \
	fi

# torch brings 5 GB with it, so only those who train install it, and beside .venv.
$(TRAIN_SET_UP): training/requirements.lock
	@echo "Setting up .venv-train, once; it takes some minutes and 6 GB"
	@test -x $(TRAIN_BIN)/python || "$(PYTHON)" -m venv .venv-train
	@$(TRAIN_BIN)/python -m pip install --disable-pip-version-check --quiet --require-hashes --no-deps -r $<
	@touch $@
