// SPDX-License-Identifier: Apache-2.0
//! The compile units of DWARF: what each was compiled from, and where its code is.

use std::ops::Range;

use gimli::UnitType;

use super::image::{Dwarf, Image};

/// More than any kernel has: a function each.
const MOST_RANGES: usize = 1 << 20;

/// A hundred thousand sources, and generated ones.
const MOST_UNITS: usize = 1 << 17;

/// No path is longer (`PATH_MAX`).
const LONGEST_PATH: usize = 4096;

type Slice<'i> = gimli::EndianSlice<'i, gimli::RunTimeEndian>;

/// A unit with code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unit {
    /// `DW_AT_comp_dir`: where the compiler ran; empty when that is not told.
    pub(super) directory: String,
    /// `DW_AT_name`: the source as the compiler was given it.
    pub(super) name: String,
    /// Not empty, and none of them is.
    pub(super) code: Vec<Range<u64>>,
}

/// All units with code, in the order of the image.
pub(super) fn units(image: &Image<'_>) -> Result<Vec<Unit>, String> {
    let mut dwarf = image.dwarf();
    // Units of one object may share a table of abbreviations.
    dwarf.populate_abbreviations_cache(gimli::AbbreviationsCacheStrategy::Duplicates);
    let mut units = Vec::new();
    let (mut headers, mut count, mut ranges) = (dwarf.units(), 0, 0);
    while let Some(header) = headers.next().map_err(damaged)? {
        count += 1;
        let offset = header.debug_info_offset().map_or(0, |offset| offset.0);
        let at = |what: String| format!("the unit at {offset:#x} of .debug_info: {what}");
        let unit = unit(image, &dwarf, header).map_err(at)?;
        ranges += unit.as_ref().map_or(0, |unit| unit.code.len());
        if count > MOST_UNITS || ranges > MOST_RANGES {
            return Err("more compile units than a kernel has".to_owned());
        }
        units.extend(unit);
    }
    Ok(units)
}

fn unit<'i>(
    image: &Image<'_>,
    dwarf: &Dwarf<'i>,
    header: gimli::UnitHeader<Slice<'i>>,
) -> Result<Option<Unit>, String> {
    if !matches!(
        header.type_(),
        UnitType::Compilation | UnitType::Skeleton(_)
    ) {
        return Ok(None);
    }
    let unit = dwarf.unit(header).map_err(damaged)?;
    let code = code(image, dwarf, &unit).map_err(damaged)?;
    if code.is_empty() {
        return Ok(None);
    }
    if unit.dwo_id.is_some() {
        return Err("is split off into a .dwo file (CONFIG_DEBUG_INFO_SPLIT)".to_owned());
    }
    let name = path(unit.name)?;
    if name.is_empty() {
        return Err("has no name".to_owned());
    }
    Ok(Some(Unit {
        directory: path(unit.comp_dir)?,
        name,
        code,
    }))
}

/// Where a unit's code is in the image, as `DW_AT_ranges` or `DW_AT_low_pc` say it.
fn code<'i>(
    image: &Image<'_>,
    dwarf: &Dwarf<'i>,
    unit: &gimli::Unit<Slice<'i>>,
) -> gimli::Result<Vec<Range<u64>>> {
    let mut code = Vec::new();
    let mut ranges = dwarf.unit_ranges(unit)?;
    while let Some(range) = ranges.next()? {
        let range = range.begin..range.end;
        if image.has_code(&range) {
            code.push(range);
        }
        // The caller refuses so many.
        if code.len() > MOST_RANGES {
            break;
        }
    }
    Ok(code)
}

/// A path as text; what could not be a line of a table is refused.
fn path(bytes: Option<Slice<'_>>) -> Result<String, String> {
    let text = bytes.map(|bytes| bytes.to_string_lossy().into_owned());
    let text = text.unwrap_or_default();
    if text.len() > LONGEST_PATH || text.contains(char::is_control) {
        return Err("has no path for a name".to_owned());
    }
    Ok(text)
}

fn damaged(error: gimli::Error) -> String {
    format!("damaged debug information: {error}")
}
