#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Makes the root file system that the agent is tested in, out of the distribution's packages:
# systemd, networkd, GRUB, the stock kernel and the newer one of the same release, and what is run under load.
#
#   root.sh PARTS UUID OUTPUT.tar
set -eu
parts=$1 uuid=$2 output=$3
sources=http://deb.debian.org/debian

mmdebstrap --quiet --variant=minbase --aptopt='Acquire::Retries "5"' \
    --include=systemd,systemd-sysv,udev,dbus,kmod,iproute2,procps,e2fsprogs,initramfs-tools,zstd \
    --include=memcached,nginx-light,redis-server,redis-tools,postgresql,apache2-utils,ca-certificates \
    --include=linux-image-amd64,linux-image-6.12-amd64,grub-pc,kexec-tools \
    --customize-hook="copy-in '$parts/conversation' /usr/local/sbin" \
    --customize-hook="copy-in '$parts/conversation.service' /etc/systemd/system" \
    --customize-hook="copy-in '$parts/wired.network' /etc/systemd/network" \
    --customize-hook="copy-in '$parts/kaas-a-observer' '$parts/kaas-z-armed' /usr/share/initramfs-tools/scripts/init-top" \
    --customize-hook="copy-in '$parts/grub' /etc/default" \
    --customize-hook='chroot "$1" systemctl enable conversation.service systemd-networkd' \
    --customize-hook='chroot "$1" systemctl disable nginx redis-server postgresql' \
    --customize-hook="echo 'UUID=$uuid / ext4 errors=remount-ro 0 1' >\"\$1/etc/fstab\"" \
    --customize-hook='echo vm >"$1/etc/hostname"' \
    --customize-hook='echo 0123456789abcdef0123456789abcdef >"$1/etc/machine-id"' \
    --customize-hook='sed -i "s/^-l 127.0.0.1/-l 0.0.0.0/" "$1/etc/memcached.conf"' \
    bookworm "$output" \
    "deb $sources bookworm main" "deb $sources bookworm-updates main" \
    "deb http://deb.debian.org/debian-security bookworm-security main"
