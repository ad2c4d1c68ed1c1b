// SPDX-License-Identifier: Apache-2.0
//! The numbers by which the tracer knows functions: their positions in its list.

use std::collections::HashMap;

use super::super::symbols::Traceable;
use super::{FunctionId, Functions, PROLOGUE};

/// While the list is read.
pub(super) struct Numbering<'a> {
    functions: &'a mut Functions,
    index: u32,
    /// Of each module: its functions by address, and where to look on among them.
    of_module: HashMap<u16, (Vec<FunctionId>, usize)>,
}

impl<'a> Numbering<'a> {
    pub(super) fn of(functions: &'a mut Functions) -> Self {
        let mut of_module: HashMap<u16, (Vec<FunctionId>, usize)> = HashMap::new();
        for (_, id) in &functions.placed {
            let module = functions.known[id.0 as usize].module;
            if module != 0 || !functions.has_numbers {
                of_module.entry(module).or_default().0.push(*id);
            }
        }
        Self {
            functions,
            index: 0,
            of_module,
        }
    }

    pub(super) fn line(&mut self, line: &str, has_address: bool) {
        self.index += 1;
        if self.functions.has_numbers && !line.ends_with(']') {
            return;
        }
        if let Some(traceable) = Traceable::parse(line, has_address) {
            self.traceable(traceable);
        }
    }

    fn traceable(&mut self, traceable: Traceable<'_>) {
        let number = |name| self.functions.module_number(name);
        let Some(module) = traceable.module.map_or(Some(0), number) else {
            return;
        };
        let found = match traceable.address {
            Some(address) => self.placed_at(module, address),
            None => self.next_named(module, traceable.name),
        };
        if let Some(id) = found {
            self.functions.known[id.0 as usize].index = self.index;
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
        let functions = &*self.functions;
        let (all, from) = self.of_module.get_mut(&module)?;
        let is_named =
            |id: &FunctionId| functions.name(functions.known[id.0 as usize].name) == name;
        let found = *from + all[*from..].iter().position(is_named)?;
        *from = found + 1;
        Some(all[found])
    }
}
