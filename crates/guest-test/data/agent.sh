#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Makes an unpacked root file system traceable, as the image element does: its files, the agent, the
# units, and an initramfs for each kernel.
#
#   agent.sh ROOT STATIC_FILES KAAS_GUEST
set -eu
root=$1 static=$2 agent=$3

cp --archive --no-preserve=ownership "$static/." "$root/"
install --mode 755 "$agent" "$root/usr/bin/kaas-guest"
for unit in kaas-guest-trace kaas-guest-steady; do
    chroot "$root" systemctl enable "$unit"
done
for folder in "$root"/usr/lib/modules/*; do
    chroot "$root" update-initramfs -u -k "${folder##*/}"
done
