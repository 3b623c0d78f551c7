# The one-command doors of the project. `make` alone lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TEST_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help venv run test check format docs bench soak audit

help: ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(BIN)/.runtime: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "videogen needs Python 3.11 or newer; name one with PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(BIN)/.development: $(BIN)/.runtime requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

venv: $(BIN)/.development ## build .venv with everything that is needed to work on the code

run: $(BIN)/.runtime ## start the app on http://127.0.0.1:8501
	$(BIN)/python app.py

test: $(BIN)/.development ## run the tests
	$(BIN)/python -m pytest $(TEST_ARGS)

check: $(BIN)/.development ## format, lint, types, import rule, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

format: $(BIN)/.development ## put the code in order
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(BIN)/.runtime ## write the pages that are made of the code
	$(BIN)/python -m videogen.access > docs/permissions.md
	$(BIN)/python -m videogen.web.api > docs/api.md

bench: $(BIN)/.development ## measure the speed, as ratios against a bare baseline (JSON)
	@$(BIN)/python -m bench

soak: $(BIN)/.development ## run what is too long for `make check`
	$(BIN)/python -m pytest -n 0 -m soak $(TEST_ARGS)

audit: $(BIN)/.development ## known holes, licences, secrets in the tree, unsafe code
	@$(BIN)/python -m audit
