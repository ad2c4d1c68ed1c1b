// SPDX-License-Identifier: Apache-2.0
//! Which unit each address of a kernel image is compiled from, as its debug information says:
//! a small text that is extracted once.

use rustc_hash::FxHashMap;

use crate::files::normalize;

const LINES_MEAN: &str = "ADDRESS LENGTH UNIT, the numbers in hexadecimal";

/// An image begins with a page.
const PAGE: u64 = 4096;

/// A line of a table that means nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongLine {
    pub number: usize,
}

impl std::fmt::Display for WrongLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: not {LINES_MEAN}", self.number)
    }
}

impl std::error::Error for WrongLine {}

/// Ranges of addresses, sorted, and their units.
#[derive(Clone, Debug, Default)]
pub struct UnitTable {
    ranges: Vec<Range>,
    units: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Range {
    start: u64,
    end: u64,
    unit: u32,
}

impl UnitTable {
    /// Reads lines `ADDRESS LENGTH UNIT`. Addresses are those that the image is linked to, and
    /// the page of the lowest begins with `_text`.
    pub fn parse(text: &str) -> Result<Self, WrongLine> {
        let mut table = Self::default();
        let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
        for (number, line) in (1..).zip(text.lines()) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (start, length, unit) = fields(line).ok_or(WrongLine { number })?;
            let next = u32::try_from(table.units.len()).unwrap_or(u32::MAX);
            let unit = *numbers.entry(unit).or_insert_with(|| {
                table.units.push(unit.to_owned());
                next
            });
            let end = start.saturating_add(length);
            table.ranges.push(Range { start, end, unit });
        }
        table.ranges.sort_unstable();
        Ok(table)
    }

    /// The unit at so many bytes from `_text`, as the compiler was given its path.
    pub fn at(&self, offset: u64) -> Option<&str> {
        let text = self.ranges.first()?.start / PAGE * PAGE;
        let address = text.checked_add(offset)?;
        let next = self.ranges.partition_point(|range| range.start <= address);
        let range = self.ranges.get(next.checked_sub(1)?)?;
        if address >= range.end {
            return None;
        }
        self.units.get(range.unit as usize).map(String::as_str)
    }
}

fn fields(line: &str) -> Option<(u64, u64, &str)> {
    let (start, rest) = line.split_once(' ')?;
    let (length, unit) = rest.split_once(' ')?;
    let number = |text| u64::from_str_radix(text, 16).ok();
    Some((number(start)?, number(length)?, unit))
}

/// The path of a unit below the tree: one that is not relative ends with it.
pub(crate) fn in_tree(unit: &str, is_source: impl Fn(&str) -> bool) -> Option<String> {
    let path = normalize(unit)?;
    let mut rest = path.as_str();
    loop {
        if is_source(rest) {
            return Some(rest.to_owned());
        }
        (_, rest) = rest.split_once('/')?;
    }
}
