# Two commands: `make demo` and `make test`. Both need Python 3.11 or newer, and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
INFRA := $(VENV)/.installed-infra
# The locks name all there is; Python compiles what it imports.
PIP := --quiet --disable-pip-version-check --no-deps --no-compile
# How many processes run the tests; each file's tests stay together.
WORKERS ?= auto

.PHONY: demo test lint types unit lock pictures bench clean

demo: $(STAMP)
	@$(BIN)/askwell demo

test: lint types unit

lint: $(STAMP)
	$(BIN)/ruff check src tests benchmarks infra compose
	$(BIN)/ruff format --check src tests benchmarks infra compose

types: $(STAMP)
	$(BIN)/mypy --strict src

unit: $(STAMP) $(INFRA)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

pictures: $(STAMP)
	$(BIN)/python docs/pictures/make.py

bench: $(STAMP)
	$(BIN)/python -m benchmarks

LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
  --no-emit-index-url --upgrade
IN_IMAGE := aws bedrock charts openai opensearch postgres search slack

lock: $(STAMP)
	$(BIN)/$(LOCK) pyproject.toml --all-extras --group dev -o requirements.lock
	$(BIN)/$(LOCK) --group infra -c requirements.lock -o infra/requirements.lock
	$(BIN)/$(LOCK) pyproject.toml $(IN_IMAGE:%=--extra %) -c requirements.lock -o requirements-image.lock
	$(BIN)/$(LOCK) --group build -c requirements.lock -o requirements-build.lock

$(STAMP): requirements.lock pyproject.toml hatch_build.py $(wildcard src/askwell/messages/locale/*/LC_MESSAGES/*.po)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "askwell needs Python 3.11 or newer; try make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install $(PIP) --require-hashes -r requirements.lock
	$(BIN)/python -m pip install $(PIP) -e .
	@touch $(STAMP)

$(INFRA): infra/requirements.lock $(STAMP)
	$(BIN)/python -m pip install $(PIP) --require-hashes -r infra/requirements.lock
	@touch $(INFRA)

clean:
	rm -rf $(VENV) .askwell dist .mypy_cache .ruff_cache .pytest_cache
