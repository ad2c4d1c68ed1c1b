#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Makes the root file system that every kernel is booted with, the way the traced machine was
# made: systemd, networkd, ssh, memcached. It also holds the distribution's two kernels, so
# that their initramfs is the one that the distribution itself makes.
#
#   root.sh GUEST_FOLDER SUITE.tar UUID OUTPUT.tar
set -eu
guest=$1 suite=$2 uuid=$3 output=$4

mmdebstrap --quiet --variant=minbase --aptopt='Acquire::Retries "5"' \
    --include=systemd,systemd-sysv,udev,dbus,kmod,iproute2,procps,e2fsprogs,openssh-server \
    --include=memcached,perl,initramfs-tools,zstd,linux-image-amd64,linux-image-cloud-amd64 \
    --customize-hook="tar-in '$suite' /opt" \
    --customize-hook="copy-in '$guest/boot-probe' '$guest/loopback' /usr/local/sbin" \
    --customize-hook="copy-in '$guest/boot-probe.service' /etc/systemd/system" \
    --customize-hook="copy-in '$guest/wired.network' /etc/systemd/network" \
    --customize-hook='chroot "$1" systemctl enable boot-probe.service systemd-networkd' \
    --customize-hook="echo 'UUID=$uuid / ext4 errors=remount-ro 0 1' >\"\$1/etc/fstab\"" \
    --customize-hook='echo vm >"$1/etc/hostname"' \
    --customize-hook='echo 0123456789abcdef0123456789abcdef >"$1/etc/machine-id"' \
    --customize-hook='sed -i "s/^-l 127.0.0.1/-l 0.0.0.0/" "$1/etc/memcached.conf"' \
    bookworm "$output"
