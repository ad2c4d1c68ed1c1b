// SPDX-License-Identifier: Apache-2.0
//! The result: each object, its source, and when it is compiled.

mod module;
mod object;
mod stored;

use std::borrow::Cow;
use std::collections::BTreeSet;

use kconfig::Tristate;
use serde::{Deserialize, Serialize};

use crate::condition::{Condition, Conditions, Variable};
use crate::diagnostic::{Diagnostic, Error, Place};
use crate::kernel::Kernel;
use crate::symbol::{Values, tristate};
use crate::text::{Text, Texts};
use crate::world::{Inputs, UNKNOWN};
pub use stored::Stored;

/// What an object is compiled from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Source {
    /// A file of the tree, relative to it, as make spells it (`a/../b.c`).
    Tree(String),
    /// A file that the build generates, by its path in the output directory.
    Generated(String),
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tree(path) => f.write_str(path),
            Self::Generated(path) => write!(f, "gen:{path}"),
        }
    }
}

/// One object that a compile command makes.
#[derive(Clone, Debug)]
pub struct Object {
    /// Relative to the output directory, as make spells it.
    pub path: String,
    pub source: Source,
    /// When it is compiled for the kernel image.
    pub y: Condition,
    /// When it is compiled as part of a module.
    pub m: Condition,
    /// The composite objects that it is linked into, in one configuration or another.
    pub composites: BTreeSet<String>,
    /// The modules that it is part of, where it is part of one (`fs/ext4/ext4.ko`).
    pub modules: BTreeSet<String>,
    /// The rule that compiles it.
    pub place: Place,
}

/// A loadable module.
#[derive(Clone, Debug)]
pub struct Module {
    /// `fs/ext4/ext4.ko`
    pub path: String,
    pub condition: Condition,
}

/// Everything known of a tree.
pub struct Presence {
    pub conditions: Conditions,
    /// Sorted by path, then by source.
    pub objects: Vec<Object>,
    /// The modules in the order of `modules.order`, which is that of linking.
    pub modules: Vec<Module>,
    pub diagnostics: Vec<Diagnostic>,
    /// How many directories make would enter.
    pub directories: usize,
}

impl Presence {
    /// Evaluates the tree for an architecture.
    pub fn evaluate(inputs: Inputs<'_>, arch: &str) -> Result<Self, Error> {
        let mut kernel = Kernel::evaluate(inputs, arch)?;
        let objects = object::all(&mut kernel);
        let modules = module::all(&mut kernel);
        let directories = kernel.visits.len();
        let (conditions, diagnostics) = kernel.world.into_diagnostics();
        Ok(Self {
            conditions,
            objects,
            modules,
            diagnostics,
            directories,
        })
    }
}

impl Presence {
    /// Whether a condition holds under a configuration. Commands that nobody
    /// ran are taken to have printed something else.
    pub fn holds(&self, condition: Condition, values: &dyn Values) -> bool {
        self.conditions
            .evaluate(condition, &|variable| match variable {
                Variable::Symbol { name, .. } => tristate(values, name),
                Variable::Equals { name, value } => {
                    Tristate::from(values.value(name).unwrap_or_default() == value)
                }
                Variable::Answers { .. } => Tristate::No,
            })
    }
}

/// A path that holds the value of a symbol says so: `$(CONFIG_NAME).o`.
fn readable(texts: &Texts, path: Text) -> Cow<'_, str> {
    let content = texts.str(path);
    if !texts.is_unknown(path) {
        return content.into();
    }
    let mut readable = String::with_capacity(content.len());
    for (index, part) in content.split(UNKNOWN).enumerate() {
        match part.strip_prefix('$') {
            _ if index % 2 == 0 => readable.push_str(part),
            Some(command) => readable.extend(["$(shell ", command, ")"]),
            None => readable.extend(["$(CONFIG_", part, ")"]),
        }
    }
    readable.into()
}
