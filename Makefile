# Needs Python 3.11 or newer with pip and venv, git and make; nothing else has to be installed.
# make demo | test | test-all | check | docs | clean        (another Python: make PYTHON=python3.12 demo)

PYTHON ?= python3
VENV ?= .venv
OUT ?= demo-output
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: help demo test test-all check docs clean

help:
	@echo "make demo      answer an example brief and run its workflow on a picture (into $(OUT)/)"
	@echo "make test      the light suite, without torch"
	@echo "make test-all  everything, with the train extra (torch)"
	@echo "make check     lint, format, types, docs, sizes, dependence rules, benchmark files"
	@echo "make docs      write commands, tables and sessions of the pages anew from the program"
	@echo "make clean     remove caches and build products (the environment stays)"

demo: $(VENV)/.core
	$(BIN)/restograph demo -o $(OUT) --force

test: $(VENV)/.test
	$(BIN)/python -m pytest

test-all: $(VENV)/.all
	$(BIN)/python -m pytest

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tools/cli_docs.py --check
	$(BIN)/python tools/sizes.py
	$(BIN)/python tools/benchmark_files.py
	$(BIN)/python tools/lexicon_copy.py --check
	$(BIN)/python tools/pattern_words.py --check
	$(BIN)/python tools/answer_pictures.py --check
	$(BIN)/python -m pytest --quiet tests/test_dependence.py

docs: $(VENV)/.core
	$(BIN)/python tools/lexicon_copy.py
	$(BIN)/python tools/pattern_words.py
	$(BIN)/python tools/cli_docs.py
	$(BIN)/python tools/docs_tables.py
	$(BIN)/python tools/docs_sessions.py
	$(BIN)/python tools/answer_pictures.py

clean:
	rm -rf build dist $(OUT) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find src tests tools benchmarks examples -name __pycache__ -type d -prune -exec rm -rf {} +

# One stamp per set of extras; a change of the pins or of the dependencies installs again.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Restograph needs Python 3.11 or newer; '$(PYTHON)' is older or missing. Try: make PYTHON=python3.11 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.core: $(VENV)/bin/python pyproject.toml constraints.txt
	$(INSTALL) -e .
	@touch $@

$(VENV)/.test: $(VENV)/bin/python pyproject.toml constraints.txt
	$(INSTALL) -e '.[test]'
	@touch $@ $(VENV)/.core

$(VENV)/.all: $(VENV)/bin/python pyproject.toml constraints.txt
	$(INSTALL) -e '.[train,test]'
	@touch $@ $(VENV)/.test $(VENV)/.core

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml constraints.txt
	$(INSTALL) -e '.[dev]'
	@touch $@ $(VENV)/.all $(VENV)/.test $(VENV)/.core
