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
    /// Behind here, numbers change soon: see [`Self::is_passing`].
    is_over: bool,
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
            is_over: false,
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
        self.is_over |= self.is_passing(module, found);
        if let Some(id) = found.filter(|_| !self.is_over) {
            self.functions.known[id.0 as usize].index = self.index;
        }
    }

    /// The kernel takes the code of a module's initialisation from its list when that is over
    /// (`ftrace_free_mem()`), without any event: the numbers of all that follows become smaller.
    /// New modules come last, so what is before has its number until a module is unloaded.
    fn is_passing(&self, module: u16, found: Option<FunctionId>) -> bool {
        let is_freed_later = |id| {
            let function = self.functions.get(id);
            function.is_some_and(|function| function.offset.is_none())
        };
        let is_live = self.functions.modules[usize::from(module)].is_live;
        module != 0 && (!is_live || found.is_some_and(is_freed_later))
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
