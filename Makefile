# One command each: `make demo` shows the main job, `make test` proves the program, `make bench` measures it.
VENV := .venv
PY := $(VENV)/bin/python
TRIAGE := $(VENV)/bin/triage

.DEFAULT_GOAL := help
.PHONY: help setup setup-test demo test lint format train bench lock bill holes docs clean

help:               ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 24

setup: $(VENV)/.ready

$(VENV)/.ready: requirements.lock pyproject.toml scripts/setup.sh
	scripts/setup.sh runtime
	@touch $@

setup-test: $(VENV)/.ready-test

$(VENV)/.ready-test: requirements-dev.lock pyproject.toml scripts/setup.sh
	scripts/setup.sh test
	@touch $(VENV)/.ready $@

demo: setup         ## the real daemon on embedded servers, with sample mail arriving
	$(TRIAGE) demo $(ARGS)

test: setup-test lint  ## everything that CI checks
	$(PY) -m pytest $(ARGS)

lint: setup-test    ## style and types
	$(VENV)/bin/ruff check triage tests bench
	$(VENV)/bin/ruff format --check triage tests bench
	$(VENV)/bin/mypy triage

format: setup-test  ## put the code in its house style
	$(VENV)/bin/ruff format triage tests bench
	$(VENV)/bin/ruff check --fix triage tests bench

train: setup        ## train the classifier from models/corpus, to the byte
	$(TRIAGE) train

bench: setup-test   ## throughput, latency and memory beside the measured floor
	$(PY) -m bench $(ARGS)

lock: setup-test    ## resolve the dependencies anew
	scripts/lock.sh

bill:               ## the bill of materials of a release, dist/triage.cdx.json
	scripts/release.sh bill

holes:              ## whether any dependency has a known hole (asks the advisory service)
	scripts/release.sh holes

docs: setup-test    ## draw the documents that are drawn from code
	$(PY) scripts/draw.py

clean:              ## remove what was built
	rm -rf $(VENV) .venv-release build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
