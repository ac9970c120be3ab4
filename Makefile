# SPDX-License-Identifier: Apache-2.0
# Thin doors for people; Meson does the work. Each first installs the Debian packages it misses.
.PHONY: help demo demo-camera check check-browser check-qemu powercut check-tools fuzz bench build cross install clean

PREFIX ?= /usr/local
DESTDIR ?=
PAGES = build/docs/man
CGI_GROUP ?=
SECONDS ?= 60
CUTS ?= 40
SEED ?=
RUNS ?= 7
# Programs that a web server starts: its users run them as root only where a group is named.
CGI_MODE = $(if $(CGI_GROUP),-o root -g $(CGI_GROUP) -m 4750,-m 755)
# The samples name where Debian's packages would have the programs.
OWN_PLACES = -e 's|/usr/sbin/isp|$(PREFIX)/sbin/isp|g' -e 's|/usr/lib/cgi-bin|$(PREFIX)/lib/cgi-bin|g'

help:
	@echo 'make demo           build, start a simulated camera, update its ISP, show before and after'
	@echo 'make demo-camera    the same camera, left running for a browser and curl'
	@echo 'make check          the tests'
	@echo 'make check-browser  a real browser (Chromium) updates a camera'
	@echo 'make check-qemu     an emulated ARM camera with real flash is updated and restarts'
	@echo 'make powercut       [CUTS=$(CUTS)] [SEED=] random power cuts of that camera'
	@echo 'make check-tools    compilers, sanitizers, valgrind and the static checks'
	@echo 'make fuzz           [SECONDS=$(SECONDS)] for each of the fuzzers, two at a time'
	@echo 'make bench          [RUNS=$(RUNS)] speed against SWUpdate and the machine, into build/bench.md'
	@echo 'make build          the programs, in build/src/'
	@echo 'make cross          the camera programs for 32-bit ARM, in build-cross/ (docs/porting.md)'
	@echo 'make install        [DESTDIR=] [PREFIX=$(PREFIX)] [CGI_GROUP=]'
	@echo 'make clean          removes all that was built'

build:
	@tools/install-packages build
	@test -f build/build.ninja || meson setup build
	@ninja -C build

cross:
	@tools/install-packages build cross
	@tools/cross-build

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

check-browser:
	@tools/install-packages build check-browser
	@tests/run check-browser

check-qemu:
	@tools/install-packages build cross check-qemu
	@tests/run check-qemu

powercut:
	@tools/install-packages build cross check-qemu
	@CUTS=$(CUTS) SEED=$(SEED) tests/run powercut

check-tools:
	@tools/install-packages build check-tools
	@tests/run check-tools

fuzz:
	@tools/install-packages build fuzz
	@tests/fuzz/run $(SECONDS)

bench:
	@tools/install-packages build bench
	@tests/bench/run --runs $(RUNS)

install: build
	install -D $(CGI_MODE) build/src/cgi-bin/update $(DESTDIR)$(PREFIX)/lib/cgi-bin/update
	install -D $(CGI_MODE) build/src/cgi-bin/system $(DESTDIR)$(PREFIX)/lib/cgi-bin/system
	install -D -m 755 build/src/ispupd/ispupd $(DESTDIR)$(PREFIX)/sbin/ispupd
	install -D -m 755 build/src/ispup-camera/ispup-camera $(DESTDIR)$(PREFIX)/sbin/ispup-camera
	install -D -m 755 build/src/ispup/ispup $(DESTDIR)$(PREFIX)/bin/ispup
	for sample in examples/*/*; do \
	    install -D -m 644 $$sample $(DESTDIR)$(PREFIX)/share/ispup/$$sample && \
	    sed -i $(OWN_PLACES) $(DESTDIR)$(PREFIX)/share/ispup/$$sample || exit 1; \
	done
	for page in $(PAGES)/*.[158]; do \
	    test -e $$page || { echo 'make install: no manual pages, scdoc made none: install it, then make clean install' >&2; break; }; \
	    install -D -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/} || exit 1; \
	done
	for program in ispup ispup-camera; do \
	    install -D -m 644 completion/$$program \
	        $(DESTDIR)$(PREFIX)/share/bash-completion/completions/$$program || exit 1; \
	done

clean:
	rm -rf build build-*
