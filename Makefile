# SPDX-License-Identifier: Apache-2.0
# Thin doors for people; Meson does the work. Each first installs the Debian packages it misses.
.PHONY: help demo demo-camera check check-unit check-browser check-qemu check-hawkbit check-suites check-packages check-packages-here powercut check-tools fuzz bench bench-fleet bench-gateway build cross deb dist sbom install uninstall clean

PREFIX ?= /usr/local
DESTDIR ?=
BUILD ?= build
TAGS ?=
CGI_GROUP ?=
SECONDS ?= 60
CUTS ?= 40
SEED ?=
RUNS ?= 7
CAMERAS ?= 1000
TRIPLET ?= arm-linux-gnueabihf
LONG ?=
SUITES ?= bookworm trixie sid
DOORS ?= demo check

help:
	@echo 'make demo           build, start a simulated camera, update its ISP, show before and after'
	@echo 'make demo-camera    the same camera, left running for a browser and curl'
	@echo 'make check          the tests'
	@echo 'make check-unit     the unit tests alone'
	@echo 'make check-browser  [FULL=1] real browsers (Chromium, Firefox) update cameras with the page'
	@echo 'make check-qemu     an emulated ARM camera with real flash is updated and restarts'
	@echo 'make check-hawkbit  a real Eclipse hawkBit, fetched with maven, and simulated cameras'
	@echo 'make check-suites   make demo and make check in bare systems: [SUITES="$(SUITES)"] [DOORS="$(DOORS)"]'
	@echo 'make check-packages the Debian packages are built, installed, tested and purged in a bare system'
	@echo 'make check-packages-here the same on this machine, which must be one to throw away'
	@echo 'make powercut       [CUTS=$(CUTS)] [SEED=] random power cuts of that camera'
	@echo 'make check-tools    [LONG=1] compilers, sanitizers, static checks, musl; with LONG=1 also 300 kills and all TRIPLETs of make cross'
	@echo 'make fuzz           [SECONDS=$(SECONDS)] for each of the fuzzers, two at a time'
	@echo 'make bench          [RUNS=$(RUNS)] speed against SWUpdate and the machine, into build/bench.md'
	@echo 'make bench-fleet    [CAMERAS=$(CAMERAS)] ispup rollout against a loop of curl'
	@echo 'make bench-gateway  [CAMERAS=$(CAMERAS)] what ispup gateway costs while nothing happens'
	@echo 'make build          the programs, in build/src/'
	@echo 'make cross          [TRIPLET=$(TRIPLET)] the camera programs for another machine (docs/porting.md)'
	@echo 'make install        [DESTDIR=] [PREFIX=$(PREFIX)] [CGI_GROUP=] [TAGS=camera,ispupd,host]'
	@echo 'make uninstall      [DESTDIR=] [PREFIX=$(PREFIX)] removes what make install puts there'
	@echo 'make deb            the Debian packages, in build-deb/'
	@echo 'make dist           the release archive of the last commit, build-dist/ispup-VERSION.tar.xz'
	@echo 'make sbom           a bill of materials (SPDX) of each program, in build/sbom/'
	@echo 'make clean          removes all that was built'

build:
	@tools/install-packages build
	@test -f build/build.ninja || meson setup build
	@ninja -C build

cross:
	@tools/install-packages build $(TRIPLET)
	@tools/cross-build $(TRIPLET)

demo:
	@tools/install-packages build demo
	@tools/demo

demo-camera:
	@tools/install-packages build demo
	@tools/build-quietly
	@tools/demo-camera

check:
	@tools/install-packages build check
	@tests/run check

check-unit:
	@tools/install-packages build check-unit
	@tests/run check-unit

check-browser:
	@tools/install-packages build check-browser
	@tests/run check-browser

check-qemu:
	@tools/install-packages build check-qemu
	@tests/run check-qemu

check-hawkbit:
	@tools/install-packages build check-hawkbit
	@tests/run check-hawkbit

check-suites:
	@tools/install-packages check-suites
	@SUITES='$(SUITES)' DOORS='$(DOORS)' tests/run check-suites

powercut:
	@tools/install-packages build check-qemu
	@CUTS=$(CUTS) SEED=$(SEED) tests/run powercut

check-packages:
	@tools/install-packages check-packages
	@tests/run check-packages

check-packages-here:
	@tools/install-packages build dist deb check-packages-here
	@ISPUP_DISPOSABLE=yes tests/run check-packages-here

check-tools:
	@tools/install-packages build check-tools $(if $(LONG),check-long)
	@LONG='$(LONG)' tests/run check-tools

fuzz:
	@tools/install-packages build fuzz
	@tests/fuzz/run $(SECONDS)

bench:
	@tools/install-packages build bench
	@tests/bench/run --runs $(RUNS)

bench-fleet:
	@tools/install-packages build bench
	@tools/build-quietly
	@tests/bench/fleet --cameras $(CAMERAS)

bench-gateway:
	@tools/install-packages build bench
	@tools/build-quietly
	@tests/bench/gateway --cameras $(CAMERAS)

install uninstall:
	@tools/install-packages build
	@DESTDIR='$(DESTDIR)' BUILD='$(BUILD)' TAGS='$(TAGS)' tools/install $@ '$(PREFIX)' '$(CGI_GROUP)'

deb:
	@tools/install-packages build dist deb
	@tools/deb

sbom: build
	@tools/sbom

dist:
	@tools/install-packages dist
	@tools/dist

clean:
	rm -rf build build-*
