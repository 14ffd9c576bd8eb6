# `make train` and `make test` need no set-up: they first install missing packages into .venv.
PYTHON ?= python3
BIN := .venv/bin
# A worker for each core, which computes in one thread (tests/conftest.py). A worker takes up to 2 GB.
PARALLEL := --numprocesses auto --maxprocesses 8 --dist worksteal

# Workers of the tests and the commands that tests start load compiled modules, which the first of them writes.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: install train test test-slow docs pages release coverage mutants baseline benchmarks lint

install: .venv/installed

# What training needs. The tests, the tools and the pages need more.
.venv/trains: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("PYTHON: found %d.%d, expected at least 3.11" % sys.version_info[:2])'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --editable .
	touch $@

.venv/installed: .venv/trains
	$(BIN)/pip install --editable '.[dev]'
	touch $@

train: .venv/trains
	$(BIN)/python train.py --accelerator auto

test: install
	$(BIN)/python -m pytest $(PARALLEL) -m 'not slow'

# The slow tests check the shapes of all packages. Those of the site need KaTeX. Tests touch no network, so it is
# downloaded before them.
test-slow: install
	-$(BIN)/python -m tools.katex
	$(BIN)/python -m pytest $(PARALLEL) -m slow --jaxtyping-packages=course_torch,tests.checked

docs: install
	$(BIN)/python -m tools.build_site

# The site and the wheel beside it, in dist/pages.
pages: docs
	$(BIN)/python -m tools.pages

# Builds dist/, and uses the wheel in an empty environment.
release: docs
	$(BIN)/python -m tools.release

# Which lines of the package the fast tests run: coverage/index.html. Processes that tests start are not counted.
coverage: install
	$(BIN)/pip install --quiet pytest-cov
	$(BIN)/python -m pytest $(PARALLEL) -m 'not slow' --cov=course_torch --cov-report=html:coverage --cov-report=term:skip-covered

# make mutants FILE=course_torch/formulas/average.py TESTS=tests/formulas
mutants: install
	$(BIN)/pip install --quiet cosmic-ray
	sed 's#FILE#$(FILE)#; s#TESTS#$(TESTS)#' tools/mutants.toml > .mutants.toml
	$(BIN)/cosmic-ray init .mutants.toml .mutants.sqlite
	$(BIN)/cr-filter-operators .mutants.sqlite .mutants.toml
	$(BIN)/cosmic-ray exec .mutants.toml .mutants.sqlite
	$(BIN)/cr-report --surviving-only --show-diff .mutants.sqlite

# Records what the checker and the report say, and later shows every difference: before and after a change.
baseline: install
	$(BIN)/python -m tools.baseline $(ARGUMENTS)

# Takes minutes. Run it on an idle machine.
benchmarks: install
	$(BIN)/python -m benchmarks.record
	$(BIN)/python -m benchmarks.page

lint: install
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
