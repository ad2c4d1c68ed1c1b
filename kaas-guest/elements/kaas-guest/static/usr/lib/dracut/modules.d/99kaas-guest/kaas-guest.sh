#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A machine boots without a trace as well. A tailored kernel (kaas.serial) is not traced: it can't
# show more than what it was built for.
if getargbool 1 kaas.trace && ! getarg kaas.serial= >/dev/null; then
    /usr/bin/kaas-guest trace --detach --phase initramfs ||
        warn 'kaas-guest: the initramfs is not traced'
fi
