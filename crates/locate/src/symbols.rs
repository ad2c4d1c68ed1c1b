// SPDX-License-Identifier: Apache-2.0
//! The functions of a running kernel by address, as `/proc/kallsyms` or a `System.map` lists
//! them.

use std::collections::BTreeMap;

use crate::locator::Traced;

/// A symbol in executable code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Symbol {
    /// Bytes from `_text`, or from the base of its module.
    pub offset: u64,
    pub name: String,
    /// Whether other units see it, where that is known.
    pub is_global: Option<bool>,
}

/// Symbols of the kernel image and of each module, each sorted.
#[derive(Clone, Debug, Default)]
pub struct Symbols {
    pub image: Vec<Symbol>,
    pub modules: BTreeMap<String, Vec<Symbol>>,
}

/// What kallsyms lists behind those of modules: code that is made at run time.
const MADE_AT_RUN_TIME: [&str; 3] = ["bpf", "__builtin__ftrace", "__builtin__kprobes"];

impl Symbols {
    /// Reads lines `ADDRESS TYPE NAME`, and `[MODULE]` behind it; others mean nothing. `bases`
    /// says where modules lie (`/proc/modules`); of one that is not there, the first symbol is
    /// taken to be the base.
    pub fn parse(text: &str, bases: &BTreeMap<String, u64>) -> Self {
        let mut symbols = Self::default();
        let mut base = None;
        for line in text.lines() {
            let Some((module, symbol)) = line_of(line) else {
                continue;
            };
            if let Some(module) = module {
                let list = symbols.modules.entry(module.to_owned()).or_default();
                list.push(symbol);
                continue;
            }
            if symbol.name == "_text" || symbol.name == "_stext" && base.is_none() {
                base = Some(symbol.offset);
            }
            symbols.image.push(symbol);
        }
        rebase(&mut symbols.image, base);
        for (module, list) in &mut symbols.modules {
            rebase(list, bases.get(module).copied());
        }
        symbols
    }

    /// What a trace by itself says of the functions around those that it asks for.
    pub fn of_traced(traced: &[Traced<'_>]) -> Self {
        let mut symbols = Self::default();
        for one in traced {
            let Some(offset) = one.offset else {
                continue;
            };
            let name = one.name.to_owned();
            let list = match one.module {
                Some(module) => symbols.modules.entry(module.to_owned()).or_default(),
                None => &mut symbols.image,
            };
            list.push(Symbol {
                offset,
                name,
                is_global: None,
            });
        }
        symbols.modules.values_mut().for_each(|list| list.sort());
        symbols.image.sort();
        symbols
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let lists = self.modules.values().chain([&self.image]);
        lists.flatten().map(|symbol| symbol.name.as_str())
    }

    /// The symbols of a module, or of the image.
    pub fn of(&self, module: Option<&str>) -> &[Symbol] {
        match module {
            Some(module) => self.modules.get(module).map_or(&[], Vec::as_slice),
            None => &self.image,
        }
    }
}

/// A line's module and symbol, if it is one in executable code.
fn line_of(line: &str) -> Option<(Option<&str>, Symbol)> {
    let mut words = line.split_whitespace();
    let offset = u64::from_str_radix(words.next()?, 16).ok()?;
    let kind = words.next()?;
    let name = words.next()?.to_owned();
    let module = words.next().map(|module| module.trim_matches(['[', ']']));
    let is_code = matches!(kind, "t" | "T" | "w" | "W");
    let lasts = module.is_none_or(|module| !MADE_AT_RUN_TIME.contains(&module));
    // Of a module, upper case means that the symbol is exported (kernel/kallsyms.c: s_show()).
    let is_global = module.is_none().then_some(matches!(kind, "T" | "W"));
    let symbol = Symbol {
        offset,
        name,
        is_global,
    };
    (is_code && lasts).then_some((module, symbol))
}

/// Turns addresses into offsets, and sorts.
fn rebase(symbols: &mut [Symbol], base: Option<u64>) {
    let first = symbols.iter().map(|symbol| symbol.offset).min();
    let base = base.or(first).unwrap_or(0);
    for symbol in symbols.iter_mut() {
        symbol.offset = symbol.offset.wrapping_sub(base);
    }
    symbols.sort();
}
