#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Builds memcached from its Debian source package, as Debian does, in a system of its own, and
# packs the built tree: its test suite is run inside the guests.
#
#   suite.sh OUTPUT.tar
set -eu
output=$1

mmdebstrap --quiet --variant=buildd --format=null --aptopt='Acquire::Retries "5"' \
    --customize-hook='sed "s/^deb /deb-src /" "$1/etc/apt/sources.list" >"$1/etc/apt/sources.list.d/source.list"' \
    --customize-hook='chroot "$1" apt-get update' \
    --customize-hook='chroot "$1" apt-get build-dep --yes memcached' \
    --customize-hook='chroot "$1" sh -c "cd /opt && apt-get source memcached"' \
    --customize-hook='chroot "$1" sh -c "cd /opt/memcached-*/ && DEB_BUILD_OPTIONS=nocheck dpkg-buildpackage -B -us -uc"' \
    --customize-hook='chroot "$1" sh -c "mv /opt/memcached-*/ /opt/memcached && rm -f /opt/*.*"' \
    --customize-hook="tar-out /opt/memcached '$output'" \
    bookworm /dev/null
