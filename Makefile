# Tongxing (童行). `make run` serves a demo county, `make test` proves everything.
PYTHON ?= python3
VENV := .venv/bin
export PATH := $(CURDIR)/$(VENV):$(PATH)

.PHONY: run test soak check seeds prepare prepare-dev prepare-test lock format

run: prepare ## Prepare everything and serve on http://127.0.0.1:8000
	@exec python manage.py serve

test: prepare-test ## Everything: unit, architecture, scenarios, browser journeys
	@python -m pytest -q -n 2 --dist loadfile $(ARGS)

soak: prepare-test ## The property suites of which `make test` runs samples, whole
	@TONGXING_SOAK=1 python -m pytest -q -n 2 tongxing/duties/tests/test_histories.py tongxing/care/tests/test_histories.py tests/scenarios/test_alarms_heard.py $(ARGS)

check: prepare-dev ## Format, lint, types, imports, migrations, translations
	ruff format --check .
	ruff check .
	djlint --lint --quiet tongxing
	mypy tongxing tests benchmarks
	lint-imports --no-cache
	python manage.py makemigrations --check --dry-run
	python manage.py translations check

seeds: prepare-test ## The requirement matrix: one line a row
	@python -m pytest -q -n 2 --dist loadfile tests/scenarios tests/journeys --seeds

prepare:
	@$(PYTHON) bin/prepare

prepare-dev:
	@$(PYTHON) bin/prepare --dev

prepare-test:
	@$(PYTHON) bin/prepare --dev --browser

lock: ## Pin what requirements/*.in name, with hashes
	.tools/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python $(VENV)/python requirements/run.in -o requirements/run.txt
	.tools/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --python $(VENV)/python requirements/dev.in -o requirements/dev.txt

format:
	ruff format .
	ruff check --fix .
