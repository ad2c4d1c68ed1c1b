// SPDX-License-Identifier: Apache-2.0
//! What is compiled: the units of one kernel, and the surroundings that each sees.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use crate::corpus::{CONFIGURATION, FileId, Loader, SearchId};
use crate::files::{Files, directory};
use crate::flags::{self, Flags};

/// A translation unit: a source that one compile command turns into an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unit {
    /// Relative to the tree.
    pub source: String,
    /// Relative to the output directory.
    pub object: String,
    /// The modules that it is part of, as the kernel names them (`snd_hda_intel`); none for
    /// a unit of the kernel image.
    pub modules: Vec<String>,
}

/// Programs of their own, which share sources with the kernel: what unpacks and starts it.
/// The segments of a path that tell them.
const SEPARATE: [&str; 4] = ["/boot/", "/realmode/rm/", "/purgatory/", "/libstub/"];

impl Unit {
    /// Whether it is part of a module, or of the kernel image.
    pub(crate) fn is_in(&self, module: Option<&str>) -> bool {
        match module {
            Some(module) => self.modules.iter().any(|name| name == module),
            None => self.modules.is_empty() && !self.is_separate(),
        }
    }

    /// Whether it becomes part of neither the kernel nor a module.
    pub(crate) fn is_separate(&self) -> bool {
        let of_arch =
            self.object.starts_with("arch/") || self.object.starts_with("drivers/firmware/efi/");
        of_arch && SEPARATE.iter().any(|segment| self.object.contains(segment))
    }
}

/// A kernel as it was compiled.
#[derive(Clone, Copy)]
pub struct Kernel<'k> {
    pub files: &'k dyn Files,
    /// The folder below `arch/`.
    pub arch: &'k str,
    /// Values by symbol, without `CONFIG_`; strings without quotes. Symbols that are n or
    /// not set are left out.
    pub config: &'k HashMap<String, String>,
    /// In link order as far as it is known.
    pub units: &'k [Unit],
    /// How many threads may work at once.
    pub threads: usize,
}

/// What the preprocessor is given for one unit.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    /// Read one after the other; the last is the source.
    pub(crate) files: Vec<FileId>,
    pub(crate) search: SearchId,
}

/// Headers that every compilation reads first (`LINUXINCLUDE` and `c_flags`).
const FORCED: [&str; 3] = [
    "include/linux/compiler-version.h",
    "include/linux/kconfig.h",
    "include/linux/compiler_types.h",
];

/// Prepares the compilation of the units in C.
pub(crate) fn tasks(kernel: &Kernel<'_>, loader: &mut Loader<'_>) -> Vec<Task> {
    let sources: Vec<FileId> = kernel
        .units
        .iter()
        .map(|unit| loader.file(&unit.source))
        .collect();
    let forced = FORCED.map(|path| loader.file(path));
    let mut flags = flags::Reader::new(kernel);
    let each: Vec<Flags> = kernel.units.iter().map(|unit| flags.of(unit)).collect();
    let compiler = loader.made_up("<compiler>", &crate::predefined::macros(kernel));
    let configuration = loader.made_up(CONFIGURATION, &configuration(kernel.config));
    let module = loader.made_up("<module>", "#define MODULE 1\n");
    let mut given: BTreeMap<Vec<String>, FileId> = BTreeMap::new();
    let mut tasks = Vec::with_capacity(sources.len());
    for ((unit, flags), source) in kernel.units.iter().zip(each).zip(sources) {
        let mut files = vec![compiler, configuration];
        if !unit.modules.is_empty() {
            files.push(module);
        }
        let next = given.len();
        let own = given.entry(flags.defines).or_insert_with_key(|defines| {
            loader.made_up(&format!("<flags {next}>"), &defines.concat())
        });
        files.push(*own);
        files.extend(&forced);
        files.push(source);
        let search = loader.search.add(flags.directories);
        tasks.push(Task { files, search });
    }
    tasks
}

/// What `include/generated/autoconf.h` says.
fn configuration(values: &HashMap<String, String>) -> String {
    let mut lines = String::new();
    let sorted: BTreeMap<&String, &String> = values.iter().collect();
    for (symbol, value) in sorted {
        let is_number = value.starts_with(|c: char| c.is_ascii_digit() || c == '-');
        let _ = match value.as_str() {
            "y" => writeln!(lines, "#define CONFIG_{symbol} 1"),
            "m" => writeln!(lines, "#define CONFIG_{symbol}_MODULE 1"),
            "n" => Ok(()),
            number if is_number => writeln!(lines, "#define CONFIG_{symbol} {number}"),
            text => writeln!(lines, "#define CONFIG_{symbol} \"{text}\""),
        };
    }
    lines
}

/// The directory of a unit's Makefile: that of its object.
pub(crate) fn folder(unit: &Unit) -> &str {
    directory(&unit.object)
}
