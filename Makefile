# Everything a person or a CI job runs. Needs python3 >= 3.11 and make; the rest goes into .venv.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/bin/uv
CODE := bot adapters storage tests
# Lower case on purpose: the shell's LANG is about the terminal, not about the story. `make demo lang=zh`
lang = en
# More words for the command: `make test args="-k escalation -x"`
args =
# One process a core, but no more than four: each has a PostgreSQL of its own. `make test parallel=` runs one.
parallel = -n logical --maxprocesses 4 --dist loadfile
# `make lock upgrade=--upgrade` takes the newest versions; without it only what must change changes.
upgrade =

PIP := $(PY) -m pip --disable-pip-version-check --quiet
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-header --no-emit-index-url $(upgrade)

# Hundreds of processes are started by the tests; none of them should compile what another one has.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-slow test-chaos test-browser screenshots run lint check format lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

setup: $(VENV)/.ready ## Prepare .venv from the pinned, hashed requirements
	@:

# The stamp makes this free when nothing changed. pip alone can do uv's work, ten times slower: it is the
# way out where only pip has been told of a private package mirror.
$(VENV)/.ready: requirements.lock requirements-uv.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; \
	  sys.exit(v < (3, 11) and "Dawnline needs Python 3.11 or newer; $(PYTHON) is %d.%d. Try: make setup PYTHON=python3.11" % v[:2] or 0)'
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "$(PYTHON) cannot make virtual environments. On Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }
	@test -x $(PY) && $(PY) -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "Installing the pinned requirements into $(VENV) ..."
	@$(PIP) install --require-hashes --only-binary uv -r requirements-uv.lock \
	  && $(UV) pip sync --quiet --python $(PY) --require-hashes requirements-uv.lock requirements.lock \
	  || { echo "uv could not do it; trying pip (slower)" >&2; $(PIP) install --require-hashes -r requirements.lock; }
	@$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

demo: setup ## Play the story stories/demo.toml on the terminal (lang=en or lang=zh)
	@$(VENV)/bin/dawnline play stories/demo.toml --lang $(lang) $(args)

test: setup ## Run the whole test suite
	$(PY) -m pytest $(parallel) $(args)

test-slow: setup ## What takes longer than the suite may
	$(PY) -m pytest $(parallel) -m slow $(args)

test-chaos: setup ## Kill, hold and cut off the workers of one desk under load (minutes)
	$(PY) -m pytest -m chaos $(args)

test-browser: setup ## Look at the pages in a real browser, as customers and engineers do
	$(PY) -m pytest tests/browser -m browser -n 2 --dist loadfile $(args)

screenshots: setup ## Take docs/portal.png and docs/console.png anew
	DAWNLINE_SCREENSHOTS=$(CURDIR)/docs $(PY) -m pytest tests/browser/test_screenshots.py -m browser $(args)

run: setup ## Run the desk that .env and dawnline.toml describe
	@$(VENV)/bin/dawnline run $(args)

lint: setup ## Format, lint, types, import contracts
	$(PY) -m ruff format --check $(CODE)
	$(PY) -m ruff check $(CODE)
	$(PY) -m mypy $(CODE)
	$(VENV)/bin/lint-imports --no-cache

check: lint ## The same, and the whole test suite with branch coverage
	$(PY) -m pytest $(parallel) --cov --cov-branch --cov-report=term $(args)

format: setup ## Format the code and apply the safe lint fixes
	$(PY) -m ruff format $(CODE)
	$(PY) -m ruff check --fix $(CODE)

lock: setup ## Write the requirement locks anew (upgrade=--upgrade for newest versions)
	$(COMPILE) pyproject.toml --group dev --output-file requirements.lock
	$(COMPILE) --group installer --output-file requirements-uv.lock

clean: ## Remove .venv and all caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage build dist
