// SPDX-License-Identifier: Apache-2.0
//! The functions of the running kernel: which one an address is in, and by which number the
//! tracer knows it.
//!
//! Symbols come from `/proc/kallsyms`, numbers from the position in
//! `available_filter_functions`. Both lists go by address within vmlinux and within a
//! module, so functions of one name are told apart by their order.

use std::collections::HashMap;

use super::folder::Folder;
use super::symbols::{Symbol, Traceable, each_line};
use crate::failure::Result;

/// Stays the same as long as the process runs, also when a module is loaded again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FunctionId(pub(crate) u32);

/// What is known of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Function<'a> {
    pub(crate) name: &'a str,
    /// `None` is vmlinux.
    pub(crate) module: Option<&'a str>,
    /// From `_text`, or from where the module's code begins; `None` for code of a module that
    /// is freed after its initialisation.
    pub(crate) offset: Option<u64>,
}

/// See above.
#[derive(Default)]
pub(crate) struct Functions {
    names: String,
    modules: Vec<Module>,
    known: Vec<Known>,
    /// By address; several may be at one.
    placed: Vec<(u64, FunctionId)>,
    text: u64,
}

/// Vmlinux is the first.
#[derive(Default)]
struct Module {
    name: String,
    base: u64,
    size: u64,
}

#[derive(Clone, Copy)]
struct Known {
    address: u64,
    name: (u32, u16),
    module: u16,
    /// From 1; 0 when it can't be traced, or no longer.
    index: u32,
}

/// The traced instruction is at the beginning of a function, behind `endbr64` at most.
const PROLOGUE: u64 = 16;

impl Functions {
    /// Reads both lists, and again whenever modules came or went. Every now and then it is
    /// interrupted for what is to be done meanwhile.
    pub(crate) fn load(
        &mut self,
        tracefs: &Folder,
        proc: &Folder,
        meanwhile: &mut dyn FnMut() -> Result<()>,
    ) -> Result<()> {
        let addresses = "available_filter_functions_addrs";
        let has_addresses = tracefs.has(addresses);
        let traceable = if has_addresses {
            addresses
        } else {
            "available_filter_functions"
        };
        let modules = proc.text("modules").unwrap_or_default();
        let (symbols, traceable) = (proc.reader("kallsyms")?, tracefs.reader(traceable)?);
        let mut lists = Lists::of(self);
        lists.functions.take_modules(&modules);
        each_line(symbols, meanwhile, |line| lists.symbol(line))?;
        lists.finish_symbols();
        let mut index = 0;
        each_line(traceable, meanwhile, |line| {
            index += 1;
            if let Some(traceable) = Traceable::parse(line, has_addresses) {
                lists.traceable(index, traceable);
            }
        })
    }

    /// `/proc/modules`: name, size, references, users, state, address.
    fn take_modules(&mut self, text: &str) {
        if self.modules.is_empty() {
            self.modules.push(Module::default());
        }
        for line in text.lines() {
            let words: Vec<&str> = line.split_ascii_whitespace().collect();
            let [name, size, _, _, _, base, ..] = words[..] else {
                continue;
            };
            let base = u64::from_str_radix(base.trim_start_matches("0x"), 16).unwrap_or(0);
            let size = size.parse().unwrap_or(0);
            if let Some(module) = self.module_number(name) {
                let module = &mut self.modules[usize::from(module)];
                (module.base, module.size) = (base, size);
            }
        }
    }

    fn module_number(&mut self, name: &str) -> Option<u16> {
        let found = self.modules.iter().position(|module| module.name == name);
        let number = found.unwrap_or_else(|| {
            self.modules.push(Module {
                name: name.to_owned(),
                ..Module::default()
            });
            self.modules.len() - 1
        });
        u16::try_from(number).ok()
    }

    /// The functions that a call from `address` may be in: one, but where several modules had
    /// code there which is freed by now.
    pub(crate) fn at(&self, address: u64) -> &[(u64, FunctionId)] {
        let past = self.placed.partition_point(|(start, _)| *start <= address);
        let Some((start, _)) = past.checked_sub(1).map(|last| self.placed[last]) else {
            return &[];
        };
        if address - start > PROLOGUE {
            return &[];
        }
        let first = self.placed.partition_point(|(other, _)| *other < start);
        let all = &self.placed[first..past];
        let live = all.iter().position(|(_, id)| self.index(*id).is_some());
        // Several names of one function: the first is as good as any.
        let in_module = |(_, id): &(u64, FunctionId)| self.known[id.0 as usize].module != 0;
        match live {
            Some(live) => &all[live..=live],
            None if all.iter().all(in_module) => all,
            None => &all[..1],
        }
    }

    /// The number by which it is muted, while it can be.
    pub(crate) fn index(&self, id: FunctionId) -> Option<u32> {
        let index = self.known.get(id.0 as usize)?.index;
        (index > 0).then_some(index)
    }

    /// Whether its number stays the same when modules come and go.
    pub(crate) fn is_built_in(&self, id: FunctionId) -> bool {
        let known = self.known.get(id.0 as usize);
        known.is_some_and(|known| known.module == 0)
    }

    pub(crate) fn get(&self, id: FunctionId) -> Option<Function<'_>> {
        let known = self.known.get(id.0 as usize)?;
        let module = &self.modules[usize::from(known.module)];
        let name = self.name(known.name);
        let in_vmlinux = known.module == 0;
        let base = if in_vmlinux { self.text } else { module.base };
        let offset = known.address.checked_sub(base);
        let is_inside = |offset: &u64| in_vmlinux || *offset < module.size;
        Some(Function {
            name,
            module: (!in_vmlinux).then_some(module.name.as_str()),
            offset: offset.filter(is_inside),
        })
    }

    /// How many can be traced now.
    pub(crate) fn traceable(&self) -> usize {
        self.known.iter().filter(|known| known.index > 0).count()
    }

    fn name(&self, (from, length): (u32, u16)) -> &str {
        let from = from as usize;
        self.names
            .get(from..from + usize::from(length))
            .unwrap_or_default()
    }
}

/// While the lists are read.
struct Lists<'a> {
    functions: &'a mut Functions,
    is_first: bool,
    /// Functions of modules from earlier, by module, name and offset.
    earlier: HashMap<(u16, String, u64), FunctionId>,
    /// Of each module, where to look on in `placed`.
    next: HashMap<u16, usize>,
    /// The functions of each module by address, for `next`.
    of_module: HashMap<u16, Vec<FunctionId>>,
}

impl<'a> Lists<'a> {
    fn of(functions: &'a mut Functions) -> Self {
        let is_first = functions.known.is_empty();
        let mut earlier = HashMap::new();
        for (number, known) in (0..).zip(&functions.known) {
            if known.module != 0 {
                let offset = known
                    .address
                    .wrapping_sub(functions.modules[usize::from(known.module)].base);
                let name = functions.name(known.name).to_owned();
                earlier.insert((known.module, name, offset), FunctionId(number));
            }
        }
        for known in functions.known.iter_mut().filter(|known| known.module != 0) {
            (known.address, known.index) = (0, 0);
        }
        Self {
            functions,
            is_first,
            earlier,
            next: HashMap::new(),
            of_module: HashMap::new(),
        }
    }

    fn symbol(&mut self, line: &str) {
        // Vmlinux does not change: most lines are skipped when they are read again.
        if !self.is_first && !line.ends_with(']') {
            return;
        }
        let Some(symbol) = Symbol::parse(line) else {
            return;
        };
        if symbol.name == "_text" && symbol.module.is_none() {
            self.functions.text = symbol.address;
        }
        if symbol.is_function {
            self.function(&symbol);
        }
    }

    fn function(&mut self, symbol: &Symbol<'_>) {
        let Some(module) = symbol
            .module
            .map_or(Some(0), |name| self.functions.module_number(name))
        else {
            return;
        };
        if module != 0 {
            let base = self.functions.modules[usize::from(module)].base;
            let key = (
                module,
                symbol.name.to_owned(),
                symbol.address.wrapping_sub(base),
            );
            if let Some(id) = self.earlier.get(&key) {
                self.functions.known[id.0 as usize].address = symbol.address;
                return;
            }
        }
        let from = u32::try_from(self.functions.names.len());
        let (Ok(from), Ok(length)) = (from, u16::try_from(symbol.name.len())) else {
            return;
        };
        self.functions.names.push_str(symbol.name);
        self.functions.known.push(Known {
            address: symbol.address,
            name: (from, length),
            module,
            index: 0,
        });
    }

    fn finish_symbols(&mut self) {
        let known = (0..).zip(&self.functions.known);
        let placed = known.filter(|(_, known)| known.address != 0);
        let mut placed: Vec<(u64, FunctionId)> = placed
            .map(|(number, known)| (known.address, FunctionId(number)))
            .collect();
        placed.sort_unstable();
        for (_, id) in &placed {
            let module = self.functions.known[id.0 as usize].module;
            if module != 0 || self.is_first {
                self.of_module.entry(module).or_default().push(*id);
            }
        }
        self.functions.placed = placed;
    }

    fn traceable(&mut self, index: u32, traceable: Traceable<'_>) {
        let module = match traceable.module {
            None if !self.is_first => return,
            None => 0,
            Some(name) => match self.functions.module_number(name) {
                Some(module) => module,
                None => return,
            },
        };
        let found = match traceable.address {
            Some(address) => self.placed_at(module, address),
            None => self.next_named(module, traceable.name),
        };
        if let Some(id) = found {
            self.functions.known[id.0 as usize].index = index;
        }
    }

    fn placed_at(&self, module: u16, address: u64) -> Option<FunctionId> {
        let placed = &self.functions.placed;
        let past = placed.partition_point(|(start, _)| *start <= address);
        let (start, _) = placed[..past].last()?;
        let here = placed[..past]
            .iter()
            .rev()
            .take_while(|(other, _)| other == start);
        let mut here = here.filter(|(_, id)| self.functions.known[id.0 as usize].module == module);
        here.next()
            .filter(|_| address - start <= PROLOGUE)
            .map(|(_, id)| *id)
    }

    /// The next function of this name behind the last that was found; the place stays where
    /// it is when there is none, such as for the leftovers of weak functions.
    fn next_named(&mut self, module: u16, name: &str) -> Option<FunctionId> {
        let all = self.of_module.get(&module)?;
        let from = self.next.entry(module).or_default();
        let is_named = |id: &FunctionId| {
            self.functions
                .name(self.functions.known[id.0 as usize].name)
                == name
        };
        let found = *from + all[*from..].iter().position(is_named)?;
        *from = found + 1;
        Some(all[found])
    }
}
