#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Installs more of the distribution's packages in an unpacked root file system; none of their
# services is started there.
#
#   packages.sh ROOT PACKAGE...
set -eu
root=$1
shift
cp /etc/resolv.conf "$root/etc/resolv.conf.outside"
trap 'rm -f "$root/usr/sbin/policy-rc.d" "$root/etc/resolv.conf.outside"' EXIT
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
[ -e "$root/etc/resolv.conf" ] || cp "$root/etc/resolv.conf.outside" "$root/etc/resolv.conf"
chroot "$root" apt-get --quiet update
DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get --quiet --yes --no-install-recommends install "$@"
chroot "$root" apt-get clean
