// SPDX-License-Identifier: Apache-2.0
//! The parts of a linked ELF image that say where code is and what it was compiled from.

use std::borrow::Cow;
use std::ops::Range;

use gimli::{DwarfSections, EndianSlice, RunTimeEndian, SectionId};
use object::read::elf::{ElfFile32, ElfFile64};
use object::{Endianness, FileKind, Object, ObjectKind, ObjectSection, ReadRef, SectionFlags};

/// A section is executable (`SHF_EXECINSTR`).
const EXECUTABLE: u64 = object::elf::SHF_EXECINSTR.0;

/// What is read of one image, after decompression; the largest kernels have half of it.
const MOST_IN_TOTAL: u64 = 1 << 31;

/// Deflate makes nothing smaller than that; a section that claims so is not real.
const BEST_RATIO: u64 = 1032;

/// What is needed to read units with, besides the units themselves.
const NEEDED: [SectionId; 9] = [
    SectionId::DebugAbbrev,
    SectionId::DebugAddr,
    SectionId::DebugInfo,
    SectionId::DebugLine,
    SectionId::DebugLineStr,
    SectionId::DebugRanges,
    SectionId::DebugRngLists,
    SectionId::DebugStr,
    SectionId::DebugStrOffsets,
];

/// DWARF as [`gimli`] reads it.
pub(super) type Dwarf<'i> = gimli::Dwarf<EndianSlice<'i, RunTimeEndian>>;

/// Executable code and the debug information about it.
pub(super) struct Image<'d> {
    sections: DwarfSections<Cow<'d, [u8]>>,
    endian: RunTimeEndian,
    /// Of executable sections, sorted, at least one.
    code: Vec<Range<u64>>,
}

impl<'d> Image<'d> {
    /// Reads an image; a file of objects that aren't linked has no addresses and is refused.
    pub(super) fn read<R: ReadRef<'d>>(data: R) -> Result<Self, String> {
        match FileKind::parse(data).map_err(broken)? {
            FileKind::Elf32 => Self::of(&ElfFile32::<Endianness, R>::parse(data).map_err(broken)?),
            FileKind::Elf64 => Self::of(&ElfFile64::<Endianness, R>::parse(data).map_err(broken)?),
            _ => Err("not an ELF file".to_owned()),
        }
    }

    fn of(file: &impl Object<'d>) -> Result<Self, String> {
        if file.kind() == ObjectKind::Relocatable {
            return Err("not a linked image (vmlinux), as modules and objects aren't".to_owned());
        }
        let code = code(file);
        if code.is_empty() {
            return Err("has no executable section".to_owned());
        }
        if section(file, SectionId::DebugInfo).is_none() {
            return Err(
                "has no debug information; a kernel has it when compiled with CONFIG_DEBUG_INFO"
                    .to_owned(),
            );
        }
        let mut left = MOST_IN_TOTAL;
        let sections = DwarfSections::load(|id| match section(file, id) {
            Some(section) if NEEDED.contains(&id) => bytes(&section, &mut left),
            _ => Ok(Cow::Borrowed(&[][..])),
        })?;
        let endian = if file.is_little_endian() {
            RunTimeEndian::Little
        } else {
            RunTimeEndian::Big
        };
        Ok(Self {
            sections,
            endian,
            code,
        })
    }

    pub(super) fn dwarf(&self) -> Dwarf<'_> {
        self.sections
            .borrow(|section| EndianSlice::new(section, self.endian))
    }

    /// Whether a range is in an executable section. What the linker dropped isn't: it has
    /// address 0, or one near the end of all addresses.
    pub(super) fn has_code(&self, range: &Range<u64>) -> bool {
        let next = self.code.partition_point(|code| code.start <= range.start);
        let code = next.checked_sub(1).and_then(|at| self.code.get(at));
        range.start < range.end && code.is_some_and(|code| range.end <= code.end)
    }

    /// Where code begins. Linker scripts of kernels define `_text` there
    /// (`arch/*/kernel/vmlinux.lds.S`).
    pub(super) fn start(&self) -> u64 {
        self.code.first().map_or(0, |code| code.start)
    }
}

fn code<'d>(file: &impl Object<'d>) -> Vec<Range<u64>> {
    let mut code: Vec<Range<u64>> = file
        .sections()
        .filter(|section| match section.flags() {
            SectionFlags::Elf { sh_flags, .. } => sh_flags.0 & EXECUTABLE != 0,
            _ => false,
        })
        .map(|section| section.address()..section.address().saturating_add(section.size()))
        .filter(|range| !range.is_empty())
        .collect();
    code.sort_by_key(|range| (range.start, range.end));
    code
}

fn section<'f, 'd, F: Object<'d>>(file: &'f F, id: SectionId) -> Option<F::Section<'f>> {
    file.section_by_name(id.name())
}

/// The section's bytes, decompressed, if they fit into what is `left`.
fn bytes<'d>(section: &impl ObjectSection<'d>, left: &mut u64) -> Result<Cow<'d, [u8]>, String> {
    let name = section.name().unwrap_or_default().to_owned();
    let named = |error: object::Error| format!("{name}: {error}");
    let range = section.compressed_file_range().map_err(named)?;
    let possible = range.compressed_size.saturating_mul(BEST_RATIO);
    let remaining = left.checked_sub(range.uncompressed_size.max(range.compressed_size));
    *left = remaining
        .filter(|_| range.uncompressed_size <= possible)
        .ok_or_else(|| format!("{name}: more than debug information can have"))?;
    let data = section.compressed_data().map_err(named)?;
    data.decompress().map_err(named)
}

fn broken(error: object::Error) -> String {
    error.to_string()
}
