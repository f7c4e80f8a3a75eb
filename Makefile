# Everything runs in its own .venv, made on first use: Python 3.10 or newer and make are enough.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
ifeq ($(OS),Windows_NT)
  BIN := .venv/Scripts
else
  BIN := .venv/bin
endif
RUN := $(BIN)/python -m neuroscribble
READY := .venv/ready
PEERS := bench/.venv/ready
OF := $(if $(WEIGHTS),--weights $(WEIGHTS))
PYTEST := $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist worksteal

## network   write output/network.html and the heatmaps from weights.npz, and open the page
network: $(READY)
	@$(RUN) network --open $(OF) $(ARGS)
	@$(RUN) heatmaps $(OF)

## train     train 784→128→64→10: weights.npz and curves (RECIPE=best: as the shipped weights)
train: $(READY)
	@$(RUN) train $(if $(RECIPE),--recipe $(RECIPE)) $(ARGS)

## draw      open the window in which you draw digits
draw: $(READY)
	@$(RUN) draw $(OF) $(ARGS)

## heatmaps  write the pictures of all weights to output/
heatmaps: $(READY)
	@$(RUN) heatmaps $(OF) $(ARGS)

## maps      map what each layer makes of the digits (installs scikit-learn), and a gallery
maps: .venv/maps
	@$(RUN) maps $(OF) $(ARGS)

## docs      build the documents as a site, to output/docs; a warning or a dead link ends it
docs: .venv/docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict
	@echo "Wrote output/docs/index.html."

## test      all tests, with a real browser and a real window (some minutes)
test: $(READY)
	@$(BIN)/python tests/find_browser.py --install
	@$(PYTEST) $(ARGS)

## check     lint, types and the fast tests (a minute)
check: $(READY)
	@$(BIN)/python -m ruff check .
	@$(BIN)/python -m mypy
	@$(BIN)/oxlint --deny-warnings viz/page/web
	@$(PYTEST) -q -m "not slow and not browser" $(ARGS)

## bench     measure what is promised, beside PyVis, PyTorch, JAX ... (a quarter of an hour; ARGS=--full: all); goes on if stopped
bench: $(READY) peers
	@$(BIN)/python tests/find_browser.py --install
	@$(RUN) bench $(ARGS)

## peers     install PyTorch, JAX, scikit-learn and TensorFlow.js in bench/, for the benchmarks alone
peers: $(PEERS)

$(PEERS): bench/requirements.txt bench/package.json
	@echo "Preparing bench/ with PyTorch, JAX, scikit-learn and TensorFlow.js (once; some gigabytes) ..."
	@npm install --prefix bench --no-package-lock --ignore-scripts --no-audit --no-fund --silent \
	  || echo "TensorFlow.js could not be installed, for which npm is needed; it is left out of the comparison."
	@$(PYTHON) -m venv --clear bench/.venv
	@bench/$(BIN)/python -m pip install --quiet --disable-pip-version-check -r bench/requirements.txt \
	  && touch $(PEERS) \
	  || echo "Not all of them could be installed; what is missing is left out of the comparison."

## clean     remove the environment and everything generated, but not what you taught
clean:
	rm -rf .venv bench/.venv bench/node_modules build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find output -type f ! -name README.md ! -path 'output/corrections/*' -delete

## help      this list; options: make train RECIPE=fast, make network WEIGHTS=cnn.npz; others in ARGS: make train ARGS="--epochs 3"
help:
	@sed -n 's/^## /  make /p' Makefile

.venv/maps: $(READY)
	@PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[maps]" || { \
	  echo "scikit-learn could not be installed; check the connection to the package index. Without it: neuroscribble maps"; exit 2; }
	@touch $@

.venv/docs: $(READY)
	@PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[docs]" || { \
	  echo "MkDocs could not be installed; check the connection to the package index. The documents are Markdown in docs/."; exit 2; }
	@touch $@

$(READY): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
	  echo "NeuroScribble needs Python 3.10 or newer, but '$(PYTHON)' was not found; install it, or name one: make PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
	  echo "NeuroScribble needs Python 3.10 or newer, but '$(PYTHON)' is $$($(PYTHON) -V 2>&1); name another: make PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "This Python cannot make virtual environments; on Debian or Ubuntu run: apt install python3-venv"; exit 2; }
	@echo "Preparing .venv (once; about two minutes) ..."
	@$(PYTHON) -m venv --clear .venv
	@PIP_CONSTRAINT=constraints.txt $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev]" || { \
	  echo "The packages could not be installed; check the connection to the package index and run make again."; exit 2; }
	@touch $(READY)

.PHONY: network train draw heatmaps maps docs test check bench peers clean help
