# SPDX-License-Identifier: Apache-2.0
#
# What `make all` descends into, in its order, without the steps that link: the kernel's
# own top Makefile sets and exports everything, its scripts/Makefile.build does the rest.
# Made for a dry run: a recipe with a `+` is run all the same, and so is each `$(MAKE)`
# further down.

include $(abs_srctree)/Makefile

descend = $(MAKE) -f $(srctree)/scripts/Makefile.build obj

PHONY += objects ahead-of-tree whole-tree image
objects: ahead-of-tree whole-tree image

# arch/arm64/Makefile: vdso_prepare
ahead-of-tree:
ifeq ($(SRCARCH),arm64)
	+$(descend)=arch/arm64/kernel/vdso \
		include/generated/vdso-offsets.h arch/arm64/kernel/vdso/vdso.so
ifdef CONFIG_COMPAT_VDSO
	+$(descend)=arch/arm64/kernel/vdso32 arch/arm64/kernel/vdso32/vdso.so
endif
endif

# Makefile: $(build-dir)
whole-tree:
	+$(descend)=. need-builtin=1 need-modorder=1

# arch/x86/Makefile: bzImage, arch/arm64/Makefile: Image
image:
	+$(descend)=$(boot) $(KBUILD_IMAGE)
