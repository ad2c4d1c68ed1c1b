// SPDX-License-Identifier: Apache-2.0
//! `.config` and its relatives, read and written byte for byte as the C tool
//! does (scripts/kconfig/confdata.c). Files themselves are the caller's.

mod header;
mod minimal;
mod read;
mod verify;
mod write;

pub use header::{write_auto_conf, write_autoconf_h, write_rustc_cfg};
pub use minimal::write_minimal;
pub use read::{Report, read};
pub use verify::verify;
pub use write::{write, written_line};

/// A string value between quotes (`escape_string_value()`).
fn quoted(value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 2);
    out.push('"');
    for character in value.chars() {
        if matches!(character, '"' | '\\') {
            out.push('\\');
        }
        out.push(character);
    }
    out.push('"');
    out
}
