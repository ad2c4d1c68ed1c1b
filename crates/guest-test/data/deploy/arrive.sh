#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# In the guest, beside what was unpacked from its second disk: installs the agent's program and the
# installer's unit, and what plays the part of the agent's service.
set -eu
cd "$(dirname "$0")"

install --mode 755 kaas-guest /usr/bin/kaas-guest
install --mode 755 reach /usr/local/sbin/reach
install --mode 644 kaas-guest-installer.service reach.service picky.service /etc/systemd/system
install --directory --owner kaas-guest /var/lib/kaas-guest
mv staging /var/lib/kaas-guest/staging
install --directory /etc/kaas-guest/probes
install --mode 755 probe /etc/kaas-guest/probes/shop
kaas-guest installer --trust trust.json
systemctl daemon-reload
systemctl enable --quiet --now kaas-guest-installer.service reach.service
sync
