// SPDX-License-Identifier: Apache-2.0
//! The source files of a tree, with when each is compiled and what it weighs.

use std::collections::{BTreeMap, BTreeSet};

use kbuild::condition::{Condition, Conditions, Variable};
use kbuild::presence::{Object, Source};

use crate::kernel::Kernel;

/// A source file, whatever number of objects is made of it.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Relative to the tree.
    pub source: String,
    /// When it is compiled into the kernel, an entry for each object.
    pub y: Vec<Condition>,
    /// When it is compiled into a module.
    pub m: Vec<Condition>,
    /// The modules that it may be part of (`fs/ext4/ext4.ko`).
    pub modules: BTreeSet<String>,
    /// The attack surface it brings in, in no unit; never zero.
    pub weight: u64,
}

impl Unit {
    /// Every condition under which it is compiled.
    pub fn conditions(&self) -> impl Iterator<Item = Condition> + use<> {
        let all: Vec<Condition> = self.y.iter().chain(&self.m).copied().collect();
        all.into_iter()
    }
}

/// All units of a tree, sorted by source.
pub struct Units {
    all: Vec<Unit>,
    symbols: BTreeSet<String>,
}

impl Units {
    pub fn of(kernel: &Kernel, weight: impl Fn(&str) -> u64) -> Self {
        let mut by_source: BTreeMap<&str, Unit> = BTreeMap::new();
        for object in &kernel.presence.objects {
            let Source::Tree(source) = &object.source else {
                continue;
            };
            let unit = by_source.entry(source).or_insert_with(|| Unit {
                source: normal(source),
                y: Vec::new(),
                m: Vec::new(),
                modules: BTreeSet::new(),
                weight: weight(source).max(1),
            });
            unit.add(object);
        }
        let symbols = deciding(&kernel.presence.conditions, by_source.values());
        Self {
            all: by_source.into_values().collect(),
            symbols,
        }
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Unit> {
        self.all.iter()
    }

    pub fn find(&self, source: &str) -> Option<&Unit> {
        self.all.iter().find(|unit| unit.source == source)
    }

    /// The symbols on which any file depends, without `CONFIG_`.
    pub fn deciding_symbols(&self) -> impl Iterator<Item = &str> {
        self.symbols.iter().map(String::as_str)
    }
}

impl<'u> IntoIterator for &'u Units {
    type Item = &'u Unit;
    type IntoIter = std::slice::Iter<'u, Unit>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Unit {
    fn add(&mut self, object: &Object) {
        for (conditions, one) in [(&mut self.y, object.y), (&mut self.m, object.m)] {
            if !one.is_false() {
                conditions.push(one);
            }
        }
        self.modules.extend(object.modules.iter().cloned());
    }
}

/// `a/../b.c` is `b.c`.
pub(crate) fn normal(path: &str) -> String {
    kbuild::tree::normalize(path).unwrap_or_else(|| path.to_owned())
}

fn deciding<'u>(
    conditions: &Conditions,
    units: impl Iterator<Item = &'u Unit>,
) -> BTreeSet<String> {
    let distinct: BTreeSet<Condition> = units.flat_map(Unit::conditions).collect();
    let mut symbols = BTreeSet::new();
    for condition in distinct {
        for variable in conditions.support(condition) {
            if let Variable::Symbol { name, .. } = variable {
                symbols.insert(name.clone());
            }
        }
    }
    symbols
}
