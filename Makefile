# Two commands for a newcomer: `make demo` and `make test`. Everything they need is set up in .venv, once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Prefer the fast installer, fall back to pip where it cannot be had.
INSTALL = ($(BIN)/python -m uv pip install -q --python $(BIN)/python $(1) || $(BIN)/python -m pip install -q $(1))
WORKERS ?= 2

.PHONY: demo airflow test test-long test-airflow check lock format clean

demo: $(VENV)/.runtime
	@$(BIN)/hedui demo

# Scheduler, API server, DAG processor and triggerer, until it is stopped (docs/airflow.md).
airflow: $(VENV)/.runtime
	@exec $(BIN)/python -m hedui.airflow

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m "not long and not airflow"

test-airflow: $(VENV)/.dev
	$(BIN)/python -m pytest -m airflow --timeout 1200

test-long: $(VENV)/.dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile -m long --timeout 1200

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint -q sql/

format: $(VENV)/.dev
	$(BIN)/ruff check --fix -q .
	$(BIN)/ruff format -q .

# The locks name versions, never an address of an index.
lock: $(VENV)/.made
	$(BIN)/python -m uv pip compile -q --universal -p 3.11 requirements.in -o requirements.lock
	$(BIN)/python -m uv pip compile -q --universal -p 3.11 requirements-dev.in -c requirements.lock -o requirements-dev.lock

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' || { echo "hedui needs Python 3.11, 3.12 or 3.13: make PYTHON=python3.12 ..."; exit 2; }
	@echo "Setting up $(VENV) (once; a minute or two)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q uv || echo "uv cannot be had here; pip alone will do, more slowly"
	@touch $@

$(VENV)/.runtime: $(VENV)/.made requirements.lock pyproject.toml
	@echo "Installing what hedui runs on"
	@$(call INSTALL,-r requirements.lock)
	@$(call INSTALL,--no-deps -e .)
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.lock
	@echo "Installing what its tests need"
	@$(call INSTALL,-r requirements-dev.lock)
	@touch $@

clean:
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache *.egg-info
