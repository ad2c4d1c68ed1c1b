// SPDX-License-Identifier: Apache-2.0
//! From evidence to a configuration: locate, require, minimise, complete, check.

use std::collections::{BTreeMap, HashMap, HashSet};

use kbuild::symbol::Values;
use kconfig::{Configuration, Origin, PropertyKind, SymbolId, Tristate, dotconfig};
use solver::Baseline;

use crate::kernel::Kernel;
use crate::minimise::Units;

pub mod admission;
pub mod check;
pub mod difference;
pub mod explain;
pub mod harden;
pub mod initramfs;
pub mod locating;
pub mod observe;
pub mod proof;
pub mod require;
pub mod summary;
mod without;
mod words;

/// The replaced kernel's configuration, as text, as values and as what it compiles.
pub struct Replaced {
    /// As `auto.conf` gives it to make: what is on, strings without quotes.
    pub values: HashMap<String, String>,
    pub baseline: Baseline,
    /// The symbols that a default of theirs puts on.
    pub on_by_default: HashSet<SymbolId>,
    /// The file as it was given.
    config: Vec<u8>,
    /// What the kernel's own tools would write of it.
    pub written: String,
    /// What there was to say about the file.
    pub warnings: Vec<String>,
}

impl Replaced {
    /// Reads a `.config` and completes it by this kernel's rules.
    pub fn read(kernel: &Kernel, config: &[u8]) -> Self {
        let mut configuration = Configuration::new(&kernel.model);
        let report = dotconfig::read(&mut configuration, Origin::User, ("", config), true);
        let baseline = Baseline::of(&mut configuration);
        let written = dotconfig::write(&mut configuration);
        Self {
            values: on_and_set(&written),
            on_by_default: on_by_default(&configuration),
            baseline,
            written,
            config: config.to_vec(),
            warnings: report.warnings,
        }
    }

    /// The values when a user switches these symbols off in the same file.
    pub fn without(&self, kernel: &Kernel, symbols: &[String]) -> HashMap<String, String> {
        let mut config = self.config.clone();
        for symbol in symbols {
            config.extend(format!("\n# CONFIG_{symbol} is not set\n").bytes());
        }
        let mut configuration = Configuration::new(&kernel.model);
        dotconfig::read(&mut configuration, Origin::User, ("", &config), false);
        values(&mut configuration)
    }
}

/// Defaults whose condition and value are not n.
fn on_by_default(configuration: &Configuration<'_>) -> HashSet<SymbolId> {
    let model = configuration.model();
    let truth = explain::Truth(configuration);
    let is_on = |id: &SymbolId| {
        let mut defaults = model.properties_of(*id, PropertyKind::Default);
        defaults.any(|it| truth.of(it.condition).min(truth.of(it.expr)) != Tristate::No)
    };
    let ids = model.symbols().map(|(id, _)| id);
    ids.filter(is_on).collect()
}

/// The values of a complete configuration as make sees them.
pub fn values(configuration: &mut Configuration<'_>) -> HashMap<String, String> {
    on_and_set(&dotconfig::write(configuration))
}

fn on_and_set(written: &str) -> HashMap<String, String> {
    let mut values = HashMap::new();
    for line in written.lines() {
        let assignment = line.strip_prefix("CONFIG_");
        if let Some((name, value)) = assignment.and_then(|rest| rest.split_once('=')) {
            values.insert(name.to_owned(), unquoted(value));
        }
    }
    values
}

/// What the lines of a `.config` say, by symbol: values as they stand there, `n` for
/// `is not set`.
fn lines(config: &str) -> BTreeMap<&str, &str> {
    let mut values = BTreeMap::new();
    for line in config.lines() {
        let unset = line
            .strip_prefix("# CONFIG_")
            .and_then(|rest| rest.strip_suffix(" is not set"));
        let given = line
            .strip_prefix("CONFIG_")
            .and_then(|rest| rest.split_once('='));
        if let Some((name, value)) = unset.map(|name| (name, "n")).or(given) {
            values.insert(name, value.trim_end());
        }
    }
    values
}

/// A string's text without quotes and escapes (`conf_set_sym_val()` in
/// `scripts/kconfig/confdata.c`); any other value as it is.
pub fn unquoted(value: &str) -> String {
    let inside = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let Some(inside) = inside else {
        return value.to_owned();
    };
    let mut out = String::with_capacity(inside.len());
    let mut characters = inside.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => out.extend(characters.next()),
            plain => out.push(plain),
        }
    }
    out
}

/// The files that are compiled under a configuration, with the modules they are part of.
pub fn compiled<'u>(kernel: &Kernel, units: &'u Units, values: &dyn Values) -> Vec<Compiled<'u>> {
    let holds =
        |condition: &kbuild::condition::Condition| kernel.presence.holds(*condition, values);
    let mut all = Vec::new();
    for unit in units {
        let built_in = unit.y.iter().any(holds);
        let in_module = unit.m.iter().any(holds);
        if built_in || in_module {
            all.push(Compiled {
                unit,
                built_in,
                in_module,
            });
        }
    }
    all
}

/// A file that is compiled.
#[derive(Clone, Copy)]
pub struct Compiled<'u> {
    pub unit: &'u crate::minimise::Unit,
    pub built_in: bool,
    pub in_module: bool,
}
