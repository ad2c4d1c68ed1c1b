# SPDX-License-Identifier: Apache-2.0
#
# The commands of the tree. `## ` after a target is what `make help` prints for it.

FUZZ_SECONDS ?= 1200
PREFIX ?= /usr/local
export CARGO_NET_RETRY ?= 5
export WORKLOAD START PROFILE

GUEST_TEST = cargo run --release --locked --quiet --package guest-test --
ORACLE = cargo run --release --locked --quiet --package oracle --

.DEFAULT_GOAL := help
.PHONY: boot-matrix test-kernel image guest-test guest-overhead guest-deploy help setup build test bench demo fuzz install kernel-tests oracle-kbuild oracle-kconfig \
	oracle-tailoring self-check solver-agreement

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

setup: ## install what a Debian 12 machine needs; what is there is left alone
	tools/setup

build: setup ## build the `tailor` command into target/release
	. tools/cargo.sh && find_cargo && cargo build --release --locked --package tailor

test: ## everything, as continuous integration runs it: the last line is `N passed, N failed`
	@tools/test

kernel-tests: setup ## the kernel's own scripts/kconfig/tests, with `tailor` in the place of `conf`
	. tools/cargo.sh && find_cargo && $(ORACLE) kconfig-tests

oracle-kconfig: setup ## every file byte for byte what the C tool writes: all modes and architectures
	. tools/cargo.sh && find_cargo && $(ORACLE) kconfig && $(ORACLE) spec && $(ORACLE) kconfig-random --count 20000

oracle-kbuild: setup ## every object that the kernel's own make would compile, and no other
	. tools/cargo.sh && find_cargo && $(ORACLE) kbuild

oracle-tailoring: setup ## what `tailor config` makes of the traces in KAAS_DATA: sizes, and every check
	. tools/cargo.sh && find_cargo && $(ORACLE) tailoring

self-check: setup ## where the traced functions of KAAS_DATA are from: `tailor locate` against DWARF
	. tools/cargo.sh && find_cargo && $(ORACLE) self-check

solver-agreement: setup ## 200 random requirement sets on 6.1 and 6.12: the solution is what evaluating it gives
	tools/solver-agreement

bench: setup ## CPU time and memory, against the C tool and Kconfiglib, in one run
	. tools/cargo.sh && find_cargo && $(ORACLE) bench

boot-matrix: setup ## boot tailored kernels beside the distribution's; CELL= or WORKLOAD= for one; as root
	tools/boot-matrix $(BOOT_ARGS)

test-kernel: setup ## tailor and compile one kernel, the smallest; KAAS_DATA= the traces
	. tools/cargo.sh && find_cargo && cargo run --release --locked --quiet --package boot -- kernel

image: setup ## the image that the agent is tested in, with the distribution's kernels; as root
	. tools/cargo.sh && find_cargo && $(GUEST_TEST) image

guest-test: setup ## boot it with 6.1 and with 6.12: is every call of memcached in the trace? as root
	. tools/cargo.sh && find_cargo && $(GUEST_TEST) --kernel 6.1 loss && $(GUEST_TEST) --kernel 6.12 loss

guest-overhead: setup ## what tracing costs, in pairs of boots with and without; as root
	. tools/cargo.sh && find_cargo && $(GUEST_TEST) overhead $(OVERHEAD_ARGS)

guest-deploy: setup ## install kernels, good and bad ones, in a machine that GRUB starts; as root
	. tools/cargo.sh && find_cargo && $(GUEST_TEST) deploy $(DEPLOY_ARGS)

fuzz: setup ## each fuzz target for FUZZ_SECONDS (1200); what it finds is minimised into its corpus
	FUZZ_SECONDS=$(FUZZ_SECONDS) tools/fuzz

install: build ## copy `tailor` to PREFIX/bin (/usr/local)
	install -D --mode 755 target/release/tailor $(DESTDIR)$(PREFIX)/bin/tailor

demo: ## the whole way from a trace to a booted kernel; not there yet
	@echo 'make demo: not there yet. It needs the trace reader, the solver and the builder,'
	@echo 'which come later. What exists can be seen with:'
	@echo '    make oracle-kconfig   the configurations that `tailor conf` writes'
	@echo '    make oracle-kbuild    the files that `tailor files` says are compiled'
	@exit 1
