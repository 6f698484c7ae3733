# What people type. The work is done by the scripts in build/.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.PHONY: help build check test soak bench demo docs install clean db-backup db-restore

PREFIX ?= /usr/local

# Given on the command line or in the environment, these reach the recipes as they are: through the environment,
# with make's own reading of $ undone, so that quotes, spaces and dollars in a file name survive.
override FILE := $(value FILE)
override LABEL := $(value LABEL)
override TO := $(value TO)
override CONFIRM := $(value CONFIRM)
override FORCE := $(value FORCE)
export FILE LABEL TO CONFIRM FORCE

help: ## this list
	@sed -nE 's/^([a-z-]+):[^#]*## (.*)/make \1\t\2/p' Makefile | expand -t 20

build: ## the program as one native file, in artifacts/publish
	@build/publish

check: ## the quick look: formatting, a build without warnings, the unit tests
	@build/check

test: ## everything: check, the native file, and the end-to-end tests against real PostgreSQL 13 to 18
	@build/test

soak: ## everything, with the tests that take minutes
	@TIDEMARK_SOAK=1 build/test

bench: ## beside the bare tools: wall time, CPU, memory (an hour or two on a quiet machine; see bench/README.md)
	@bench/compare

demo: ## backup, loss and recovery shown on a server of its own
	@bin=$$(build/require demo); PATH="$$bin:$$PATH" ./tidemark demo

docs: ## brings the generated parts of README.md and docs up to date with the commands and settings
	@dotnet build --verbosity quiet
	@TIDEMARK_WRITE_DOCS=1 artifacts/bin/Tidemark.Tests/debug/Tidemark.Tests --filter-class '*GeneratedPartTests' --filter-class '*SchemaTests'
	@git diff --stat -- README.md docs

install: build ## program, man page and completion to PREFIX (PREFIX=/usr/local, DESTDIR=)
	@build/install "$$(build/publish --where)" "$(DESTDIR)$(PREFIX)"

clean: ## removes what was built; the download cache stays
	@rm -rf artifacts

db-backup: ## backs up DATABASE_URL to BACKUP_DIR as <label>.<sha256>.sql.gz (LABEL=name)
	@./tidemark backup --format sql.gz $${LABEL:+--label "$$LABEL"}

db-restore: ## restores FILE=path and swaps it in (TO=name: beside it; FORCE=1, CONFIRM=name: see the guard)
	@if [ -z "$$FILE" ]; then echo 'make db-restore: say which backup, as FILE=path or FILE=latest' >&2; exit 2; fi; \
	set -- restore "$$FILE"; \
	if [ -n "$$TO" ]; then set -- "$$@" --to-database "$$TO"; else set -- "$$@" --swap; fi; \
	if [ "$$FORCE" = 1 ]; then set -- "$$@" --force; fi; \
	if [ -n "$$CONFIRM" ]; then set -- "$$@" --confirm "$$CONFIRM"; fi; \
	./tidemark "$$@"
