# Winnow on a fresh machine: `make run` cleans the sample dump, `make test` proves the build. `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# Where SwiftPM builds; the sanitizers need folders of their own.
SCRATCH ?= .build
PIPELINE ?= pipeline.json
# Passed on to the Benchmarks scripts, for example: make compare ARGS="--docs 100000 --rounds 5"
ARGS ?=

SWIFT_BUILD = swift build --scratch-path $(SCRATCH)
SWIFT_TEST = swift test --scratch-path $(SCRATCH)
WINNOW = $(SCRATCH)/release/winnow
SWIFT_SOURCES = Package.swift $(wildcard Sources Tests)

.PHONY: help packages build run test lint man faults sanitize sanitize-thread sanitize-address bench bench-index compare scaling acceptance clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

packages: ## install the Debian packages that the build needs (or name them, without root)
	@Scripts/install-packages

build: packages ## the release binary
	@$(SWIFT_BUILD) -c release --product winnow

run: build ## clean, deduplicate and archive seeds/ into output/, as pipeline.json says
	@Scripts/run-pipeline $(WINNOW) $(PIPELINE)

test: packages lint ## formatting, a debug build and every test
	@$(SWIFT_BUILD) --build-tests
	@$(SWIFT_TEST) --skip-build --disable-xctest

lint: ## swift format in its strict form
	@swift format lint --strict --recursive $(SWIFT_SOURCES)

man: packages ## the manual pages, one for each command
	@swift package --scratch-path $(SCRATCH) generate-manual --multi-page

# Half an hour on two cores; make test tries an even sample. As root it also fills a small disk.
# One point again: WINNOW_FAULT_POINT="EIO once at fsync 12" make faults
faults: build ## kills, failing system calls, full disks, limits, power losses: every point, with a table
	@$(SWIFT_BUILD) --build-tests
	@: > $(SCRATCH)/faults.md
	@WINNOW_FAULTS=all WINNOW_BINARY=$(abspath $(WINNOW)) WINNOW_FAULTS_TABLE=$(abspath $(SCRATCH)/faults.md) \
		$(SWIFT_TEST) --skip-build --disable-xctest --filter 'FaultTests|PowerLossTests|DamageSweep'; status=$$?; \
		echo "| sweep | points | as promised | how they ended | time |"; echo "| --- | --- | --- | --- | --- |"; \
		sort $(SCRATCH)/faults.md; exit $$status

sanitize: sanitize-thread sanitize-address ## the tests under the thread and the address sanitizer

# Races show under the optimiser's timing; addresses show best in a debug build.
sanitize-thread: packages
	@swift test --scratch-path $(SCRATCH)-thread-sanitizer -c release --sanitize=thread -Xswiftc -enable-testing

# Globals live as long as the process, some behind tagged pointers: they are no leaks.
sanitize-address: packages
	@ASAN_OPTIONS=detect_leaks=0 swift test --scratch-path $(SCRATCH)-address-sanitizer --sanitize=address

bench: packages ## each stage: MB/s and documents/s a CPU-second
	@swift run --scratch-path $(SCRATCH) -c release winnow-bench $(ARGS)

# 14 GB of disk at the default million documents, and half an hour; ARGS="--only index" needs 3 GB and minutes.
bench-index: build ## the index under a million documents: memory, disk, CPU (ARGS="--documents 100000 --new 10000")
	@$(SWIFT_BUILD) -c release --product winnow-bench
	@python3 Benchmarks/scale.py --winnow $(WINNOW) --bench $(SCRATCH)/release/winnow-bench $(ARGS)

compare: build ## Winnow beside its peers and beside gzip (ARGS="--docs 100000 --rounds 5")
	@Benchmarks/install_peers.sh
	@python3 Benchmarks/compare.py --winnow $(WINNOW) $(ARGS)

scaling: build ## one thread against two
	@python3 Benchmarks/scaling.py --winnow $(WINNOW) $(ARGS)

acceptance: build ## other programs read the archive; real dumps and hostile files, where ../shared/data is there
	@Benchmarks/install_environment.sh acceptance Benchmarks/acceptance/requirements.txt
	@Benchmarks/work/venv-acceptance/bin/python Benchmarks/acceptance/accept.py --winnow $(WINNOW) $(ARGS)

clean: ## remove what was built and measured; output/ stays
	@rm -rf $(SCRATCH) $(SCRATCH)-thread-sanitizer $(SCRATCH)-address-sanitizer Benchmarks/work
