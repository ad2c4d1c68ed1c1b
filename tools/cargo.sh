# SPDX-License-Identifier: Apache-2.0
#
# Sourced, from the root of the tree: find_cargo puts a cargo into PATH that the
# workspace can be built with, and fails when the machine has none.

find_cargo() {
    wanted=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
    original=$PATH
    for folder in '' "${CARGO_HOME:-${HOME:-}/.cargo}/bin" /usr/bin; do
        PATH=${folder:+$folder:}$original
        export PATH
        found=$(cargo --version 2>/dev/null </dev/null | cut -d ' ' -f 2)
        if [ -n "$found" ] && is_at_least "$found" "$wanted"; then
            return 0
        fi
    done
    PATH=$original
    return 1
}

is_at_least() {
    [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]
}
