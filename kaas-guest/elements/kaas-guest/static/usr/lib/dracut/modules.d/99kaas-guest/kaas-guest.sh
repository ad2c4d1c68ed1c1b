#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A machine boots without a trace as well.
if getargbool 1 kaas.trace; then
    /usr/bin/kaas-guest trace --detach --phase initramfs ||
        warn 'kaas-guest: the initramfs is not traced'
fi
