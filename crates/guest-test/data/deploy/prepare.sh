#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# In the guest, whose kernel the emulator loaded itself: from now on its own boot loader starts it.
# Of the distribution's kernels the older stays; the newer comes back as a release, or as an upgrade.
#
#   prepare.sh VERSION_OF_THE_NEWER_KERNEL
set -eu
export DEBIAN_FRONTEND=noninteractive

dpkg --purge linux-image-6.12-amd64 "linux-image-$1"
rm -rf "/lib/modules/$1"
# Smaller, and sooner unpacked: only what this machine needs.
sed -i 's/^MODULES=.*/MODULES=dep/' /etc/initramfs-tools/initramfs.conf
update-initramfs -u -k all
grub-install /dev/vda
update-grub
systemctl mask apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer
useradd --system --no-create-home kaas-guest
sync
