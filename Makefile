# Two commands do everything on a fresh machine with Python >= 3.11: `make verify` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
PACKAGE := gpa_theory tests experiments

.PHONY: verify test install install-dev format lint readme mutants clean

verify: $(VENV)/.installed  ## set up, then confront every claim with its checks, on training runs too
	$(BIN)/gpa verify
	rm -rf runs/verify
	$(BIN)/python -m experiments study verify
	rm -rf runs/verify-digits
	$(BIN)/python -m experiments study verify-digits

test: $(VENV)/.installed-dev  ## set up, then lint, types, layers, tests, coverage
	$(MAKE) lint
	$(BIN)/python -m pytest -n 2 --dist loadgroup --cov --cov-report=
	$(BIN)/coverage report --include='gpa_theory/core/*,gpa_theory/symbolic/*' --fail-under=100
	$(BIN)/coverage report --fail-under=90

lint: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports

format: $(VENV)/.installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

install: $(VENV)/.installed
install-dev: $(VENV)/.installed-dev

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) install --quiet -c constraints.txt -e .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(PIP) install --quiet -c constraints.txt -e '.[dev,interop]'
	touch $@

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .ruff_cache .hypothesis .coverage

readme: $(VENV)/.installed  ## rewrite the generated claims table
	$(BIN)/python -m gpa_theory.report.readme README.md

.PHONY: stamp
stamp: $(VENV)/.installed-dev  ## compare the explorer's JavaScript with Python anew; needs chromium
	$(BIN)/python -m tests.explore.comparison

mutants: $(VENV)/.installed-dev  ## plant faults, by hand and by machine; hours, and it goes on where it stopped
	$(BIN)/python tests/replay_mutants.py
	$(BIN)/python -m tests.mutation.run

.PHONY: minimums newest

minimums newest:  ## the suite's fast part with the least declared versions, or the newest; TORCH=torch==… for another
	$(PYTHON) tests/versions.py $@ $(if $(TORCH),--torch '$(TORCH)')

.PHONY: proofs proofs-page

proofs:  ## compile the Rocq proofs, compare statements and axioms, re-check with coqchk; needs coq
	$(MAKE) --no-print-directory -C proofs/rocq audit
	$(MAKE) --no-print-directory -C proofs/rocq kernel

proofs-page: $(VENV)/.installed  ## rewrite proofs/README.md and the record that ships
	$(BIN)/python -m gpa_theory.report.proofs_page
