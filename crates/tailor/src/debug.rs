// SPDX-License-Identifier: Apache-2.0
//! Where a kernel's debug information places its code: from the image itself, from the folder
//! that it was installed into, or from the small table that was extracted from it once.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use locate::UnitTable;
use object::read::ReadCache;

use crate::input;

mod image;
mod listing;
mod source;
#[cfg(test)]
mod tests;
mod unit;
mod vmlinux;

/// How an ELF file begins.
const ELF: &[u8] = b"\x7fELF";

/// The table of what `path` is: a table, an ELF image with DWARF 4 or 5, either perhaps xz, or
/// a folder that has such an image where distributions put it. Only the image is read, not its
/// modules. The error names the file.
pub fn table(path: &Path) -> Result<UnitTable, String> {
    parsed(&text(path)?).map_err(|line| format!("{}: {line}", path.display()))
}

/// The same as text: lines `ADDRESS LENGTH UNIT`, numbers in hexadecimal, by address, units
/// relative to the kernel's tree.
pub fn text(path: &Path) -> Result<String, String> {
    let found = path
        .is_dir()
        .then(|| vmlinux::of_folder(path))
        .transpose()?;
    let file = found.as_deref().unwrap_or(path);
    let named = |what: String| format!("{}: {what}", file.display());
    if begins_as_elf(file).map_err(|error| named(error.to_string()))? {
        let file = File::open(file).map_err(|error| named(error.to_string()))?;
        return extracted(&ReadCache::new(file)).map_err(named);
    }
    let bytes = input::read(file)?;
    if bytes.starts_with(ELF) {
        return extracted(bytes.as_slice()).map_err(named);
    }
    let text = String::from_utf8_lossy(&bytes).into_owned();
    parsed(&text).map_err(|line| named(line.to_string()))?;
    Ok(text)
}

fn parsed(text: &str) -> Result<UnitTable, locate::WrongLine> {
    UnitTable::parse(text)
}

fn begins_as_elf(file: &Path) -> std::io::Result<bool> {
    let mut start = Vec::new();
    let length = ELF.len() as u64;
    File::open(file)?.take(length).read_to_end(&mut start)?;
    Ok(start == ELF)
}

/// The table of an image.
fn extracted<'d>(image: impl object::ReadRef<'d>) -> Result<String, String> {
    let image = image::Image::read(image)?;
    let units = unit::units(&image)?;
    if units.is_empty() {
        return Err("its debug information places no code".to_owned());
    }
    listing::text(&units, &source::paths(&units), image.start())
}
