// SPDX-License-Identifier: Apache-2.0
//! Which macros are defined, and how; quick to set, and quick to forget.

use crate::name::Name;

/// A `#define`, by its file and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MacroId {
    pub(crate) file: u32,
    pub(crate) number: u32,
}

/// A name, and how it was defined when somebody asked.
pub(crate) type Consulted = (Name, Option<MacroId>);

/// No macro: no file has this many definitions.
const NONE: MacroId = MacroId {
    file: u32::MAX,
    number: u32::MAX,
};

/// The definition of each name, if it has one.
pub(crate) struct Table {
    current: Vec<MacroId>,
    /// Names that were set since the table was empty.
    touched: Vec<Name>,
}

impl Table {
    /// An empty table for so many names; others are never defined.
    pub(crate) fn new(names: usize) -> Self {
        Self {
            current: vec![NONE; names],
            touched: Vec::new(),
        }
    }

    pub(crate) fn get(&self, name: Name) -> Option<MacroId> {
        let id = self.current.get(name.index()).copied()?;
        (id != NONE).then_some(id)
    }

    /// Whether a name could be defined at all.
    pub(crate) fn knows(&self, name: Name) -> bool {
        name.index() < self.current.len()
    }

    /// Whether names are still defined as they were.
    pub(crate) fn holds(&self, consulted: &[Consulted]) -> bool {
        consulted
            .iter()
            .all(|(name, definition)| self.get(*name) == *definition)
    }

    pub(crate) fn is_defined(&self, name: Name) -> bool {
        self.get(name).is_some()
    }

    pub(crate) fn define(&mut self, name: Name, id: MacroId) {
        if let Some(slot) = self.current.get_mut(name.index()) {
            *slot = id;
            self.touched.push(name);
        }
    }

    pub(crate) fn undefine(&mut self, name: Name) {
        if let Some(slot) = self.current.get_mut(name.index()) {
            *slot = NONE;
        }
    }

    /// Forgets all definitions.
    pub(crate) fn clear(&mut self) {
        for name in self.touched.drain(..) {
            if let Some(slot) = self.current.get_mut(name.index()) {
                *slot = NONE;
            }
        }
    }
}
