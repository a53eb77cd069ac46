# Two commands for a newcomer: `make demo` and `make test`. Everything they need is set up in .venv, once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Prefer the fast installer, fall back to pip where it cannot be had.
INSTALL = ($(BIN)/python -m uv pip install -q --python $(BIN)/python $(1) || $(BIN)/python -m pip install -q $(1))
WORKERS ?= 2
# Packages that come as source are built by the backend of the lock, by its hash as well.
export UV_BUILD_CONSTRAINT := $(CURDIR)/requirements-build.lock

.PHONY: demo airflow docs test test-long test-weekly test-airflow check lock sbom audit wheel format clean

demo: $(VENV)/.runtime
	@$(BIN)/hedui demo

# Scheduler, API server, DAG processor and triggerer, until it is stopped (docs/airflow.md).
airflow: $(VENV)/.runtime
	@exec $(BIN)/python -m hedui.airflow

# The documentation, offline, in English and Chinese (docs/decisions/0036): open site/index.html.
docs: $(VENV)/.dev
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build -q --strict
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build -q --strict -f mkdocs.zh.yml

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not long and not airflow and not weekly"

test-airflow: $(VENV)/.dev
	$(BIN)/python -m pytest -m airflow --timeout 1200

test-long: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "long and not weekly" --timeout 1200

test-weekly: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m weekly --timeout 1200

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint -q sql/
	$(BIN)/python deploy/licences.py

format: $(VENV)/.dev
	$(BIN)/ruff check --fix -q .
	$(BIN)/ruff format -q .

# The locks name versions and the SHA-256 of every file that may be installed, never an address of an index (docs/supply-chain.md).
COMPILE = $(BIN)/python -m uv pip compile -q --universal -p 3.11 --generate-hashes
lock: $(VENV)/.made
	$(COMPILE) requirements-uv.in -o requirements-uv.lock
	$(COMPILE) requirements-build.in -o requirements-build.lock
	$(COMPILE) requirements.in -o requirements.lock
	$(COMPILE) requirements-dev.in -c requirements.lock -o requirements-dev.lock
	$(COMPILE) tests/object_store.in -o tests/object_store.lock

# What an installation consists of, its known weaknesses, and the file that is installed elsewhere (docs/supply-chain.md).
sbom: $(VENV)/.dev
	@$(BIN)/python deploy/sbom.py

audit: $(VENV)/.dev
	@$(BIN)/python deploy/audit.py

wheel: $(VENV)/.made
	@$(BIN)/python deploy/wheel.py

$(VENV)/.made: requirements-uv.lock requirements-build.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || { echo "hedui needs Python 3.11, 3.12 or 3.13: make PYTHON=python3.12 ..."; exit 2; }
	@echo "Setting up $(VENV) (once; a minute or two)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --require-hashes -r requirements-build.lock
	@$(BIN)/python -m pip install -q --require-hashes -r requirements-uv.lock || echo "uv cannot be had here; pip alone will do, more slowly"
	@touch $@

$(VENV)/.runtime: $(VENV)/.made requirements.lock pyproject.toml
	@echo "Installing what hedui runs on"
	@$(call INSTALL,--require-hashes -r requirements.lock)
	@$(call INSTALL,--no-build-isolation --no-deps -e .)
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	@echo "Installing what its tests need"
	@$(call INSTALL,--require-hashes -r requirements-dev.lock)
	@touch $@

clean:
	rm -rf $(VENV) var dist .mypy_cache .ruff_cache .pytest_cache *.egg-info
