# What a newcomer types. Every target makes .venv first when it is needed; nothing but git, make and python3-venv.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
T ?= tests
ARGS ?=
KILLS ?= 200

# Some machines forbid Python to keep what it compiled: each of the hundreds of programs that the tests start would then
# compile four hundred files anew, which took as long as all else that a start does.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup run demo test check stress coverage mutation fix conformance words look pictures bench verify lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: .venv/.runtime ## .venv with the locked versions

run: .venv/.runtime ## demo keys, sample partners and invented cases on 127.0.0.1:8080
	$(BIN)/gateway serve --demo

demo: .venv/.runtime ## the main job from end to end without a browser, every step checked
	$(BIN)/gateway demo

# A browser, a program that starts, a guide that is typed, a database that is copied: seconds for each of their tests.
SLOW := end_to_end guide canaries cli web/safety interop page bench kit keep pipeline/test_year_end.py
test: .venv/.dev ## the quick tests; T=tests/cli for all of one room, ARGS=-x for pytest; `check` runs every test
	$(BIN)/python -m pytest -n auto $(if $(filter tests,$(T)),$(SLOW:%=--ignore=tests/%)) $(T) $(ARGS)

stress: .venv/.dev ## kills, faults and full disks; KILLS=1000 for more, ARGS=-x for pytest
	STRESS_KILLS=$(KILLS) $(BIN)/python -m pytest -n auto --dist worksteal tests/stress tests/kit tests/page -m stress $(ARGS)

# Where a branch that no test walks could let data leave, or could hide that they left.
WALKED := decide minimise approve crypto log
# Replay and simulation walk what the log keeps for them.
WALKERS := $(WALKED:%=tests/%) tests/audit tests/policy/test_simulate.py
comma := ,
space := $(subst ,, )
coverage: .venv/.dev ## every branch of decide, minimise, approve, crypto and log; WHOLE=1: 95 % of the gateway, by all tests
	$(BIN)/python -m pytest -n auto $(if $(WHOLE),,$(WALKERS)) --cov --cov-report= $(ARGS)
	$(if $(WHOLE),$(BIN)/coverage report --skip-covered --fail-under=95)
	$(BIN)/coverage report --skip-covered --show-missing --fail-under=100 --include='$(subst $(space),$(comma),$(WALKED:%=gateway/%/*))'

check: .venv/.dev ## format, lint, types, import contracts, every test once and `coverage`: CI adds `stress` and `demo`
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) coverage
	$(BIN)/python -m pytest -n auto $(WALKERS:%=--ignore=%) $(ARGS)

# An hour or more, alone. Faults of functions that did not change are not tried again; `rm -rf mutants` tries all.
# 4 GB each: a fault that makes something grow without end must not take the machine with it.
mutation: .venv/.dev ## faults planted in decide, minimise and log: which ones no test finds; writes docs/mutation.md
	ulimit -v 4000000; nice $(BIN)/mutmut run --max-children 2
	$(BIN)/python -m tests.mutation.report

fix: .venv/.dev ## format, and repair what can be repaired
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

conformance: .venv/.dev ## public vectors, foreign clients and the whole domain in Cedar; the last line is JSON
	@$(BIN)/python tests/conformance/report.py

# A text that is new, changed or gone moves every catalogue; tests/web/test_language.py says what still needs words.
WORDS := gateway/web/translations
words: .venv/.dev ## take the texts of the pages into the catalogues of other languages (gettext)
	$(BIN)/pybabel extract --mapping-file $(WORDS)/babel.ini --keywords later --sort-output --no-location --omit-header --output $(WORDS)/messages.pot gateway/web
	$(BIN)/pybabel update --input-file $(WORDS)/messages.pot --output-dir $(WORDS) --no-fuzzy-matching --omit-header --ignore-obsolete

look: ## what the pages use of NL Design System, taken anew by npm; writes gateway/web/static/nldesign.css
	gateway/web/look/take.sh

pictures: .venv/.dev ## the pictures of the main pages in docs/, drawn anew from a demo
	$(BIN)/python -m tests.end_to_end.pages.pictures docs/pictures

bench: .venv/.dev ## what it costs, beside what it must cost; writes docs/performance.md
	$(BIN)/gateway bench --write docs/performance.md $(ARGS)

verify: .venv/.runtime ## check the local disclosure log from the first entry to the last
	$(BIN)/gateway log verify

# Maintainers only: needs uv. Never writes the address of a package registry.
LOCK := uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-strip-extras
lock: ## renew both lock files (a maintainer's tool: needs uv)
	$(LOCK) --group build --extra postgresql --output-file requirements.lock
	$(LOCK) --group build --group dev --extra postgresql --constraint requirements.lock --output-file requirements-dev.lock

clean: ## remove .venv and caches; never touches var/ or keys/
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.* mutants

.venv/.runtime: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "this project needs Python 3.11 or newer")'
	$(PYTHON) -m venv .venv
	$(PIP) install --quiet --require-hashes --requirement requirements.lock
	$(PIP) install --quiet --no-build-isolation --no-deps --editable .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime
	$(PIP) install --quiet --require-hashes --requirement requirements-dev.lock
	@touch $@
