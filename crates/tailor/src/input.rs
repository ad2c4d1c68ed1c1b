// SPDX-License-Identifier: Apache-2.0
//! Files that a user names: read whole, bounded, and decompressed where they are xz.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use ftrace::Ending;
use ftrace::inventory::{Folder, from_folder};

/// More than any input has; what is longer is refused.
const LONGEST: u64 = 1 << 30;

/// How xz streams begin.
const XZ: &[u8] = b"\xfd7zXZ\0";

/// The bytes of a file, decompressed where it is xz. The error names the file.
pub fn read(path: &Path) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let file = File::open(path).map_err(failed)?;
    let bytes = bounded(file).map_err(failed)?;
    if !bytes.starts_with(XZ) {
        return Ok(bytes);
    }
    let plain = lzma_rust2::XzReader::new(Cursor::new(bytes), true);
    bounded(plain).map_err(failed)
}

fn bounded(reader: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(LONGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        return Err(std::io::Error::other(format!(
            "longer than {LONGEST} bytes"
        )));
    }
    Ok(bytes)
}

/// An inventory: a file as `kaas-guest inventory` writes it, a folder with such a file `inventory`
/// and perhaps the kernel's `kallsyms`, or a folder of files as a script saved them.
pub fn inventory(path: &Path) -> Result<Folder, String> {
    if path.is_file() {
        return ours(path, None);
    }
    match path.join("inventory") {
        file if file.is_file() => ours(&file, symbols(path).as_deref()),
        _ => folder(path),
    }
}

/// The kernel's own list of its functions in a folder of `kaas-guest`'s or a script's.
pub fn symbols(folder: &Path) -> Option<PathBuf> {
    let names = ["kallsyms", "kallsyms.xz"].map(|name| folder.join(name));
    names.into_iter().find(|file| file.is_file())
}

fn ours(path: &Path, symbols: Option<&Path>) -> Result<Folder, String> {
    let failed = |error: ftrace::Error| format!("{}: {error}", path.display());
    let bytes = read(path)?;
    let read_inventory = ftrace::inventory::read(bytes.as_slice(), Ending::UpToTheCut);
    let symbols = symbols.map(read).transpose()?;
    Folder::of(read_inventory.map_err(failed)?, symbols.as_deref()).map_err(failed)
}

fn folder(path: &Path) -> Result<Folder, String> {
    let failed = |error: std::io::Error| format!("{}: {error}", path.display());
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let entry: PathBuf = entry.map_err(failed)?.path();
        let name = entry.file_name().and_then(|name| name.to_str());
        if let Some(name) = name.filter(|_| entry.is_file()) {
            let name = name.strip_suffix(".xz").unwrap_or(name);
            files.push((name.to_owned(), read(&entry)?));
        }
    }
    files.sort();
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    from_folder(&files).map_err(|error| format!("{}: {error}", path.display()))
}
