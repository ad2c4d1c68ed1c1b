// SPDX-License-Identifier: Apache-2.0
//! A program of few files in a tree like the kernel's, compiled with debug information.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use object::read::elf::ElfFile64;
use object::{Endianness, Object, ObjectSection, ObjectSymbol, SymbolKind};
use tempfile::TempDir;

const TREE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/debug/tests/tree");

/// The sources, and the folders that they are in.
const SOURCES: [&str; 5] = [
    "arch/any/kernel/head.S",
    "init/main.c",
    "kernel/fork.c",
    "lib/data.c",
    "mm/slub.c",
];

/// A folder with a copy of the tree in `linux`, and what is made of it.
pub(super) struct Workshop(TempDir);

impl Workshop {
    pub(super) fn new() -> Self {
        let workshop = Self(tempfile::tempdir().unwrap());
        for source in SOURCES {
            let copy = workshop.path("linux").join(source);
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::copy(Path::new(TREE).join(source), copy).unwrap();
        }
        workshop
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        // Temporary folders may be links, and compilers tell where they lead.
        fs::canonicalize(self.0.path()).unwrap().join(name)
    }

    /// Compiles in the tree, and links; the image.
    pub(super) fn compiled(&self, options: &[&str]) -> PathBuf {
        self.compiled_in("linux", "", options)
    }

    /// The same in another folder, from which the tree is reached by a prefix.
    pub(super) fn compiled_in(&self, folder: &str, tree: &str, options: &[&str]) -> PathBuf {
        let folder = self.path(folder);
        fs::create_dir_all(&folder).unwrap();
        let mut objects = Vec::new();
        for source in SOURCES {
            let object = self.path(&format!("{}.o", source.replace('/', "-")));
            let mut gcc = tool("gcc");
            gcc.args(["-ffreestanding", "-fno-pie", "-c"]).args(options);
            gcc.arg(format!("{tree}{source}")).arg("-o").arg(&object);
            run(gcc.current_dir(&folder));
            objects.push(object);
        }
        let image = self.path("vmlinux");
        let mut gcc = tool("gcc");
        gcc.args(["-nostdlib", "-static", "-no-pie", "-Wl,--gc-sections"]);
        gcc.args(["-Wl,-e,head_start", "-Wl,-u,main_start"]);
        run(gcc.args(objects).arg("-o").arg(&image));
        image
    }
}

#[expect(clippy::disallowed_methods, reason = "compilers are processes")]
pub(super) fn tool(name: &str) -> Command {
    Command::new(name)
}

/// Runs a tool, which succeeds.
pub(super) fn run(command: &mut Command) {
    let output = command.output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {told}");
}

/// Changes an image with `objcopy`.
pub(super) fn objcopy(image: &Path, option: &str) {
    run(tool("objcopy").arg(option).arg(image));
}

/// Where a section is in an image.
pub(super) fn section(image: &[u8], name: &str) -> Range<usize> {
    let file = ElfFile64::<Endianness>::parse(image).unwrap();
    let (start, size) = file.section_by_name(name).unwrap().file_range().unwrap();
    let start = usize::try_from(start).unwrap();
    start..start + usize::try_from(size).unwrap()
}

/// A function of an image, and where it is.
pub(super) struct Function {
    pub(super) name: String,
    pub(super) address: u64,
    pub(super) size: u64,
}

/// The functions by address, as the symbol table tells them.
pub(super) fn functions(image: &Path) -> Vec<Function> {
    let bytes = fs::read(image).unwrap();
    let file = ElfFile64::<Endianness>::parse(&*bytes).unwrap();
    let symbols = file.symbols();
    let symbols = symbols.filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.size() > 0);
    let mut functions: Vec<Function> = symbols
        .map(|symbol| Function {
            name: symbol.name().unwrap().to_owned(),
            address: symbol.address(),
            size: symbol.size(),
        })
        .collect();
    functions.sort_by_key(|function| function.address);
    functions
}

/// The source that a function is in: its name begins with that of the file.
pub(super) fn source(function: &str) -> &'static str {
    let (stem, _) = function.split_once('_').unwrap();
    let named = |source: &&&str| Path::new(source).file_stem().unwrap() == stem;
    SOURCES.iter().find(named).unwrap()
}
