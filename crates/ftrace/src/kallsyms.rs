// SPDX-License-Identifier: Apache-2.0
//! The kernel's own list of its functions (`/proc/kallsyms`, or a `System.map` of a kernel
//! that is not moved): from addresses to names, and which of several functions of one name
//! is which.

use std::collections::HashMap;
use std::io::BufRead;
use std::ops::Range;

use crate::error::{Error, ErrorKind};
use crate::limit;
use crate::lines::Lines;
use crate::record::{is_name, shorten};
use crate::trace::Entry;

/// The functions of one running kernel.
#[derive(Clone, Debug)]
pub struct Kallsyms {
    text: u64,
    init: Range<u64>,
    modules: HashMap<String, Range<u64>>,
    /// Sorted by address, and as the kernel lists them where addresses are equal.
    functions: Vec<Placed>,
    /// Indices of `functions`, sorted by module and name, and then by address.
    by_name: Vec<u32>,
}

#[derive(Clone, Debug)]
struct Placed {
    start: u64,
    /// Where the next symbol begins, whatever it is.
    end: u64,
    entry: Entry,
}

impl Kallsyms {
    /// Reads lines `ADDRESS TYPE NAME [MODULE]` (kernel/kallsyms.c: `s_show()`), of which
    /// it keeps the functions. `modules` says where modules lie, as `/proc/modules` does; a
    /// function outside of its module's place, such as one that only initialises it, has no
    /// offset.
    pub fn read(input: impl BufRead, modules: HashMap<String, Range<u64>>) -> Result<Self, Error> {
        let mut lines = Lines::new(input, limit::LINE);
        let mut reader = Reader::default();
        while let Some(line) = lines.next()? {
            let added = Symbol::parse(line.text()?).and_then(|symbol| reader.add(&symbol));
            added.map_err(|error| error.at(line.number))?;
        }
        reader.finish(modules)
    }

    /// The address of `_text`. It is where the kernel was linked to plus what KASLR added.
    pub fn text(&self) -> u64 {
        self.text
    }

    /// Whether there is code of vmlinux at an address that is freed before the first program
    /// is executed (`__init`).
    pub fn is_init(&self, address: u64) -> bool {
        self.init.contains(&address)
    }

    /// Where a module lies.
    pub fn base(&self, module: &str) -> Option<u64> {
        self.modules.get(module).map(|range| range.start)
    }

    /// The functions that begin at an address.
    pub fn at(&self, address: u64) -> impl Iterator<Item = &Entry> {
        let first = self
            .functions
            .partition_point(|placed| placed.start < address);
        let from = self.functions[first..].iter();
        from.take_while(move |placed| placed.start == address)
            .map(|placed| &placed.entry)
    }

    /// The function that holds an address, and how far from its beginning.
    pub fn holding(&self, address: u64) -> Option<(&Entry, u64)> {
        let past = self
            .functions
            .partition_point(|placed| placed.start <= address);
        let placed = self.functions.get(past.checked_sub(1)?)?;
        (address < placed.end).then_some((&placed.entry, address - placed.start))
    }

    /// The functions of one name, in the order in which they were linked.
    pub fn named(&self, module: Option<&str>, name: &str) -> impl Iterator<Item = &Entry> {
        let key = move |index: &u32| name_of(&self.functions[*index as usize].entry);
        let first = self
            .by_name
            .partition_point(|index| key(index) < (module, name));
        let from = self.by_name[first..].iter();
        let found = from.take_while(move |index| key(index) == (module, name));
        found.map(|index| &self.functions[*index as usize].entry)
    }

    /// All functions, by address.
    pub fn functions(&self) -> impl Iterator<Item = &Entry> {
        self.functions.iter().map(|placed| &placed.entry)
    }
}

fn name_of(entry: &Entry) -> (Option<&str>, &str) {
    (entry.module.as_deref(), &entry.name)
}

#[derive(Default)]
struct Reader {
    text: Option<u64>,
    init: Range<u64>,
    has_address: bool,
    /// Where any symbol begins.
    starts: Vec<u64>,
    functions: Vec<(u64, Entry)>,
}

impl Reader {
    fn add(&mut self, symbol: &Symbol<'_>) -> Result<(), Error> {
        if self.starts.len() == limit::SYMBOLS {
            return Err(Error::too_large("symbols", limit::SYMBOLS));
        }
        self.has_address |= symbol.address != 0;
        match symbol.name {
            _ if symbol.module.is_some() => {}
            "_text" => self.text = Some(symbol.address),
            "_sinittext" => self.init.start = symbol.address,
            "_einittext" => self.init.end = symbol.address,
            _ => {}
        }
        self.starts.push(symbol.address);
        if symbol.is_function() {
            self.functions.push((symbol.address, symbol.entry()));
        }
        Ok(())
    }

    fn finish(mut self, modules: HashMap<String, Range<u64>>) -> Result<Kallsyms, Error> {
        let text = self.checked_text()?;
        self.starts.sort_unstable();
        self.functions.sort_by_key(|(address, _)| *address);
        let functions = self.functions.into_iter().map(|(start, mut entry)| {
            let base = match entry.module.as_deref() {
                None => Some(text),
                Some(module) => {
                    let range = modules.get(module).filter(|range| range.contains(&start));
                    range.map(|range| range.start)
                }
            };
            entry.offset = base.and_then(|base| start.checked_sub(base));
            let next = self.starts.partition_point(|other| *other <= start);
            let end = self.starts.get(next).copied().unwrap_or(start);
            Placed { start, end, entry }
        });
        let functions: Vec<_> = functions.collect();
        let mut by_name: Vec<u32> = (0..).take(functions.len()).collect();
        by_name.sort_by_key(|index| name_of(&functions[*index as usize].entry));
        Ok(Kallsyms {
            text,
            init: self.init,
            modules,
            functions,
            by_name,
        })
    }

    fn checked_text(&self) -> Result<u64, Error> {
        let incomplete = |message: &str| Err(Error::new(ErrorKind::Incomplete, message));
        match self.text {
            _ if !self.has_address => incomplete("no addresses: read /proc/kallsyms as root"),
            Some(text) => Ok(text),
            None => incomplete("there is no `_text`: this is not the whole of /proc/kallsyms"),
        }
    }
}

struct Symbol<'a> {
    address: u64,
    kind: &'a str,
    name: &'a str,
    module: Option<&'a str>,
}

impl<'a> Symbol<'a> {
    fn parse(line: &'a str) -> Result<Self, Error> {
        let mut words = line.split_ascii_whitespace();
        let mut symbol = || {
            let address = u64::from_str_radix(words.next()?, 16).ok()?;
            let kind = words.next().filter(|kind| kind.len() == 1)?;
            let name = words.next().filter(|name| is_name(name))?;
            let module = match words.next() {
                Some(word) => Some(word.strip_prefix('[')?.strip_suffix(']')?),
                None => None,
            };
            Some(Self {
                address,
                kind,
                name,
                module: module.filter(|module| is_name(module)),
            })
        };
        symbol().ok_or_else(|| {
            let shown = shorten(line);
            Error::malformed(format!("`{shown}` is not `ADDRESS TYPE NAME [MODULE]`"))
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
