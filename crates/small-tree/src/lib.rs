// SPDX-License-Identifier: Apache-2.0
#![doc = include_str!("../README.md")]

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

/// What `make kernelversion` would say.
pub const RELEASE: &str = "6.1.7";

/// Directories of drivers.
const FOLDERS: usize = 10;

/// Source files in each of them.
const FILES: usize = 19;

/// The build system.
const FIXED: [(&str, &str); 3] = [
    ("Makefile", include_str!("../data/Makefile")),
    (
        "scripts/Makefile.build",
        include_str!("../data/Makefile.build"),
    ),
    (
        "scripts/Kbuild.include",
        include_str!("../data/Kbuild.include"),
    ),
];

/// Writes the tree.
///
/// # Errors
/// Where a file can't be written.
pub fn write_tree(folder: &Path) -> io::Result<()> {
    for (name, text) in FIXED {
        write(folder, name, text)?;
    }
    write(folder, "core.c", CORE)?;
    let mut kbuild = "obj-y += core.o\n".to_owned();
    for index in 0..FOLDERS {
        kbuild.push_str(&format!("obj-y += d{index}/\n"));
        write_folder(folder, index)?;
    }
    write(folder, "Kbuild", &kbuild)?;
    write(folder, "arch/x86/Makefile", "")?;
    write(folder, "Kconfig", &kconfig())
}

/// Writes what a machine leaves that ran the baseline: `baseline`, `trace`, `inventory/`. It
/// executed every third file of the even directories.
///
/// # Errors
/// Where a file can't be written.
pub fn write_evidence(folder: &Path) -> io::Result<()> {
    let mut baseline = format!("# Linux/x86 {RELEASE} Kernel Configuration\nCONFIG_MODULES=y\n");
    let mut trace = "# phase: steady-state\ncore_works\n".to_owned();
    for (index, file) in all() {
        let value = if file % 2 == 0 { "y" } else { "m" };
        baseline.push_str(&format!("CONFIG_{}={value}\n", symbol(index, file)));
        if index % 2 == 0 && file % 3 == 0 {
            let name = name(index, file);
            let module = if value == "m" {
                format!(" [{name}]")
            } else {
                String::new()
            };
            trace.push_str(&format!("{name}_works{module}\n"));
        }
    }
    write(folder, "baseline", &baseline)?;
    write(folder, "trace", &trace)?;
    write(
        folder,
        "inventory/uname",
        "Linux host 6.1.7 #1 SMP x86_64 GNU/Linux\n",
    )?;
    write(folder, "inventory/cmdline", "root=/dev/vda ro\n")
}

const CORE: &str = "\
#include <generated/compile.h>

const char banner[] = BANNER;
const char place[] = __FILE__;

int core_works(void)
{
\treturn banner[0] + place[0];
}
";

/// The compiler is tried as the kernel's own Kconfig files try it: in a folder beside.
const COMPILER: &str = "
config CC_WORKS
	def_bool $(shell,mkdir .try && gcc -c -x c /dev/null -o .try/o && rm -r .try && echo y || echo n)
";

fn all() -> impl Iterator<Item = (usize, usize)> {
    (0..FOLDERS).flat_map(|index| (0..FILES).map(move |file| (index, file)))
}

fn name(index: usize, file: usize) -> String {
    format!("d{index}_f{file}")
}

fn symbol(index: usize, file: usize) -> String {
    name(index, file).to_uppercase()
}

fn write_folder(tree: &Path, index: usize) -> io::Result<()> {
    let mut makefile = String::new();
    for file in 0..FILES {
        let name = name(index, file);
        makefile.push_str(&format!(
            "obj-$(CONFIG_{}) += {name}.o\n",
            symbol(index, file)
        ));
        let source = format!("int {name}_works(int x)\n{{\n\treturn x * {file} + {index};\n}}\n");
        write(tree, &format!("d{index}/{name}.c"), &source)?;
    }
    write(tree, &format!("d{index}/Makefile"), &makefile)
}

fn kconfig() -> String {
    let mut text =
        "mainmenu \"Small\"\n\nconfig MODULES\n\tbool \"modules\"\n\tmodules\n".to_owned();
    for (index, file) in all() {
        let symbol = symbol(index, file);
        // Writing to memory can't fail.
        let _ = write!(text, "\nconfig {symbol}\n\ttristate \"{symbol}\"\n");
    }
    text.push_str(COMPILER);
    text.push_str("\nconfig CMDLINE\n\tstring \"words for the kernel\"\n");
    text.push_str("\nconfig INITRAMFS_SOURCE\n\tstring \"files for the kernel\"\n");
    text
}

fn write(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap_or(folder))?;
    fs::write(path, text)
}
