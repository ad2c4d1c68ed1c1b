#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Makes an unpacked root file system traceable as diskimage-builder does it: runs the phases of the
# image element, outside and then in the file system.
#
#   agent.sh ROOT ELEMENT KAAS_GUEST
set -eu
root=$1 element=$2
hooks=$root/tmp/in_target.d

mkdir -p "$hooks"
cp --recursive "$element/." "$hooks"
for script in "$element"/extra-data.d/*; do
	TMP_HOOKS_PATH=$hooks DIB_KAAS_GUEST_BINARY=$3 "$script"
done
# The part of the element install-static.
cp --recursive "$element/static/." "$root"
for phase in install.d post-install.d finalise.d; do
	for script in "$element/$phase"/*; do
		chroot "$root" env DISTRO_NAME=debian "/tmp/in_target.d/$phase/${script##*/}"
	done
done
rm -r "$hooks"
