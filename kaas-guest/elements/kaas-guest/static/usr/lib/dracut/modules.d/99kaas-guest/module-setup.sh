#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Puts the tracer into an initramfs of dracut, and starts it before udev.
#
# dracut sources it, with options of its own:
# dib-lint: disable=sete setu setpipefail dibdebugtrace

check() {
    return 0
}

depends() {
    echo base
}

install() {
    inst_simple /usr/bin/kaas-guest
    # shellcheck disable=SC2154 # dracut sets it
    inst_hook pre-udev 01 "$moddir/kaas-guest.sh"
}
