# `make train` and `make test` need no set-up: they first install missing packages into .venv.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: install train test test-slow mutants lint

install: .venv/installed

.venv/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("PYTHON: found %d.%d, expected at least 3.11" % sys.version_info[:2])'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --editable '.[dev]'
	touch $@

train: install
	$(BIN)/python train.py --accelerator auto

test: install
	$(BIN)/python -m pytest -m 'not slow'

test-slow: install
	$(BIN)/python -m pytest -m slow

mutants: install
	$(BIN)/python -m tools.mutants $(ARGUMENTS)

lint: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
