# `make` alone lists the commands. Works with GNU make 3.81 and later; every path is relative, so that the
# repository may sit in a folder with spaces in its name.
SHELL := /bin/sh
PYTHON ?= python3
ARGS ?=
CORPUS ?=
# Processes that run the tests; 0: this one alone, as a debugger wants it.
JOBS ?= 2
# Every module of benchmarks/ that is a program.
BENCHMARKS := $(sort $(patsubst benchmarks/%.py,%,$(shell grep -ls '^if __name__ ==' benchmarks/*.py)))

PY := .venv/bin/python
PIP := $(PY) -m pip -qq --no-input --disable-pip-version-check
UV_COMPILE := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --group build
PACKAGES := broker client schemas store
# The tests start more than a hundred processes: none should compile everything anew, also where Python is told to keep
# nothing. What is compiled goes where nobody sees it.
TESTS := PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX="$(CURDIR)/.venv/bytecode" $(PY) -m pytest
SOURCES = find $(PACKAGES) -type f ! -path '*/__pycache__/*' ! -path '*/.*' | LC_ALL=C sort

.PHONY: help run chat demo test test-all test-deps lint format bench chaos screens lock clean clean-all
.PHONY: venv runtime dev package dev-package

help: ## this list
	@echo "Hubbub: make COMMAND"; echo
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{printf "%-18s %s\n", $$1, $$2}'
	@echo; echo "  ARGS='...' is passed on to run, chat, test, test-all, chaos, bench and screens."
	@echo "  JOBS=0 has make test run in one process and not in two, which a debugger needs."
	@echo "  PYTHON=python3.12 chooses the interpreter of a new .venv (3.11 to 3.14)."

run: package ## start a broker (ARGS='--port 2000 --data DIR')
	@exec .venv/bin/hubbub-broker serve $(ARGS)

chat: package ## open the window (ARGS='--profile DIR --theme dark')
	@exec .venv/bin/hubbub window $(ARGS)

demo: package ## a broker, two windows and a bot, with a little conversation, in a throw-away folder
	@exec $(PY) examples/demo.py

test: dev-package test-deps ## the tests, without the slow ones
	@$(TESTS) -m "not slow" -n $(JOBS) --dist loadfile $(ARGS)

test-all: dev-package test-deps ## every test
	@$(TESTS) $(ARGS)

chaos: dev-package test-deps ## the long kill and attack tests
	@if [ -d tests/faults ]; then exec env $(TESTS) tests/faults $(ARGS); \
	else echo "There is no tests/faults here."; exit 1; fi

lint: dev-package ## ruff, mypy --strict, who may import whom
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@$(PY) -c 'from importlinter.cli import lint_imports_command as main; main()' --no-cache --no-logo

format: dev-package ## put the code into its form
	@$(PY) -m ruff check --fix-only --quiet .
	@$(PY) -m ruff format .

# million, queries and room: of a size that a person waits for; their own defaults are those of the bars (--help).
bench: dev-package ## the benchmarks (BENCHMARKS=durable for one, CORPUS=FILE for real chat)
	@if [ -z "$(BENCHMARKS)" ]; then echo "There are no benchmarks here."; exit 1; fi
	@for name in $(BENCHMARKS); do echo "== benchmarks.$$name"; case $$name in \
	replay) if [ -z "$(CORPUS)" ]; then echo "left out: it replays real chat, CORPUS=FILE.jsonl.gz (see benchmarks/replay.py)"; \
	else $(PY) -m benchmarks.replay "$(CORPUS)" $(ARGS) || exit 1; fi;; \
	million) $(PY) -m benchmarks.million $(if $(CORPUS),"$(CORPUS)") --messages 100000 $(ARGS) || exit 1;; \
	queries) $(PY) -m benchmarks.queries $(if $(CORPUS),"$(CORPUS)") --messages 100000 --times 500 $(ARGS) || exit 1;; \
	room) $(PY) -m benchmarks.room --rounds 3 $(ARGS) || exit 1;; \
	*) $(PY) -m benchmarks.$$name $(ARGS) || exit 1;; esac; done

screens: dev-package test-deps ## take the pictures in docs/screens anew (ARGS='--only main'; needs Xvfb)
	@exec $(PY) -m docs.screens.take $(ARGS)

lock: venv ## choose the versions of all dependencies anew (needs the package index)
	@$(PIP) install uv
	@rm -f requirements.lock requirements-dev.lock
	@$(UV_COMPILE) pyproject.toml -o requirements.lock
	@$(UV_COMPILE) --extra dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	@if grep -n '://' requirements.lock requirements-dev.lock; then \
	echo "A lock file must name no host."; rm -f requirements.lock requirements-dev.lock; exit 1; fi

clean: ## remove what tests and builds leave
	@rm -rf dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find $(PACKAGES) tests benchmarks examples -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

clean-all: clean ## and the virtual environment
	@rm -rf .venv build *.egg-info

# --- How .venv comes about -----------------------------------------------------------------------------------

venv:
	@$(PY) -c 'import sys, pip; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null || { \
	command -v "$(PYTHON)" >/dev/null 2>&1 || { \
	echo "There is no '$(PYTHON)'. Hubbub needs Python 3.11 to 3.14: on Debian and Ubuntu" \
	"'apt install python3 python3-venv', or name one: make PYTHON=/path/to/python3." >&2; exit 1; }; \
	"$(PYTHON)" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' || { \
	echo "Hubbub needs Python 3.11 to 3.14; '$(PYTHON)' is $$("$(PYTHON)" -V 2>&1)." \
	"Name another: make PYTHON=python3.12." >&2; exit 1; }; \
	"$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null || { \
	echo "'$(PYTHON)' cannot make virtual environments: on Debian and Ubuntu 'apt install python3-venv'." >&2; exit 1; }; \
	echo "Making .venv ..."; rm -rf .venv; "$(PYTHON)" -m venv .venv; }

# The lock file that was installed last is copied into .venv; the copy says what is there.
runtime: venv
	@cmp -s requirements.lock .venv/requirements.lock || cmp -s requirements-dev.lock .venv/requirements-dev.lock || { \
	echo "Installing the dependencies ..."; \
	rm -f .venv/requirements-dev.lock; \
	$(PIP) install --require-hashes -r requirements.lock && cp requirements.lock .venv/requirements.lock; }

dev: venv
	@cmp -s requirements-dev.lock .venv/requirements-dev.lock || { \
	echo "Installing the dependencies and the development tools ..."; \
	rm -f .venv/requirements.lock; \
	$(PIP) install --require-hashes -r requirements-dev.lock && cp requirements-dev.lock .venv/requirements-dev.lock; }

# Strict editable mode is the one that type checkers can follow, but it does not see a new file: install again
# whenever the list of files, pyproject.toml or the folder's own place has changed. The folder .venv/installing
# keeps two makes apart.
INSTALL_PACKAGE = @tries=0; while ! mkdir .venv/installing 2>/dev/null; do tries=$$((tries + 1)); \
	if [ $$tries -gt 60 ]; then break; fi; sleep 1; done; \
	trap 'rmdir .venv/installing 2>/dev/null || true' EXIT INT TERM; \
	{ pwd; cksum pyproject.toml; $(SOURCES); } > .venv/files.new || exit 1; \
	cmp -s .venv/files.new .venv/files || { rm -rf build && \
	$(PIP) install --no-deps --no-build-isolation --config-settings editable_mode=strict -e . && \
	mv .venv/files.new .venv/files; }

package: runtime
	$(INSTALL_PACKAGE)

dev-package: dev
	$(INSTALL_PACKAGE)

# What the tests need from the system. Debian's packages come by themselves where apt-get is allowed to;
# elsewhere the tests concerned are skipped and the summary says so.
test-deps: venv
	@wanted=""; \
	command -v ip >/dev/null 2>&1 || ! grep -rqs 'mark\.netns' tests --include='test_*.py' || wanted="$$wanted iproute2"; \
	if ls tests/gui/test_*.py >/dev/null 2>&1; then \
	command -v Xvfb >/dev/null 2>&1 || wanted="$$wanted xvfb"; \
	$(PY) -c 'import tkinter' 2>/dev/null || wanted="$$wanted python3-tk"; fi; \
	if [ -n "$$wanted" ] && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	echo "Installing$$wanted for the tests ..."; \
	{ apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends $$wanted; } \
	>/dev/null </dev/null || echo "Could not install$$wanted; tests that need it will be skipped." >&2; fi
