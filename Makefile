# Everything a newcomer needs. `make run` starts Lodge on this computer, `make test` proves it; both set up by themselves.
PYTHON ?= python3
PORT ?= 3978
BIN := .venv/bin

.PHONY: help setup run test lint bench evaluate soak shots lock clean

help:          ## what can be made
	@grep -hE '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/: .*## +/ — /'

setup: .venv/ready            ## the virtual environment, with what Lodge runs on

run: setup                    ## start the playground (PORT=… moves it)
	@LODGE_PORT=$(PORT) $(BIN)/lodge playground

test: .venv/ready-to-test lint  ## every test; says what is skipped and why
	@echo "Lodge: learning the cards…" && $(BIN)/python -c "from knowledge.answer import Answers; Answers.load()"
	@echo "Lodge: running the tests (a few minutes)…"
	@$(BIN)/pytest -n 3 --dist worksteal

lint: .venv/ready-to-test     ## style and types
	@$(BIN)/ruff check . && $(BIN)/mypy

bench: .venv/ready-to-test    ## measure: answers, start-up, memory
	@$(BIN)/python tests/bench.py

evaluate: .venv/ready-to-test ## how good the answers are, on the questions in tests/questions
	@$(BIN)/lodge evaluate tests/questions/*.jsonl

soak: .venv/ready-to-test     ## what takes minutes: hundreds of kills, on SQLite and PostgreSQL
	@$(BIN)/pytest -m soak -s

shots: .venv/ready-to-test    ## the README's picture and every page, into data/shots
	@$(BIN)/python -m tests.browser.shots

lock:                         ## pin what pyproject.toml asks for
	@$(BIN)/python -m pip install -q uv
	@$(BIN)/uv pip compile -q --upgrade --universal --generate-hashes --python-version 3.11 --no-header --extra postgres --extra build pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile -q --upgrade --universal --generate-hashes --python-version 3.11 --no-header --extra postgres --extra build --extra semantic --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

clean:                        ## remove the virtual environment (your data/ stays)
	@rm -rf .venv build *.egg-info

.venv/ready: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Lodge needs Python 3.11 or newer. Install it, or name it: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Lodge: setting up .venv (about a minute the first time)…"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || \
	  { echo "Python's venv module is missing. On Debian or Ubuntu: apt install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
	@echo "Lodge: set up. The command is $(BIN)/lodge"

.venv/ready-to-test: .venv/ready requirements-dev.txt
	@echo "Lodge: adding what the tests need…"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
