# What each command does stands in README.md. Every target works on a fresh Debian machine with Python 3.11.
PY := .venv/bin/python

.PHONY: run serve test test-long check bench gallery setup setup-tests

run: setup
	@scripts/run.sh

serve: setup
	@APP_ENV=production scripts/run.sh

setup:
	@scripts/setup.sh run

setup-tests:
	@scripts/setup.sh tests

check: setup-tests
	.venv/bin/ruff check .
	.venv/bin/mypy
	$(PY) scripts/catalogue.py check
	TEST_DB=sqlite $(PY) -m pytest -q -k migration tests/contract/test_house.py

test: setup-tests
	@$(PY) scripts/catalogue.py compile
	$(PY) -m pytest -n 2 -m "not long"

test-long: setup-tests
	@$(PY) scripts/catalogue.py compile
	WHOLE=1 $(PY) -m pytest -n 2

bench: setup-tests
	@$(PY) scripts/catalogue.py compile
	$(PY) -m bench

gallery: setup-tests
	@$(PY) scripts/catalogue.py compile
	$(PY) -m scripts.gallery
