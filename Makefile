# `make demo` and `make test` do all the set-up they need. Windows has no make: see README.md.
PYTHON ?= python3
BIN := .venv/bin
UV := VIRTUAL_ENV=.venv $(BIN)/uv
INSTALL := $(UV) pip install --quiet --require-hashes --requirement
SELF := $(UV) pip install --quiet --no-deps --editable .

.PHONY: setup demo test soak lint types bench screenshots lock clean

setup: .venv/bench .venv/qt

.venv/uv:
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet uv
	@touch $@

.venv/core: .venv/uv requirements/core.lock pyproject.toml
	$(INSTALL) requirements/core.lock
	$(SELF)
	@touch $@

.venv/test: .venv/uv requirements/test.lock pyproject.toml
	$(INSTALL) requirements/test.lock
	$(SELF)
	@touch $@ .venv/core

# Qt needs some libraries of the system and a font; where they may not be installed, tests of the viewer are skipped.
.venv/qt: .venv/test scripts/install_qt_libraries.sh
	sh scripts/install_qt_libraries.sh $(BIN)/python
	@touch $@

.venv/bench: .venv/uv requirements/bench.lock pyproject.toml
	$(INSTALL) requirements/bench.lock
	$(SELF)
	@touch $@ .venv/test .venv/core

demo: .venv/core
	$(BIN)/temstack demo --output demo-output --overwrite

test: lint types .venv/qt
	$(BIN)/python -m pytest -n 2 --dist loadfile

# 200 series that break off; then every operation on 20 GB within 2 GB of memory, which needs 120 GB of disk:
# TEMSTACK_SOAK_GB=2 is a short form.
soak: .venv/test
	$(BIN)/python -m pytest -m soak tests/soak tests/volume tests/viewer

lint: .venv/test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: .venv/test
	$(BIN)/mypy

bench: .venv/bench
	$(BIN)/python benchmarks/align.py
	$(BIN)/python benchmarks/acquire.py
	$(BIN)/python benchmarks/instrument.py
	$(BIN)/python benchmarks/spectrum.py
	$(BIN)/python benchmarks/dmscript.py
	$(BIN)/python benchmarks/volume.py
	$(BIN)/python benchmarks/viewer.py

# The pictures of the documents, taken from the program itself; some minutes.
screenshots: .venv/qt
	$(BIN)/python scripts/make_screenshots.py docs/images

COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header

lock: .venv/uv
	$(COMPILE) pyproject.toml --extra acquire --extra movie --output-file requirements/core.lock
	$(COMPILE) pyproject.toml --extra acquire --extra movie --extra gui --group test --constraint requirements/core.lock --output-file requirements/test.lock
	$(COMPILE) pyproject.toml --extra acquire --extra movie --extra gui --group test --group bench --constraint requirements/test.lock \
		--output-file requirements/bench.lock

clean:
	rm -rf .venv demo-output benchmark-output
