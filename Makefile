# Two commands for a fresh machine: make demo, make test. Both make what they need in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CODE := planner forecasting staffing dashboard

.PHONY: demo test check bench bench-forecasting bench-staffing bench-allocation bench-rosters \
  bench-store bench-sources bench-cluster bench-intraday lock clean

demo: $(VENV)/runtime
	$(BIN)/planner demo --out demo

test: $(VENV)/develop
	sh .ci/system-packages
	$(BIN)/pytest --numprocesses auto --dist loadfile

check: $(VENV)/develop
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/develop
	$(BIN)/python -m benchmarks

# Beside Prophet, statsforecast and others, each installed into .peers on the first run.
bench-forecasting: $(VENV)/develop
	$(BIN)/python -m benchmarks.forecasting

# Beside pyworkforce, simpy and Ciw, in the same manner.
bench-staffing: $(VENV)/develop
	$(BIN)/python -m benchmarks.staffing

# Beside pyworkforce, and beside what a planner does today.
bench-allocation: $(VENV)/develop
	$(BIN)/python -m benchmarks.allocation

# Beside the best known values and a plain CP-SAT model, in the same time.
bench-rosters: $(VENV)/develop
	$(BIN)/python -m benchmarks.rosters
	$(BIN)/python -m benchmarks.team_rosters

# Plans kept and listed, on SQLite and PostgreSQL.
bench-store: $(VENV)/develop
	$(BIN)/python -m benchmarks.store

# Three million contacts from Parquet, a hundred thousand tickets.
bench-sources: $(VENV)/develop
	$(BIN)/python -m benchmarks.sources

# Two hundred variants on two workers, one of them killed.
bench-cluster: $(VENV)/develop
	$(BIN)/python -m benchmarks.cluster

# The rest of real days, foreseen from their first hours.
bench-intraday: $(VENV)/develop
	$(BIN)/python -m benchmarks.intraday

# Hashed versions of everything: for the program, and for working on it.
COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
  --no-annotate --no-header --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
  --no-emit-options pyproject.toml

lock: $(VENV)/develop
	$(COMPILE) --extra install --output-file requirements.lock
	$(COMPILE) --extra install --extra test --extra dev --constraint requirements.lock --output-file requirements-dev.lock

$(VENV)/python:
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/runtime: $(VENV)/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/develop: $(VENV)/runtime requirements-dev.lock
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-dev.lock
	touch $@

clean:
	rm -rf $(VENV) .peers demo dist
