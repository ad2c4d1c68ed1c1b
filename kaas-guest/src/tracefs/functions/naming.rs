// SPDX-License-Identifier: Apache-2.0
//! From the kernel's symbols to functions: who is new, and who was there before a module was
//! loaded again.

use std::collections::HashMap;

use super::super::symbols::Symbol;
use super::{FunctionId, Functions, Known};

/// While the symbols are read.
pub(super) struct Naming<'a> {
    functions: &'a mut Functions,
    /// Vmlinux does not change: it is read once.
    is_first: bool,
    /// Functions of modules from earlier, by module, name and offset.
    earlier: HashMap<(u16, String, u64), FunctionId>,
}

impl<'a> Naming<'a> {
    /// What modules have is nowhere until it is found again.
    pub(super) fn of(functions: &'a mut Functions) -> Self {
        let mut earlier = HashMap::new();
        for (number, known) in (0..).zip(&functions.known) {
            if known.module != 0 {
                let name = functions.name(known.name).to_owned();
                earlier.insert((known.module, name, known.offset), FunctionId(number));
            }
        }
        for known in functions.known.iter_mut().filter(|known| known.module != 0) {
            (known.address, known.index) = (0, 0);
        }
        Self {
            is_first: functions.known.is_empty(),
            functions,
            earlier,
        }
    }

    pub(super) fn symbol(&mut self, line: &str) {
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
        let number = |name| self.functions.module_number(name);
        let Some(module) = symbol.module.map_or(Some(0), number) else {
            return;
        };
        let base = self.functions.modules[usize::from(module)].base;
        let offset = symbol.address.wrapping_sub(base);
        let before = (module != 0).then(|| (module, symbol.name.to_owned(), offset));
        match before.and_then(|key| self.earlier.get(&key)) {
            Some(id) => self.functions.known[id.0 as usize].address = symbol.address,
            None => self.add(symbol, module, offset),
        }
    }

    fn add(&mut self, symbol: &Symbol<'_>, module: u16, offset: u64) {
        let from = u32::try_from(self.functions.names.len());
        let (Ok(from), Ok(length)) = (from, u16::try_from(symbol.name.len())) else {
            return;
        };
        self.functions.names.push_str(symbol.name);
        self.functions.known.push(Known {
            address: symbol.address,
            offset,
            name: (from, length),
            module,
            index: 0,
        });
    }

    pub(super) fn finish(self) {
        let known = (0..).zip(&self.functions.known);
        let placed = known.filter(|(_, known)| known.address != 0);
        let mut placed: Vec<(u64, FunctionId)> = placed
            .map(|(number, known)| (known.address, FunctionId(number)))
            .collect();
        placed.sort_unstable();
        self.functions.placed = placed;
        self.functions.names.shrink_to_fit();
        self.functions.known.shrink_to_fit();
    }
}
