// SPDX-License-Identifier: Apache-2.0
//! The table as text, as [`locate::UnitTable`] reads it.

use std::fmt::Write;

use super::unit::Unit;

/// An image begins with a page; by it a table knows the image's addresses.
const PAGE: u64 = 4096;

/// A kernel's table has some hundred kilobytes.
const LONGEST: usize = 1 << 28;

/// Lines `ADDRESS LENGTH UNIT`, by address; `sources` has each unit's. Where no unit has code
/// in the image's first page, a line without length is about its `start`.
pub(super) fn text(units: &[Unit], sources: &[String], start: u64) -> Result<String, String> {
    let mut lines: Vec<(u64, u64, &str)> = units
        .iter()
        .zip(sources)
        .flat_map(|(unit, source)| {
            let ranges = unit.code.iter();
            ranges.map(|range| (range.start, range.end - range.start, source.as_str()))
        })
        .collect();
    lines.sort_unstable();
    lines.dedup();
    if lines
        .first()
        .is_some_and(|line| line.0 / PAGE != start / PAGE)
    {
        lines.insert(0, (start, 0, "_text"));
    }
    let mut text = String::new();
    for (address, length, source) in lines {
        // Writing to memory can't fail.
        let _ = writeln!(text, "{address:x} {length:x} {source}");
        if text.len() > LONGEST {
            return Err(format!("a table longer than {LONGEST} bytes"));
        }
    }
    Ok(text)
}
