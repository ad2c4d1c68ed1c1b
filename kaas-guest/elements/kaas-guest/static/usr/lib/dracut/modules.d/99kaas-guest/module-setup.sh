#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Puts the tracer into an initramfs of dracut, and starts it before udev.

check() {
    return 0
}

depends() {
    echo base
}

install() {
    inst_simple /usr/bin/kaas-guest
    inst_hook pre-udev 01 "$moddir/kaas-guest.sh"
}
