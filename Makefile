# The two commands: `make demo` and `make test`. `make help` lists the rest.
UV_PIN := 0.13.9
PYTHON ?= python3
UV := .venv/bin/uv
BIN := .venv/bin
SOURCES := bot handlers jobs services storage reports chat meetings tests
WORKERS ?= 4

.PHONY: help setup demo test test-every-way check format bench lock pictures clean
.DEFAULT_GOAL := help

help: ## list these targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 16

setup: .venv/.run ## prepare .venv/; the command is then .venv/bin/keng

demo: .venv/.run ## the main job on embedded parts: http://127.0.0.1:8080
	$(BIN)/keng demo $(ARGS)

test: .venv/.dev ## every test, on SQLite and on a real PostgreSQL
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

test-every-way: ## the same with each scenario on both databases and longer lives
	$(MAKE) test ARGS="--every-way $(ARGS)"

check: .venv/.dev ## format, lint, types, layers, tests: what CI runs
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) test

format: .venv/.dev ## format the sources and mend what lint can mend
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)

bench: .venv/.dev ## the benchmarks; figures are kept in docs/performance.md
	$(BIN)/keng bench
	$(BIN)/python -m tests.bench

pictures: .venv/.dev ## take the pictures of the page and of the papers (needs chromium, LibreOffice)
	$(BIN)/python -m tests.pictures docs/pictures
	$(BIN)/python -m tests.papers docs/pictures

lock: $(UV) ## resolve the dependencies anew, with hashes and without any index address
	$(UV) pip compile -q --universal --generate-hashes --no-header pyproject.toml --group dev -o requirements-dev.lock
	$(UV) pip compile -q --universal --generate-hashes --no-header pyproject.toml --group build -o requirements.lock

clean: ## forget the environment and the demo's data
	rm -rf .venv .demo

$(UV):
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -q uv==$(UV_PIN)

# `make demo` needs only what runs; a full development environment serves it too.
ifeq ($(wildcard .venv/.dev),)
.venv/.run: requirements.lock pyproject.toml | $(UV)
	rm -f .venv/.dev
	$(UV) pip sync -q --python $(BIN)/python --require-hashes requirements.lock
	$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	touch $@
else
.venv/.run: .venv/.dev
	touch $@
endif

.venv/.dev: requirements-dev.lock requirements.lock pyproject.toml | $(UV)
	$(UV) pip sync -q --python $(BIN)/python --require-hashes requirements-dev.lock
	$(UV) pip install -q --python $(BIN)/python --no-deps --no-build-isolation -e .
	touch .venv/.run $@
