# Every task, and one rule that makes the environment they run in: .venv, from a lock with hashes.
PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
UV := $(BIN)/uv --system-certs
STAMP := .venv/.installed

.DEFAULT_GOAL := help
.PHONY: help demo test stress bench eval screenshots lint lock chart clean

help: ## list these tasks
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(STAMP) ## a sample company in the browser, with no Slack, no Teams and no model
	$(BIN)/evenhand demo

test: lint ## everything that must hold: lint, types, layers, tests
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not stress"

stress: $(STAMP) ## the long tests: processes killed mid-run, large companies, rules held against new examples
	$(BIN)/python -m pytest -n auto -m "hypothesis and not stress" --hypothesis-profile=fresh
	$(BIN)/python -m pytest -m stress -o faulthandler_timeout=1800

bench: $(STAMP) ## measure every figure the README gives
	$(BIN)/python -m benchmarks

eval: $(STAMP) ## read a corpus of typed lines with the product and with libraries, side by side; DETAILS=1 lists the lines
	test -x .venv-eval/bin/python || $(PYTHON) -m venv .venv-eval
	$(UV) pip install --python .venv-eval/bin/python --quiet --require-hashes -r tests/eval/requirements.lock ||\
		.venv-eval/bin/pip install --quiet --disable-pip-version-check --require-hashes -r tests/eval/requirements.lock
	$(BIN)/python -m tests.eval $(if $(DETAILS),--details)

screenshots: $(STAMP) ## take the pictures of the tour and the README again
	$(BIN)/python -m tests.browser.screenshots

lint: $(STAMP) ## ruff and mypy
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

lock: $(STAMP) ## pin what pyproject.toml asks for; UPGRADE=--upgrade takes the newest of everything
	$(UV) pip compile --quiet pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate $(UPGRADE) --output-file requirements.lock
	$(UV) pip compile --quiet pyproject.toml --group build --constraint requirements.lock --universal \
		--python-version 3.11 --generate-hashes --no-header --no-annotate --output-file deploy/requirements.lock
	$(UV) pip compile --quiet --group chart --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate $(UPGRADE) --output-file deploy/check.lock
	$(UV) pip compile --quiet --group eval --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate $(UPGRADE) --output-file tests/eval/requirements.lock
	@! grep -nE '://|^-' requirements.lock deploy/*.lock tests/eval/*.lock # hashes only: whatever index a machine uses, its address is not ours to name

chart: $(STAMP) ## hold what is in deploy/ against Helm, Kubernetes' schemas, hadolint and systemd
	test -x .venv-chart/bin/python || $(PYTHON) -m venv .venv-chart
	$(UV) pip install --python .venv-chart/bin/python --quiet --require-hashes -r deploy/check.lock ||\
		.venv-chart/bin/pip install --quiet --disable-pip-version-check --require-hashes -r deploy/check.lock
	.venv-chart/bin/python deploy/check.py

clean: ## remove the environment, the caches and the demo's data
	rm -rf .venv .venv-chart .venv-eval .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist var
	find . -name __pycache__ -prune -exec rm -rf {} +

# uv is quick but does not read pip's settings (a company's mirror, say): where it fails, pip does the same work.
$(STAMP): requirements.lock pyproject.toml Makefile
	test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	$(UV) pip install --python $(BIN)/python --quiet --compile-bytecode --require-hashes -r requirements.lock ||\
		$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index --editable .
	touch $@
