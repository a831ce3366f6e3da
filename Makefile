# Ketenkaart. `make help` lists what can be done here.
# Needs git, make, bash, Python 3.11 or newer and the package registries; everything else is
# brought by the lock files into .venv, .tools and node_modules, which Git ignores.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# The first interpreter that really runs: a name on the path may be an empty shim.
PYTHON ?= $(shell for name in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	$$name -c 'import sys; sys.version_info >= (3, 11) or sys.exit(1); print(sys.executable)' 2>/dev/null && break; done)
UV := $(or $(shell command -v uv),$(CURDIR)/.tools/uv/bin/uv)
VENV := .venv/bin
VENDOR := src/ketenkaart/web/static/vendor

export UV PYTHON
# The machine's own interpreter is used; fetching another one is not ours to decide.
export UV_PYTHON_DOWNLOADS := never
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

# Locks hold versions and hashes, never addresses, and nothing younger than a week.
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-build \
	--no-annotate --no-header --no-emit-index-url --exclude-newer "7 days"
INSTALL = $(UV) pip install --quiet --require-hashes --no-build

.PHONY: help up test test-long soak lint format bench assets lock clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

up: export KETENKAART_DATA ?= $(CURDIR)/.ketenkaart
up: .venv/.installed-up $(VENDOR)/sources.json ## install, build the stores, compute, print the headline, serve (ARGS=--no-serve stops before serving)
	@$(VENV)/ketenkaart up $(ARGS)

test: .venv/.installed-dev $(VENDOR)/sources.json .tools/base/.installed ## lint, types, import rules, base install and every test that is not long
	@$(VENV)/python scripts/run_tests.py test $(ARGS)

test-long: .venv/.installed-dev $(VENDOR)/sources.json ## the slow tests
	@$(VENV)/python scripts/run_tests.py test-long $(ARGS)

soak: .venv/.installed-dev $(VENDOR)/sources.json ## the longest tests, before a release
	@$(VENV)/python scripts/run_tests.py soak $(ARGS)

lint: .venv/.installed-dev ## ruff, mypy and the import rules, without the tests
	@$(VENV)/python scripts/run_tests.py lint

format: .venv/.installed-dev ## put the code in the project's form
	@$(VENV)/ruff check --fix --quiet . ; $(VENV)/ruff format .

bench: .venv/.installed-bench ## how long a user waits; how fast letters are read and chains computed (writes docs/benchmarks.md)
	@$(VENV)/python benchmarks/main_job.py $(ARGS)
	@$(VENV)/python benchmarks/laws.py
	@$(VENV)/python benchmarks/mix.py
	@$(VENV)/python benchmarks/endorsement.py
	@$(VENV)/python benchmarks/reading.py --write docs/benchmarks.md
	@$(VENV)/python benchmarks/chain.py --write docs/benchmarks.md
	@$(VENV)/python benchmarks/matching.py --write docs/benchmarks.md
	@$(VENV)/python benchmarks/estimates.py --write docs/benchmarks.md

assets: ## fetch the front-end files again and copy the few that the site uses
	@rm -f $(VENDOR)/sources.json
	@$(MAKE) $(VENDOR)/sources.json

lock: .venv/.installed-dev ## resolve the lock files anew (ARGS=--upgrade takes newer versions)
	$(COMPILE) $(ARGS) pyproject.toml requirements/build.in --extra web --extra link --group dev -o requirements/dev.lock
	$(COMPILE) pyproject.toml requirements/build.in --extra web -c requirements/dev.lock -o requirements/up.lock
	$(COMPILE) pyproject.toml -c requirements/dev.lock -o requirements/base.lock
	$(COMPILE) pyproject.toml requirements/build.in --extra web --extra link --group bench -c requirements/dev.lock -o requirements/bench.lock
	$(COMPILE) $(ARGS) requirements/bootstrap.in -o requirements/bootstrap.lock
	$(COMPILE) $(ARGS) requirements/node.in -o requirements/node.lock
	scripts/npm install --package-lock-only --ignore-scripts
	$(VENV)/python scripts/assets.py tidy-lock

clean: ## remove what was installed and built here, but not the data in .ketenkaart
	rm -rf .venv .tools node_modules dist test-results $(VENDOR)
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +

# --- what the targets above stand on ---------------------------------------------------------

$(CURDIR)/.tools/uv/bin/uv: requirements/bootstrap.lock
	@scripts/get-uv

.venv/bin/python: | $(UV)
	@scripts/need-python
	@$(UV) venv --quiet --clear --python "$(PYTHON)" .venv

.venv/.installed-%: requirements/%.lock pyproject.toml | .venv/bin/python
	@echo "Installing what $< lists" >&2
	@$(INSTALL) --python .venv -r $<
	@$(UV) pip install --quiet --python .venv --no-deps --no-build-isolation --editable .
	@touch $@

.tools/base/.installed: requirements/base.lock | $(UV)
	@scripts/need-python
	@$(UV) venv --quiet --clear --python "$(PYTHON)" .tools/base
	@$(INSTALL) --python .tools/base -r $<
	@touch $@

$(VENDOR)/sources.json: package.json package-lock.json scripts/assets.py | .venv/bin/python
	@echo "Fetching the site's style sheets and fonts" >&2
	@scripts/npm ci --ignore-scripts --loglevel=error >/dev/null
	@$(VENV)/python scripts/assets.py copy
