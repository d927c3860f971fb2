# holdfast: one Makefile, GNU make 4.3. `make help` lists the targets, `make V=1` shows the commands.
#
# Every variant builds beside the others in build/<variant>/: release, asan, clang, analyze, fuzz. A variant is a
# compiler with its flags (see "variants" below); its objects are remade when those flags change.

MAKEFLAGS += --no-builtin-rules --no-builtin-variables
SHELL     := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL := all

VERSION := $(strip $(file <VERSION))
STATIC  ?= 1# 1: holdfast is one static file: it starts fast, and no broken library on a host can keep it from running
WERROR  ?= 0# 1: warnings are errors (make check)
V       ?= 0
GCC     ?= gcc
CLANG   ?= clang
PYTHON  ?= /usr/bin/python3# Debian's own, which has the modules that tools/install-packages installs
JOBS    ?= $(shell nproc)
PREFIX  ?= /usr/local
DESTDIR ?=
FUZZ_SECONDS       ?= 3600

Q := $(if $(filter 1,$V),,@)
say = $(if $(filter 1,$V),,@printf '  %-8s %s\n' '$1' '$2')

# --- what there is ---------------------------------------------------------------------------------------------------

LAYERS  := base core load system change report cmd
SOURCES := $(sort $(wildcard $(LAYERS:%=agent/%/*.c)))
SENDING := $(sort $(wildcard agent/send/*.c))# holdfast-send: a program of its own, on base alone
FILTER  := $(sort $(wildcard agent/filter/*.c))# print-filters: started when we build
AGENT_C := $(SOURCES) $(SENDING) $(FILTER)
HEADERS := $(sort $(wildcard agent/*/*.h))
MAINS   := agent/cmd/main.c agent/send/main.c agent/filter/main.c
# What links libcurl; the rest of send/ is in the archive, for its unit tests.
LINKED  := agent/send/request.c agent/send/sandbox.c agent/send/delivery.c agent/send/trial.c agent/send/worker.c
MODULES := $(filter-out $(MAINS) $(LINKED),$(AGENT_C))
UNITS   := $(sort $(wildcard tests/unit/test_*.c))
HELPERS := $(filter-out $(UNITS),$(sort $(wildcard tests/unit/*.c)))
FUZZERS := $(sort $(wildcard tests/fuzz/fuzz_*.c))
OTHER_C := $(sort $(wildcard tests/*/*.[ch]))
SCRIPTS := .ci/run $(sort $(filter-out %.md,$(wildcard tools/*))) $(sort $(wildcard tests/*/*.sh tests/*/*.py))
# Not what a user lays beside them.
SHIPPED := $(wildcard $(patsubst %,profiles/%.yaml,container-host database default hardened-base high-churn-web nat-gateway \
	reverse-proxy small-memory time-wait-classic))
LIBRARIES := yaml-0.1 jansson libmd zlib
LIBRARIES_SEND := jansson libmd zlib libcurl

# --- flags -----------------------------------------------------------------------------------------------------------

# Asked for when first used, not when this file is read: `make demo` installs pkg-config.
pkg = $(or $(shell pkg-config $1 2>/dev/null),$(if $(shell pkg-config --exists $(lastword $1) 2>/dev/null || echo no),$(error \
	pkg-config does not find $(lastword $1): run tools/install-packages demo (or check, for the tests))))
LIB_CFLAGS    = $(eval LIB_CFLAGS := $(foreach l,$(LIBRARIES) libseccomp,$(call pkg,--cflags $l)))$(LIB_CFLAGS)
LIB_SHARED    = $(eval LIB_SHARED := $(foreach l,$(LIBRARIES),$(call pkg,--libs $l)))$(LIB_SHARED)
LIB_STATIC    = $(eval LIB_STATIC := $(foreach l,$(LIBRARIES),$(call pkg,--static --libs $l)))$(LIB_STATIC)
SEND_SHARED   = $(eval SEND_SHARED := $(foreach l,$(LIBRARIES_SEND),$(call pkg,--libs $l)))$(SEND_SHARED)
LIB_FILTER    = $(eval LIB_FILTER := $(call pkg,--libs libseccomp))$(LIB_FILTER)
CMOCKA_CFLAGS = $(eval CMOCKA_CFLAGS := $(call pkg,--cflags cmocka))$(CMOCKA_CFLAGS)
CMOCKA_LIBS   = $(eval CMOCKA_LIBS := $(call pkg,--libs cmocka libseccomp))$(CMOCKA_LIBS)

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wcast-qual \
	-Wwrite-strings -Wvla -Wformat=2 -Wundef -Wswitch
# Fields left out of an initialiser are zero, and in our tables zero means "not known".
WARNINGS += -Wno-missing-field-initializers
WARNINGS_GCC := $(WARNINGS) -Wnull-dereference
# Messages are built in bounded buffers and may be cut: that is what the bound is for.
WARNINGS_GCC += -Wno-format-truncation

HARDENING := -O2 -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE
LINKING   := -Wl,-z,relro,-z,now,-z,noexecstack,--as-needed
SANITIZE  := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -fPIE
# Where the tree lies must not be seen in what is built from it. The last two: times after 2038 and large files where a
# long has 32 bits.
BASIC     := -std=gnu17 -D_GNU_SOURCE -DHOLDFAST_VERSION='"$(VERSION)"' -g -ffile-prefix-map=$(CURDIR)=. \
	-D_TIME_BITS=64 -D_FILE_OFFSET_BITS=64
STANDARD   = $(BASIC) $(LIB_CFLAGS)
ERRORS    := $(if $(filter 1,$(WERROR)),-Werror)

# --- variants --------------------------------------------------------------------------------------------------------

CC_release      := $(GCC)
CFLAGS_release   = $(STANDARD) $(WARNINGS_GCC) $(ERRORS) $(HARDENING) $(CPPFLAGS) $(CFLAGS)# the last two: who builds packages
LDFLAGS_release := $(LINKING) -pie $(LDFLAGS)

CC_asan         := $(GCC)
CFLAGS_asan      = $(STANDARD) $(WARNINGS_GCC) $(ERRORS) $(SANITIZE)
LDFLAGS_asan    := $(LINKING) -pie -fsanitize=address,undefined

CC_clang        := $(CLANG)
CFLAGS_clang     = $(STANDARD) $(WARNINGS) -Werror $(HARDENING)
LDFLAGS_clang   := $(LINKING) -pie

# -O0, because from -O1 on the compiler has removed dead stores and unused allocations before -fanalyzer looks.
CC_analyze      := $(GCC)
CFLAGS_analyze   = $(STANDARD) $(WARNINGS_GCC) -Werror -O0 -fanalyzer

CC_fuzz         := $(CLANG)
CFLAGS_fuzz      = $(STANDARD) $(WARNINGS) $(ERRORS) $(SANITIZE) -fsanitize=fuzzer-no-link
LDFLAGS_fuzz    := $(LINKING) -pie -fsanitize=fuzzer,address,undefined

# Other systems: a compiler for each, and what it links in build/VARIANT (tools/build-musl, tools/foreign-root).
foreign = --sysroot=build/$1/root
loaded  = $(LINKING) -pie $(call foreign,$1) -Wl,--disable-new-dtags,--dynamic-linker=$(CURDIR)/build/$1/root/lib/$2,-rpath,$(CURDIR)/build/$1/root/lib/$3,-rpath,$(CURDIR)/build/$1/root/usr/lib/$3

CC_musl         := musl-gcc
CFLAGS_musl      = $(BASIC) $(WARNINGS_GCC) -Werror $(HARDENING) -isystem build/musl/include
LDFLAGS_musl    := $(LINKING) -static -Lbuild/musl/lib

CC_i386         := i686-linux-gnu-gcc
CFLAGS_i386      = $(BASIC) $(WARNINGS_GCC) -Werror $(HARDENING) $(call foreign,i386)
LDFLAGS_i386     = $(call loaded,i386,ld-linux.so.2,i386-linux-gnu)

CC_arm64        := aarch64-linux-gnu-gcc
CFLAGS_arm64     = $(BASIC) $(WARNINGS_GCC) -Werror $(HARDENING:-fcf-protection=-mbranch-protection=standard) $(call foreign,arm64)
LDFLAGS_arm64    = $(call loaded,arm64,ld-linux-aarch64.so.1,aarch64-linux-gnu)
EMULATOR_arm64  := tools/with-qemu

FOREIGN  := musl i386 arm64
VARIANTS := release asan clang analyze fuzz $(FOREIGN)
# Their libraries by name: pkg-config would tell this machine's.
$(foreach v,$(FOREIGN),$(eval LIBS_$v := -lyaml -ljansson -lmd -lz))

# $1: variant. Objects, the archive of all modules but main, the program, one test program for each tests/unit/test_*.c.
define variant
build/$1/%.o: %.c build/$1/flags $$(if $$(filter $1,$$(FOREIGN)),| build/$1/ready)
	$$(call say,CC $1,$$<)
	$$Q mkdir -p $$(@D)
	$$Q $$(CC_$1) $$(CFLAGS_$1) $$(EXTRA) -MMD -MP -c -o $$@ $$<

# The flags that the objects were made with: rewritten, and so newer than they are, only when they change.
build/$1/flags: FORCE
	$$Q mkdir -p $$(@D)
	$$Q printf '%s\n' $$(call quote,$$(CC_$1) $$(CFLAGS_$1) $$(LDFLAGS_$1)) | cmp -s - $$@ || \
		printf '%s\n' $$(call quote,$$(CC_$1) $$(CFLAGS_$1) $$(LDFLAGS_$1)) >$$@

build/$1/libholdfast.a: $$(MODULES:%.c=build/$1/%.o)
	$$Q rm -f $$@
	$$Q ar rcs $$@ $$^

build/$1/tests/%: build/$1/tests/unit/%.o $$(HELPERS:%.c=build/$1/%.o) build/$1/filters.o build/$1/libholdfast.a
	$$(call say,LINK $1,$$@)
	$$Q $$(CC_$1) $$(LDFLAGS_$1) -o $$@ $$^ $$(if $$(LIBS_$1),$$(LIBS_$1) -lcmocka -lseccomp,$$(LIB_SHARED) $$(CMOCKA_LIBS))

# The filters of system calls, made by a program of the same system: the numbers of calls and flags are its own. Where the
# machine that builds cannot start it, EMULATOR_$1 does.
build/$1/print-filters: $$(patsubst %.c,build/$1/%.o,$$(FILTER) $$(addprefix agent/base/,arena.c error.c fd.c))
	$$Q $$(CC_$1) $$(LDFLAGS_$1) -o $$@ $$^ $$(if $$(LIBS_$1),-lseccomp,$$(LIB_FILTER))
build/$1/filters.c: build/$1/print-filters
	$$(call say,FILTER,$$@)
	$$Q $$(EMULATOR_$1) $$< >$$@
build/$1/filters.o: build/$1/filters.c agent/base/calls.h
	$$Q $$(CC_$1) $$(CFLAGS_$1) -I. -c -o $$@ $$<

# Tests name headers from agent/ on: #include "core/key.h".
build/$1/tests/unit/%.o: EXTRA = -Iagent $$(if $$(LIBS_$1),,$$(CMOCKA_CFLAGS))
build/$1/tests/fuzz/%.o: EXTRA = -Iagent

-include $$(wildcard build/$1/agent/*/*.d build/$1/tests/*/*.d)
endef
quote = '$(subst ','\'',$1)'
$(foreach v,$(VARIANTS),$(eval $(call variant,$v)))

build/release/holdfast: $(SOURCES:%.c=build/release/%.o) build/release/filters.o build/release/linking
	$(call say,LINK,$@)
	$Q $(GCC) $(if $(filter 1,$(STATIC)),$(filter-out -pie,$(LDFLAGS_release)) -static-pie,$(LDFLAGS_release)) \
		-o $@ $(filter %.o,$^) $(if $(filter 1,$(STATIC)),$(LIB_STATIC),$(LIB_SHARED))
# Which of the two it was: rewritten, and so newer than the program, only when it changes.
build/release/linking: FORCE
	$Q mkdir -p $(@D)
	$Q echo 'STATIC=$(STATIC)' | cmp -s - $@ || echo 'STATIC=$(STATIC)' >$@
build/release/holdfast-send: $(SENDING:%.c=build/release/%.o) build/release/filters.o build/release/libholdfast.a
build/asan/holdfast-send: $(SENDING:%.c=build/asan/%.o) build/asan/filters.o build/asan/libholdfast.a
build/clang/holdfast-send: $(SENDING:%.c=build/clang/%.o) build/clang/filters.o build/clang/libholdfast.a
build/release/holdfast-send build/asan/holdfast-send build/clang/holdfast-send:
	$(call say,LINK,$@)
	$Q $(CC_$(word 2,$(subst /, ,$@))) $(LDFLAGS_$(word 2,$(subst /, ,$@))) -o $@ $^ $(SEND_SHARED)

build/asan/holdfast: $(SOURCES:%.c=build/asan/%.o) build/asan/filters.o
build/clang/holdfast: $(SOURCES:%.c=build/clang/%.o) build/clang/filters.o
build/asan/holdfast build/clang/holdfast:
	$(call say,LINK,$@)
	$Q $(CC_$(word 2,$(subst /, ,$@))) $(LDFLAGS_$(word 2,$(subst /, ,$@))) -o $@ $^ $(LIB_SHARED)

build/musl/ready: tools/build-musl tools/private-apt
	$(call say,BUILD,the libraries for musl)
	$Q tools/build-musl
build/i386/ready build/arm64/ready: build/%/ready: tools/foreign-root tools/private-apt
	$(call say,FETCH,the libraries for $*)
	$Q tools/foreign-root $*

# Static as the release is; musl-gcc knows no -static-pie. holdfast-send loads libcurl, which is not built for musl.
build/musl/holdfast: $(SOURCES:%.c=build/musl/%.o) build/musl/filters.o
build/i386/holdfast: $(SOURCES:%.c=build/i386/%.o) build/i386/filters.o
build/arm64/holdfast: $(SOURCES:%.c=build/arm64/%.o) build/arm64/filters.o
build/musl/holdfast build/i386/holdfast build/arm64/holdfast: build/%/holdfast:
	$(call say,LINK,$@)
	$Q $(CC_$*) $(if $(filter musl,$*),$(LDFLAGS_$*),$(LINKING) $(call foreign,$*) -static-pie) -o $@ $^ $(LIBS_$*)
build/i386/holdfast-send: $(SENDING:%.c=build/i386/%.o) build/i386/filters.o build/i386/libholdfast.a
build/arm64/holdfast-send: $(SENDING:%.c=build/arm64/%.o) build/arm64/filters.o build/arm64/libholdfast.a
build/i386/holdfast-send build/arm64/holdfast-send: build/%/holdfast-send:
	$(call say,LINK,$@)
	$Q $(CC_$*) $(LDFLAGS_$*) -o $@ $^ -ljansson -lmd -lz -lcurl

build/fuzz/fuzz_%: build/fuzz/tests/fuzz/fuzz_%.o build/fuzz/libholdfast.a
	$(call say,LINK fuzz,$@)
	$Q $(CC_fuzz) $(LDFLAGS_fuzz) -o $@ $^ $(LIB_SHARED)

# --- build -----------------------------------------------------------------------------------------------------------

.PHONY: all release asan clang musl i386 arm64 clean help FORCE
all: release ## the programs, build/release/holdfast and holdfast-send (same as: make release)

release: build/release/holdfast build/release/holdfast-send

asan: build/asan/holdfast build/asan/holdfast-send $(UNITS:tests/unit/%.c=build/asan/tests/%) ## program and unit tests with the address and undefined-behaviour sanitizers

clang: build/clang/holdfast build/clang/holdfast-send $(UNITS:tests/unit/%.c=build/clang/tests/%) ## program and unit tests with clang, warnings as errors

musl: build/musl/holdfast $(UNITS:tests/unit/%.c=build/musl/tests/%) ## holdfast and unit tests with musl, the libraries from Debian's sources

i386: build/i386/holdfast build/i386/holdfast-send $(UNITS:tests/unit/%.c=build/i386/tests/%) ## the programs and unit tests for 32 bits

arm64: build/arm64/holdfast build/arm64/holdfast-send $(UNITS:tests/unit/%.c=build/arm64/tests/%) ## the programs and unit tests for 64-bit ARM

clean: ## remove build/
	rm -rf build

help: ## this list
	@echo 'Targets:'
	@sed -nE 's/^([a-z][a-z0-9-]*):[^#]*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | \
		awk -F '\t' '{ printf "  %-22s %s\n", $$1, $$2 }'
	@echo 'Variables: STATIC=0 (dynamic program), WERROR=1, V=1 (show commands), FUZZ_SECONDS=$(FUZZ_SECONDS), PREFIX, DESTDIR'

# --- install ---------------------------------------------------------------------------------------------------------

# GNU's names; PREFIX is the older spelling of prefix.
prefix        ?= $(PREFIX)
exec_prefix   ?= $(prefix)
sbindir       ?= $(exec_prefix)/sbin
datarootdir   ?= $(prefix)/share
datadir       ?= $(datarootdir)
mandir        ?= $(datarootdir)/man
docdir        ?= $(datarootdir)/doc/holdfast
bashdir       ?= $(datarootdir)/bash-completion/completions
zshdir        ?= $(datarootdir)/zsh/site-functions
fishdir       ?= $(datarootdir)/fish/vendor_completions.d
unitdir       ?= $(prefix)/lib/systemd/system
sysusersdir   ?= $(prefix)/lib/sysusers.d


# What is installed, as MODE:FROM:TO: a file that comes to one of these folders is installed too.
PROGRAMS = build/release/holdfast build/release/holdfast-send
to = $(foreach f,$(wildcard $2),$1:$f:$3/$(or $4,$(notdir $f)))
INSTALLED = $(foreach f,$(PROGRAMS),755:$f:$(sbindir)/$(notdir $f)) \
	$(call to,644,$(SHIPPED),$(datadir)/holdfast/profiles) \
	$(call to,644,schema/*.json,$(datadir)/holdfast/schema) \
	$(call to,644,packaging/udev/*.rules,$(datadir)/holdfast/udev) \
	$(call to,644,docs/man/*.5,$(mandir)/man5) \
	$(call to,644,docs/man/*.8,$(mandir)/man8) \
	$(call to,644,packaging/completions/holdfast.bash,$(bashdir),holdfast) \
	$(call to,644,packaging/completions/holdfast-send.bash,$(bashdir),holdfast-send) \
	$(call to,644,packaging/completions/_*,$(zshdir)) \
	$(call to,644,packaging/completions/*.fish,$(fishdir)) \
	$(call to,644,packaging/systemd/*.service packaging/systemd/*.timer packaging/systemd/*.path,$(unitdir)) \
	$(call to,644,packaging/sysusers.d/*.conf,$(sysusersdir)) \
	$(call to,644,README.md CHANGELOG.md SECURITY.md,$(docdir)) \
	$(call to,644,docs/*.md,$(docdir)/docs) \
	$(call to,644,docs/profiles/*.md,$(docdir)/docs/profiles) \
	$(call to,644,packaging/examples/*,$(docdir)/examples) \
	$(foreach d,cron nginx grafana prometheus prometheus/consoles,$(call to,644,packaging/$d/*.* packaging/$d/holdfast,$(docdir)/examples/$d))

.PHONY: install uninstall dist deb rpm packages-test
install: release ## install below DESTDIR and PREFIX (/usr/local); sbindir, datadir, mandir, unitdir ... as GNU has them. Nothing is enabled
	$Q tools/install-files install '$(DESTDIR)' '$(sbindir)' $(INSTALLED)

uninstall: ## remove what install put there, by the same variables
	$Q tools/install-files uninstall '$(DESTDIR)' '$(sbindir)' $(INSTALLED)

# --- packages --------------------------------------------------------------------------------------------------------

dist: ## build/holdfast-VERSION.tar.gz: the tree as it stands; the same bytes for the same commit, and it builds without git
	$Q tools/make-dist $(VERSION)

deb: dist ## build/deb/*.deb: packages for Debian (holdfast, holdfast-send)
	$Q tools/install-packages deb
	$Q tools/make-deb $(VERSION)

rpm: dist ## build/rpm/*.rpm: the same two for systems with rpm
	$Q tools/install-packages rpm
	$Q tools/make-rpm $(VERSION)

packages-test: ## both kinds of packages: lintian, rpmlint, two builds with one hash, and their life in Debian 12 and 13
	$Q $(PYTHON) tests/packages/run.py

# --- the two commands of the README ----------------------------------------------------------------------------------

# Parts of `make check`, in order: each is a target, with a colon the build without which it would only say the same
# again. What is cheap and often wrong comes first.
CHECKS_FAST := \
	check-links \
	check-docs \
	check-order \
	check-format \
	check-scripts \
	check-units \
	release \
	check-pure:release \
	check-parameters:release \
	check-rights:release \
	check-profile-pages \
	check-rules:release \
	check-man:release \
	check-completions:release \
	asan \
	catalogue:release \
	unit-asan:asan \
	cli:release \

CHECKS := \
	check-links \
	check-docs \
	check-order \
	check-format \
	check-scripts \
	check-units \
	release \
	clang \
	asan \
	check-pure:release \
	check-parameters:release \
	check-rights:release \
	check-profile-pages \
	check-rules:release \
	check-man:release \
	check-completions:release \
	check-shells:release \
	pages:release \
	editor \
	analyze \
	tidy \
	cppcheck \
	catalogue:release \
	unit-release:release \
	unit-asan:asan \
	cli:release \
	cli-asan:asan \
	check-clang:clang \
	musl \
	check-musl:musl \
	i386 \
	check-i386:i386 \
	arm64 \
	check-arm64:arm64 \
	schema:release \
	profiles-test:release \
	kernels:release \
	differential:release \
	system:release \
	fence:release \
	fault:release \
	delivery:release \
	receive-metrics:release \
	receive-nginx:release \
	receive-heimdall:release \
	receive-fleet:release \
	packages-test:release \
	fleet-rollout:release \
	fleet-cron:release \
	fuzz-short \

.PHONY: demo check check-fast
demo: ## install what is missing, build, show how this host differs from a profile; changes nothing
	@tools/install-packages demo
	@echo 'building holdfast ...'
	@$(MAKE) --silent --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS)) say= release
	@echo 'This host against profiles/high-churn-web.yaml; nothing is changed:'
	@echo
	@build/release/holdfast check -p profiles/high-churn-web.yaml || case $$? in 2 | 3) ;; *) exit 1 ;; esac
	@echo
	@echo 'Next:'
	@echo '  build/release/holdfast show -p profiles/high-churn-web.yaml    what is wanted, and which line asks for it'
	@echo '  build/release/holdfast plan -p profiles/high-churn-web.yaml    the steps that would mend it'
	@echo '  sudo build/release/holdfast apply -p profiles/high-churn-web.yaml    mend it'
	@echo '  make check    run every test'

check: ## install what the tests need, build with gcc and clang, run everything
	@tools/install-packages check
	@tools/run-checks $(CHECKS)

check-fast: ## the parts of check that a change most often breaks, in seconds
	@tools/run-checks $(CHECKS_FAST)

.PHONY: check-links check-docs rights check-rights
.PHONY: parameters check-parameters profile-pages check-profile-pages check-rules
parameters: build/release/holdfast ## print docs/parameters.md from the program's table
	$Q $(PYTHON) tools/print-parameters $(CURDIR)/$< >build/parameters.md
	$Q mv build/parameters.md docs/parameters.md

check-parameters: build/release/holdfast ## docs/parameters.md is what the program's table prints
	$Q $(PYTHON) tools/print-parameters $(CURDIR)/$< >build/parameters.md
	$Q cmp -s build/parameters.md docs/parameters.md || { \
		echo 'docs/parameters.md is stale: run make parameters' >&2; \
		exit 1; \
	}

profile-pages: $(SHIPPED) ## print the tables of docs/profiles/*.md from the profiles
	$Q $(PYTHON) tools/print-profile-pages $^

check-profile-pages: $(SHIPPED) ## the tables of docs/profiles/*.md are what the profiles print; each has a page
	$Q $(PYTHON) tools/print-profile-pages --check $^

check-rules: build/release/holdfast ## docs/lint.md describes each rule of lint, and nothing else
	$Q $(PYTHON) tools/check-rules $(CURDIR)/$<

.PHONY: check-man completions check-completions check-shells
check-man: release ## the manual pages: lint, all that the program and the schemas have and nothing else, every example tried
	$Q HOLDFAST=$(CURDIR)/build/release/holdfast $(PYTHON) tests/man/run.py

COMPLETED := holdfast.bash _holdfast holdfast.fish holdfast-send.bash _holdfast-send holdfast-send.fish
completions: release ## print packaging/completions from the help of the programs
	$Q for file in $(COMPLETED); do \
		$(PYTHON) tools/print-completions $$file build/release >build/$$file; \
		mv build/$$file packaging/completions/$$file; \
	done

check-completions: release ## packaging/completions is what the help of the programs makes of it
	$Q for file in $(COMPLETED); do \
		$(PYTHON) tools/print-completions $$file build/release >build/$$file; \
		cmp -s build/$$file packaging/completions/$$file || { \
			echo "packaging/completions/$$file is stale: run make completions" >&2; \
			exit 1; \
		}; \
		rm build/$$file; \
	done

check-shells: release ## the completions in real shells: bash, zsh, fish
	$Q HOLDFAST=$(CURDIR)/build/release/holdfast $(PYTHON) tests/man/completions.py

check-links: ## every relative link and #anchor of the pages leads somewhere
	$Q $(PYTHON) tools/check-links

check-docs: ## operations.md has each value of the closed lists, security.md cites tests that exist
	$Q $(PYTHON) tools/check-docs

rights: build/release/holdfast ## print docs/rights.md from the program's table
	$Q $(PYTHON) tools/print-rights $(CURDIR)/$< >build/rights.md
	$Q mv build/rights.md docs/rights.md

check-rights: build/release/holdfast ## docs/rights.md is what the program's table prints
	$Q $(PYTHON) tools/print-rights $(CURDIR)/$< >build/rights.md
	$Q cmp -s build/rights.md docs/rights.md || { \
		echo 'docs/rights.md is stale: run make rights' >&2; \
		exit 1; \
	}

# --- lint ------------------------------------------------------------------------------------------------------------

.PHONY: lint format check-format check-order check-pure check-scripts check-units analyze tidy cppcheck
lint: check-order check-format check-scripts check-units check-pure analyze tidy cppcheck ## every static check (they are parts of check)

format: ## lay out all C files with clang-format
	clang-format -i $(AGENT_C) $(HEADERS) $(OTHER_C)

check-format: ## clang-format would change nothing
	$Q clang-format --dry-run -Werror $(AGENT_C) $(HEADERS) $(OTHER_C)

check-order: ## a file includes only what stands above it in agent/order
	$Q tools/check-order

check-pure: $(AGENT_C:%.c=build/release/%.o) ## core does no I/O; no module has mutable globals (by nm on the objects)
	$Q tools/check-pure build/release/agent

check-scripts: ## scripts of every kind parse, and shellcheck is content
	$Q tools/check-scripts $(SCRIPTS)

check-units: ## systemd itself reads the units of packaging/systemd
	$Q tools/check-units $(wildcard packaging/systemd/*)

analyze: $(AGENT_C:%.c=build/analyze/%.o) ## gcc -fanalyzer, a file only when it changed

tidy: $(AGENT_C:%.c=build/analyze/%.tidy) ## clang-tidy, a file only when it changed

# The object of the analyze variant stands for the file and all headers that it includes.
build/analyze/%.tidy: %.c build/analyze/%.o .clang-tidy
	$(call say,TIDY,$<)
	$Q clang-tidy --quiet --warnings-as-errors='*' $< -- $(STANDARD) -Wno-everything >$@.log 2>&1 || { \
		grep -A 4 ' error: ' $@.log || cat $@.log; \
		echo "how it comes to that: $@.log"; \
		exit 1; \
	}
	$Q touch $@

cppcheck: build/analyze/cppcheck.done ## cppcheck, all files when one changed
# missingInclude: the C library's headers are not searched. unknownMacro and the like are errors.
build/analyze/cppcheck.done: $(AGENT_C) $(HEADERS) Makefile
	$(call say,CPPCHECK,agent)
	$Q mkdir -p build/analyze/cppcheck
	$Q cppcheck --quiet --std=c11 --language=c --platform=unix64 --enable=warning,performance,portability \
		--inline-suppr --error-exitcode=1 --cppcheck-build-dir=build/analyze/cppcheck -j $(JOBS) \
		-D_GNU_SOURCE -D__GNUC__=12 -D'HOLDFAST_VERSION="$(VERSION)"' $(AGENT_C)
	$Q touch $@

# --- tests -----------------------------------------------------------------------------------------------------------

# The Python runners take the program to test from $HOLDFAST and close with one line "N passed, N failed".
.PHONY: unit unit-release unit-asan catalogue cli cli-asan profiles-test schema differential differential-releases system fence fault delivery \
	receive-metrics receive-nginx receive-heimdall receive-fleet fleet-rollout fleet-cron pages editor fuzz fuzz-short bench
unit: unit-release unit-asan ## unit tests, plain and with sanitizers

unit-release: $(UNITS:tests/unit/%.c=build/release/tests/%)
	$Q tools/run-unit $^

unit-asan: $(UNITS:tests/unit/%.c=build/asan/tests/%)
	$Q tools/run-unit $^

catalogue: build/release/holdfast ## the table of parameters against the facts in tests/catalogue
	$Q HOLDFAST=$(CURDIR)/$< $(PYTHON) tests/catalogue/run.py

cli: build/release/holdfast build/release/holdfast-send ## golden tests of the command line on fake hosts (tests/trees)
	$Q HOLDFAST=$(CURDIR)/$< $(PYTHON) tests/cli/run.py

cli-asan: build/asan/holdfast build/asan/holdfast-send ## the same with sanitizers
	$Q HOLDFAST=$(CURDIR)/$< $(PYTHON) tests/cli/run.py

.PHONY: kernels check-clang check-musl check-i386 check-arm64
check-clang: clang ## the unit tests and the golden tests with what clang has built
check-musl: musl ## the same with musl; there is no holdfast-send
check-i386: i386 ## the same with 32 bits
check-clang check-musl check-i386:
	$Q PYTHON=$(PYTHON) tools/check-variant $(@:check-%=%)

# Emulated, a whole run takes eight minutes. These have every layout of the kernel's structs, files and transactions.
check-arm64: arm64 ## the unit tests and a part of the golden tests, run by qemu
	$Q PYTHON=$(PYTHON) tools/check-variant arm64 cases_apply cases_boot cases_conditions cases_edges cases_report cases_run \
		cases_send cases_transactions cases_undo cases_wildcards cases_tcp.census

kernels: build/release/holdfast ## every step with every shipped profile on hosts of kernels 4.4 to 6.18, by a table of what they have
	$Q HOLDFAST=$(CURDIR)/$< $(PYTHON) tests/kernels/run.py

profiles-test: build/release/holdfast ## the shipped profiles: files and references, on trees of kernels 4.4 to 6.18, on this kernel
	$Q HOLDFAST=$(CURDIR)/$< $(PYTHON) tests/profiles/run.py

schema: build/release/holdfast ## loaders and schemas agree on the same good and bad files
	$Q HOLDFAST=$(CURDIR)/$< $(PYTHON) tests/schema/run.py

differential: build/release/holdfast ## the boot forecast against this host's real loaders
	$Q HOLDFAST=$(CURDIR)/$< $(PYTHON) tests/differential/run.py

differential-releases: build/release/holdfast ## the same against the loaders of other Debian releases (mmdebstrap)
	$Q failed=0; for release in bookworm trixie bullseye; do \
		echo "$$release:"; root=$$(tests/differential/roots.sh $$release); \
		$(PYTHON) tests/differential/run.py --holdfast $(CURDIR)/build/release/holdfast --procps-root $$root --systemd-root $$root || failed=1; \
	done; exit $$failed

system: build/release/holdfast ## the real kernel, in private namespaces
	$Q HOLDFAST=$(CURDIR)/$< $(PYTHON) tests/system/run.py

fence: build/release/holdfast ## each command, taken over when it has shut itself in, tries what it must not
	$Q HOLDFAST=$(CURDIR)/$< $(PYTHON) tests/fence/run.py

fault: build/release/holdfast ## every system call of apply, rollback, recover and confirm fails once, or is the last one
	$Q HOLDFAST=$(CURDIR)/$< $(PYTHON) tests/fault/run.py

delivery: release ## the spool and the sender against a receiver that plays every answer, killed at every system call
	$Q HOLDFAST=$(CURDIR)/build/release/holdfast $(PYTHON) tests/delivery/run.py

receive-metrics: release ## metrics, rules, dashboards: node_exporter, Prometheus, Pushgateway, VictoriaMetrics
	$Q HOLDFAST=$(CURDIR)/build/release/holdfast $(PYTHON) tests/receivers/metrics.py

receive-nginx: release ## deliveries to a real nginx with TLS and client certificates
	$Q HOLDFAST=$(CURDIR)/build/release/holdfast $(PYTHON) tests/receivers/nginx.py

receive-heimdall: release ## HDF in Heimdall, looked at by a browser, and converted by saf
	$Q HOLDFAST=$(CURDIR)/build/release/holdfast $(PYTHON) tests/receivers/heimdall.py

receive-fleet: release ## the reports of 10,000 hosts to one nginx, spread by the splay
	$Q HOLDFAST=$(CURDIR)/build/release/holdfast $(PYTHON) tests/receivers/fleet.py

fleet-rollout: build/release/holdfast ## fifty hosts with a rollout of 10, 50 and 100 %: exactly the right ones change
	$Q HOLDFAST=$(CURDIR)/$< $(PYTHON) tests/fleet/rollout.py

fleet-cron: deb ## Debian 12 and 13 with the packages: five minutes of real cron, and systemd as PID 1 (6 minutes)
	$Q $(PYTHON) tests/fleet/cron.py --packages build/deb

pages: build/release/holdfast ## docs/writing-profiles.md: its profiles, commands and scripts; the roll-out of operations.md
	$Q HOLDFAST=$(CURDIR)/$< $(PYTHON) tests/pages/run.py

editor: ## what yaml-language-server says of profiles and settings by the schemas (npm)
	$Q $(PYTHON) tests/editor/run.py

fuzz-short: $(FUZZERS:tests/fuzz/%.c=build/fuzz/%) ## each fuzz target from its seeds, always the same inputs, about 15 seconds each
	$Q tools/run-fuzz short $^

fuzz: $(FUZZERS:tests/fuzz/%.c=build/fuzz/%) ## each fuzz target for FUZZ_SECONDS (3600), keeping its corpus in build/fuzz/corpus
	$Q tools/run-fuzz $(FUZZ_SECONDS) $^

bench: build/release/holdfast build/release/holdfast-send ## how fast, against sysctl -p, systemd-sysctl, ss, netstat, curl and bare readers
	$Q HOLDFAST=$(CURDIR)/$< $(PYTHON) tests/bench/run.py
	$Q HOLDFAST=$(CURDIR)/$< $(PYTHON) tests/bench/sending.py
