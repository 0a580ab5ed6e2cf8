# Kakehashi. `make run` starts it, `make test` tests it, `make help` lists the rest.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8000
HOST ?= localhost
VENV := .venv/bin/python

export PORT HOST

.DEFAULT_GOAL := help

.PHONY: help
help:  ## List what can be made
	@echo "Kakehashi (かけはし)"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

.PHONY: run
run: ## Start it on http://localhost:8000 with practice data (PORT=8080, HOST=0.0.0.0)
	@$(PYTHON) -m tools.bootstrap
	@$(VENV) -m tools.serve

.PHONY: setup
setup: ## Install what working on the project needs
	@$(PYTHON) -m tools.bootstrap --dev

.PHONY: test
test: setup ## Run the tests (ARGS="tests/classes -x", STRICT=1 fails on any skip)
	@$(VENV) -m tools.run_tests $(if $(STRICT),--strict) $(ARGS)

.PHONY: check
check: setup ## Lint, format, types, layers, templates, migrations, translations, deployment (ONLY="types lint")
	@$(VENV) -m tools.check $(ONLY)

.PHONY: bench
bench: setup ## Measure against anchors of the same run, into var/bench.json (ONLY=name)
	@$(VENV) -m bench $(ONLY)

.PHONY: pictures
pictures: setup ## Photograph the main pages of a practice city, into var/pictures (ONLY="desk run")
	@$(VENV) -m tools.pictures $(ONLY)

.PHONY: format
format: setup ## Lay the code out as everywhere else
	@$(VENV) -m ruff check --quiet --fix .
	@$(VENV) -m ruff format --quiet .

.PHONY: messages
messages: setup ## Rewrite and compile the Japanese translations
	@$(VENV) -m tools.translations

.PHONY: pins
pins: setup ## Rewrite constraints.txt after a version in the requirements has changed
	@$(VENV) -m tools.pins

.PHONY: shell
shell: setup ## Python with the application loaded
	@$(VENV) manage.py shell

.PHONY: clean
clean: ## Remove caches and the environment; the data in var/ stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis var/static var/test-static
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
