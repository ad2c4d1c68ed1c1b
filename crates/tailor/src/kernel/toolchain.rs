// SPDX-License-Identifier: Apache-2.0
//! The environment that the top Makefile gives to its Kconfig files.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use super::{Error, release};

/// The architectures whose folder below `arch/` has another name (top `Makefile`,
/// "Additional ARCH settings").
const FOLDERS: [(&str, &str); 5] = [
    ("i386", "x86"),
    ("x86_64", "x86"),
    ("sparc32", "sparc"),
    ("sparc64", "sparc"),
    ("parisc64", "parisc"),
];

const HOST_PROGRAMS: [(&str, &str); 8] = [
    ("HOSTCC", "gcc"),
    ("HOSTCXX", "g++"),
    ("RUSTC", "rustc"),
    ("BINDGEN", "bindgen"),
    ("PAHOLE", "pahole"),
    ("PYTHON3", "python3"),
    ("PERL", "perl"),
    ("AWK", "awk"),
];

const BINUTILS: [&str; 7] = ["ld", "ar", "nm", "objcopy", "objdump", "readelf", "strip"];

/// What `make ARCH=... CROSS_COMPILE=...` exports and Kconfig files or their scripts read.
pub fn variables(
    tree: &Path,
    arch: &str,
    cross_compile: &str,
) -> Result<BTreeMap<String, String>, Error> {
    let compiler = format!("{cross_compile}gcc");
    let folder = FOLDERS.iter().find(|(name, _)| *name == arch);
    let fixed = [
        ("ARCH", arch.to_owned()),
        (
            "SRCARCH",
            folder.map_or(arch, |(_, folder)| folder).to_owned(),
        ),
        ("KERNELVERSION", release::of_tree(tree)?),
        ("srctree", tree.display().to_string()),
        ("CROSS_COMPILE", cross_compile.to_owned()),
        ("CONFIG_SHELL", "sh".to_owned()),
        ("LC_COLLATE", "C".to_owned()),
        ("LC_NUMERIC", "C".to_owned()),
        ("CC_VERSION_TEXT", version_line(&compiler)),
        ("RUSTC_VERSION_TEXT", version_line("rustc")),
        ("CC", compiler),
        ("PATH", search_path()),
    ];
    let mut variables: BTreeMap<String, String> = BTreeMap::new();
    variables.extend(fixed.map(|(name, value)| (name.to_owned(), value)));
    variables.extend(HOST_PROGRAMS.map(|(name, value)| (name.to_owned(), value.to_owned())));
    variables.extend(BINUTILS.map(|tool| (tool.to_uppercase(), format!("{cross_compile}{tool}"))));
    Ok(variables)
}

/// Where programs are looked for.
#[expect(
    clippy::disallowed_methods,
    reason = "asking the toolchain is what this file is for"
)]
fn search_path() -> String {
    std::env::var("PATH").unwrap_or_default()
}

/// The first line of `PROGRAM --version`; nothing when there is no such program.
#[expect(
    clippy::disallowed_methods,
    reason = "asking the toolchain is what this file is for"
)]
fn version_line(program: &str) -> String {
    let output = Command::new(program).arg("--version").output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    text.ok()
        .and_then(|text| text.lines().next().map(str::to_owned))
        .unwrap_or_default()
}
