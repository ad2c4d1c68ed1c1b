// SPDX-License-Identifier: Apache-2.0
//! How large a kernel is, measured the same way whoever compiled it.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Kernel;
use virtual_machine::program;
use virtual_machine::{About as _, Failure, Result};

/// In bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Size {
    /// Code and constant data of `vmlinux`, as `size` counts them.
    pub(crate) text: u64,
    /// The compressed image.
    pub(crate) image: u64,
    /// All modules, as they are installed.
    pub(crate) modules: u64,
}

/// Measures `kernel`; the kernel's own script takes `vmlinux` out of the image.
pub(crate) fn size_of(kernel: &Kernel, source: &Path) -> Result<Size> {
    let image = fs::metadata(&kernel.image).about(&kernel.image)?.len();
    let modules = modules_below(&kernel.modules_folder())?;
    let text = text_of(&kernel.image, source)?;
    Ok(Size {
        text,
        image,
        modules,
    })
}

fn text_of(image: &Path, source: &Path) -> Result<u64> {
    let mut extract = program::clean("sh");
    extract
        .arg(source.join("scripts/extract-vmlinux"))
        .arg(image);
    let vmlinux = program::run(&mut extract)?.stdout;
    let folder = tempfile::tempdir().about(Path::new("a temporary folder"))?;
    let path = folder.path().join("vmlinux");
    fs::write(&path, vmlinux).about(&path)?;
    let table = program::answer(program::clean("size").arg(&path))?;
    first_figure(&table).ok_or_else(|| Failure::new(format!("size: unexpected {table}")))
}

/// Of the line below the heading.
fn first_figure(table: &str) -> Option<u64> {
    table
        .lines()
        .nth(1)?
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}

/// Links are not followed: `build` and `source` lead elsewhere.
fn modules_below(folder: &Path) -> Result<u64> {
    let mut size = 0;
    for path in entries(folder)? {
        let found = fs::symlink_metadata(&path).about(&path)?;
        let name = path.to_string_lossy();
        if found.is_dir() {
            size += modules_below(&path)?;
        } else if name.contains(".ko") {
            size += found.len();
        }
    }
    Ok(size)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).about(folder)?;
    entries
        .map(|entry| entry.map(|entry| entry.path()).about(folder))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_size_is_read() {
        let table = "   text\t   data\t    bss\n13649911\t5055184\t15167528\n";
        assert_eq!(first_figure(table), Some(13_649_911));
        assert_eq!(first_figure("text data"), None);
    }

    #[test]
    fn only_modules_count() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("kernel")).unwrap();
        for (name, text) in [
            ("modules.dep", "1234"),
            ("kernel/a.ko", "12"),
            ("kernel/b.ko.xz", "1"),
        ] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        std::os::unix::fs::symlink("/nowhere", folder.path().join("build")).unwrap();
        assert_eq!(modules_below(folder.path()).unwrap(), 3);
    }
}
