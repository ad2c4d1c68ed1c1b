// SPDX-License-Identifier: Apache-2.0
//! What was recorded in one boot, as plain text files of a folder: `config`, `kallsyms`,
//! `modules` (`/proc/modules`), `funcs` (name, module or `-`, address) and `resolved` (name,
//! module, unit by DWARF or `?`), the last two line by line alike.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::Path;

use locate::{Symbols, Traced};

use super::{Failure, text};

/// A traced function, and what is known of it.
pub(crate) struct Known {
    name: String,
    pub(crate) module: Option<String>,
    offset: Option<u64>,
    /// By DWARF.
    pub(crate) unit: Option<String>,
}

pub(crate) struct Input {
    pub(crate) config: HashMap<String, String>,
    pub(crate) symbols: Symbols,
    pub(crate) functions: Vec<Known>,
}

impl Known {
    pub(crate) fn traced(&self) -> Traced<'_> {
        Traced {
            name: &self.name,
            module: self.module.as_deref(),
            offset: self.offset,
        }
    }
}

impl fmt::Display for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let module = self.module.as_deref().unwrap_or("-");
        let unit = self.unit.as_deref().unwrap_or("?");
        write!(
            f,
            "{} {module} {:x} {unit}",
            self.name,
            self.offset.unwrap_or(0)
        )
    }
}

impl Input {
    pub(crate) fn read(folder: &Path) -> Result<Self, Failure> {
        let kallsyms = text(folder, "kallsyms")?;
        let bases = bases(&text(folder, "modules")?);
        let start = kallsyms
            .lines()
            .find_map(|line| line.strip_suffix(" T _text"));
        let start = u64::from_str_radix(start.ok_or("kallsyms: no _text")?, 16)?;
        let (funcs, resolved) = (text(folder, "funcs")?, text(folder, "resolved")?);
        let funcs = funcs.lines().filter(|line| !line.starts_with('#'));
        let functions = funcs.zip(resolved.lines());
        Ok(Self {
            config: config(&text(folder, "config")?),
            symbols: Symbols::parse(&kallsyms, &bases),
            functions: functions
                .filter_map(|lines| known(lines, start, &bases))
                .collect(),
        })
    }
}

fn known(
    (func, resolved): (&str, &str),
    start: u64,
    bases: &BTreeMap<String, u64>,
) -> Option<Known> {
    let mut words = func.split_whitespace();
    let (name, module, address) = (words.next()?, words.next()?, words.next()?);
    let module = (module != "-").then(|| module.to_owned());
    let address = u64::from_str_radix(address, 16).ok()?;
    let base = match &module {
        Some(module) => bases.get(module).copied(),
        None => Some(start),
    };
    let unit = resolved
        .split_whitespace()
        .nth(2)
        .filter(|unit| *unit != "?");
    Some(Known {
        name: name.to_owned(),
        module,
        offset: base.map(|base| address.wrapping_sub(base)),
        unit: unit.map(str::to_owned),
    })
}

fn bases(modules: &str) -> BTreeMap<String, u64> {
    let base = |line: &str| {
        let mut words = line.split_whitespace();
        let (name, base) = (words.next()?, words.nth(4)?);
        let base = u64::from_str_radix(base.trim_start_matches("0x"), 16).ok()?;
        Some((name.to_owned(), base))
    };
    modules.lines().filter_map(base).collect()
}

fn config(text: &str) -> HashMap<String, String> {
    let lines = text
        .lines()
        .filter_map(|line| line.strip_prefix("CONFIG_")?.split_once('='));
    let values = lines.map(|(name, value)| (name.to_owned(), value.trim_matches('"').to_owned()));
    values.collect()
}
