// SPDX-License-Identifier: Apache-2.0
//! The kernel's own list of its functions (`/proc/kallsyms`): from addresses to names, and
//! which of several functions of one name is which.

use std::collections::HashMap;
use std::io::BufRead;

use crate::error::{Error, ErrorKind};
use crate::limit;
use crate::lines::Lines;
use crate::record::is_name;
use crate::trace::Entry;

/// The functions of one running kernel.
#[derive(Clone, Debug)]
pub struct Kallsyms {
    text: u64,
    /// Sorted by address, and as the kernel lists them where addresses are equal.
    functions: Vec<(u64, Entry)>,
}

impl Kallsyms {
    /// Reads lines `ADDRESS TYPE NAME [MODULE]` (kernel/kallsyms.c: `s_show()`), of which
    /// it keeps the functions. `bases` gives where modules lie, from `/proc/modules`; without
    /// it functions of modules have no offsets.
    pub fn read(input: impl BufRead, bases: &HashMap<String, u64>) -> Result<Self, Error> {
        let mut lines = Lines::new(input, limit::LINE);
        let mut text = None;
        let mut functions = Vec::new();
        let mut is_hidden = true;
        while let Some(line) = lines.next()? {
            let Some(symbol) =
                Symbol::parse(line.text()?).map_err(|error| error.at(line.number))?
            else {
                continue;
            };
            is_hidden &= symbol.address == 0;
            if symbol.name == "_text" && symbol.module.is_none() {
                text = Some(symbol.address);
            }
            if functions.len() == limit::SYMBOLS {
                return Err(Error::too_large("symbols", limit::SYMBOLS));
            }
            if symbol.is_function() {
                functions.push((symbol.address, symbol.entry()));
            }
        }
        let text = check_text(text, is_hidden)?;
        functions.sort_by_key(|(address, _)| *address);
        for (address, entry) in &mut functions {
            let base = entry
                .module
                .as_deref()
                .map_or(Some(text), |name| bases.get(name).copied());
            entry.offset = base.and_then(|base| address.checked_sub(base));
        }
        Ok(Self { text, functions })
    }

    /// The address of `_text`. It is where the kernel was linked to plus what KASLR added.
    pub fn text(&self) -> u64 {
        self.text
    }

    /// The functions that begin at an address.
    pub fn at(&self, address: u64) -> impl Iterator<Item = &Entry> {
        let first = self
            .functions
            .partition_point(|(start, _)| *start < address);
        let from = &self.functions[first..];
        from.iter()
            .take_while(move |(start, _)| *start == address)
            .map(|(_, entry)| entry)
    }

    /// The function that holds an address, and how far from its beginning.
    pub fn holding(&self, address: u64) -> Option<(&Entry, u64)> {
        let past = self
            .functions
            .partition_point(|(start, _)| *start <= address);
        let (start, entry) = self.functions.get(past.checked_sub(1)?)?;
        Some((entry, address - start))
    }

    /// All functions, by address: functions of one name in the order in which they were linked.
    pub fn functions(&self) -> impl Iterator<Item = &Entry> {
        self.functions.iter().map(|(_, entry)| entry)
    }
}

fn check_text(text: Option<u64>, is_hidden: bool) -> Result<u64, Error> {
    let incomplete = |message: &str| Err(Error::new(ErrorKind::Incomplete, message));
    match text {
        _ if is_hidden => incomplete("all addresses are zero: read /proc/kallsyms as root"),
        Some(text) => Ok(text),
        None => incomplete("there is no `_text`: this is not the whole of /proc/kallsyms"),
    }
}

struct Symbol<'a> {
    address: u64,
    kind: &'a str,
    name: &'a str,
    module: Option<&'a str>,
}

impl<'a> Symbol<'a> {
    /// `None` for an empty line.
    fn parse(line: &'a str) -> Result<Option<Self>, Error> {
        let mut words = line.split_ascii_whitespace();
        let Some(address) = words.next() else {
            return Ok(None);
        };
        let symbol = u64::from_str_radix(address, 16).ok().and_then(|address| {
            let kind = words.next().filter(|kind| kind.len() == 1)?;
            let name = words.next().filter(|name| is_name(name))?;
            let module = words
                .next()
                .map(|word| word.strip_prefix('[')?.strip_suffix(']'));
            Some(Self {
                address,
                kind,
                name,
                module: module.unwrap_or_default().filter(|name| is_name(name)),
            })
        });
        symbol.map(Some).ok_or_else(|| {
            Error::malformed("no line of kallsyms, which is `ADDRESS TYPE NAME [MODULE]`")
        })
    }

    fn is_function(&self) -> bool {
        matches!(self.kind, "t" | "T" | "w" | "W")
    }

    fn entry(&self) -> Entry {
        Entry {
            module: self.module.map(Into::into),
            name: self.name.into(),
            offset: None,
        }
    }
}
