# Every target sets up what it needs: a virtual environment from the lock file, made once.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
SETUP := $(VENV)/.set-up
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: demo test check fix bench fuzz accept docs pictures lock clean

demo: $(SETUP)  ## the main job without Jenkins: simulated controller and agent, the proxy between them
	$(BIN)/jnlpspy demo

test: check  ## everything CI runs: static checks, then the tests
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile $(PYTEST_OPTIONS)

check: $(SETUP)  ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(SETUP)  ## format, and mend what lint can mend by itself
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

bench: $(SETUP)  ## speed as ratios against a peer in the same run
	$(BIN)/python benchmarks/run.py

fuzz: $(SETUP)  ## a longer fuzz run: make fuzz SECONDS=300
	$(BIN)/python tests/fuzz_long.py --seconds $(or $(SECONDS),60)

accept: $(SETUP)  ## write the goldens of a specimen, to be read before they are committed: make accept NAME=...
	$(BIN)/python tests/accept.py $(NAME)

docs: $(SETUP)  ## write docs/rules.md anew from the rules' docstrings, and the tables of docs/filters.md
	$(BIN)/python tests/write_rules.py
	$(BIN)/python tests/write_filters.py

pictures: $(SETUP)  ## take the README's pictures anew, from commands that run in a terminal: make pictures NAME=...
	$(BIN)/python tests/pictures.py $(NAME)

lock: $(SETUP)  ## write requirements.lock anew from pyproject.toml
	$(PIP) install uv
	$(BIN)/uv pip compile pyproject.toml --extra tui --group dev --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --upgrade --quiet --output-file requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(SETUP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "expected Python 3.11 or newer, got $$($(PYTHON) --version); give one: make PYTHON=python3.11"; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) install --require-hashes --requirement requirements.lock
	$(PIP) install --no-build-isolation --no-deps --editable .
	touch $@
