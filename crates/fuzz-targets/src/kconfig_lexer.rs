// SPDX-License-Identifier: Apache-2.0
//! Any bytes as a Kconfig file: words, quotes, macros, help texts, `source`.

use kconfig::{Dialect, MemoryHost, load};

/// A file becomes a model with diagnostics, whatever it holds and in each dialect.
pub fn kconfig_lexer(data: &[u8]) {
    for dialect in [Dialect::linux_6_1(), Dialect::newest()] {
        let loaded = load(&host(data), &dialect, "Kconfig");
        let lines = data.split(|byte| *byte == b'\n').count();
        for place in loaded
            .diagnostics
            .iter()
            .filter_map(|diagnostic| diagnostic.place.as_ref())
        {
            let line = place.line as usize;
            assert!(line <= lines + 1, "line {line} of a file of {lines}");
        }
    }
}

/// The text may include itself, another file, and ask a variable and the shell.
fn host(data: &[u8]) -> MemoryHost {
    let mut host = MemoryHost::default();
    host.files.insert("Kconfig".into(), data.to_vec());
    host.files
        .insert("other".into(), b"config OTHER\n\tbool\n".to_vec());
    host.variables.insert("ARCH".into(), "x86".into());
    host.answers.insert("true".into(), b"y\n".to_vec());
    host
}
