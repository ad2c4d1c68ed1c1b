// SPDX-License-Identifier: Apache-2.0
//! The environment that the top Makefile gives to its Kconfig files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use kconfig::Host;

use super::{Error, release};
use crate::cache::Stamp;

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

/// What tells one toolchain from another: the variables, the programs that they name, and the
/// folders of what a compiler comes with. Installing or updating any of it makes another.
pub(super) fn identity(host: &dyn Host) -> String {
    let names = FIXED.iter().copied();
    let programs = HOST_PROGRAMS.iter().map(|(name, _)| *name);
    let binutils = BINUTILS.iter().map(|tool| tool.to_uppercase());
    let names = names.chain(programs).map(str::to_owned).chain(binutils);
    let path = host.variable("PATH").unwrap_or_default();
    let mut identity = String::new();
    for name in names {
        let value = host.variable(&name).unwrap_or_default();
        let program = found(&path, &value);
        let stamp = program.as_deref().and_then(Stamp::of);
        identity.push_str(&format!("{name}={value:?} {stamp:?}\n"));
    }
    for folder in COMES_WITH_COMPILERS {
        add_folders(Path::new(folder), 3, &mut identity);
    }
    identity
}

/// Of what [`variables`] sets, what is no program by itself; the compiler and the shell are.
/// The release and the tree are left out: what scripts make of them, their content tells.
const FIXED: [&str; 9] = [
    "ARCH",
    "SRCARCH",
    "CROSS_COMPILE",
    "CONFIG_SHELL",
    "CC_VERSION_TEXT",
    "RUSTC_VERSION_TEXT",
    "CC",
    "PATH",
    "srctree",
];

/// Compilers' own files with plug-ins, and headers of libraries that programs are tried with.
const COMES_WITH_COMPILERS: [&str; 4] = [
    "/usr/lib/gcc",
    "/usr/lib/gcc-cross",
    "/usr/include",
    "/usr/local/include",
];

/// Where a program is.
fn found(path: &str, program: &str) -> Option<PathBuf> {
    if program.is_empty() || program.contains([' ', '\n']) {
        return None;
    }
    let folders = path.split(':').map(Path::new);
    folders
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// The stamps of a folder and of those in it.
fn add_folders(folder: &Path, depth: usize, identity: &mut String) {
    let stamp = Stamp::of(folder);
    identity.push_str(&format!("{} {stamp:?}\n", folder.display()));
    if depth == 0 || stamp.is_none() || folder.ends_with("include") {
        return;
    }
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = entries
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
        .collect();
    folders.sort();
    for folder in folders {
        add_folders(&folder, depth - 1, identity);
    }
}
