// SPDX-License-Identifier: Apache-2.0
//! The result: each object, its source, and when it is compiled.

use std::collections::{BTreeMap, BTreeSet};

use kconfig::Tristate;
use rustc_hash::FxHashMap;

use crate::condition::{Condition, Conditions, Variable};
use crate::diagnostic::{Diagnostic, Error, Place};
use crate::kernel::Kernel;
use crate::make::in_tree;
use crate::membership::Link;
use crate::symbol::{Values, tristate};
use crate::text::{Text, Texts};
use crate::value::Word;
use crate::world::{Inputs, OBJTREE, SRCTREE, UNKNOWN, World};

/// What an object is compiled from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
        let objects = objects(&mut kernel);
        let modules = modules(&mut kernel);
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

impl Object {
    fn join(&mut self, link: Link, target: Text, texts: &Texts) {
        let into = readable(texts.str(link.into));
        if link.module {
            let name = into.strip_suffix(".o").unwrap_or(&into);
            self.modules.insert(format!("{name}.ko"));
        }
        if link.into != target {
            self.composites.insert(into);
        }
    }
}

fn objects(kernel: &mut Kernel<'_>) -> Vec<Object> {
    let mut objects: BTreeMap<(String, Source), Object> = BTreeMap::new();
    let world = &mut kernel.world;
    for visit in &kernel.visits {
        for compile in &visit.compiled {
            let condition = world.conditions.and(visit.condition, compile.condition);
            if condition.is_false() {
                continue;
            }
            let part = visit
                .module_parts
                .get(&compile.target)
                .copied()
                .unwrap_or(Condition::FALSE);
            let part = if compile.inherited {
                Condition::TRUE
            } else {
                part
            };
            let m = world.conditions.and(condition, part);
            let y = world.conditions.except(condition, part);
            let path = readable(world.texts.str(compile.target));
            let source = source(
                world.inputs.tree,
                &readable(world.texts.str(compile.source)),
            );
            let object = objects
                .entry((path.clone(), source.clone()))
                .or_insert_with(|| Object {
                    path,
                    source,
                    y: Condition::FALSE,
                    m: Condition::FALSE,
                    composites: BTreeSet::new(),
                    modules: BTreeSet::new(),
                    place: compile.place.clone(),
                });
            object.y = world.conditions.or(object.y, y);
            object.m = world.conditions.or(object.m, m);
            for link in visit.membership.get(&compile.target).into_iter().flatten() {
                if !world.conditions.and(condition, link.guard).is_false() {
                    object.join(*link, compile.target, &world.texts);
                }
            }
        }
    }
    objects.into_values().collect()
}

/// A path that holds the value of a symbol says so: `$(CONFIG_NAME).o`.
fn readable(path: &str) -> String {
    let mut readable = String::with_capacity(path.len());
    for (index, part) in path.split(UNKNOWN).enumerate() {
        match part.strip_prefix('$') {
            _ if index % 2 == 0 => readable.push_str(part),
            Some(command) => readable.extend(["$(shell ", command, ")"]),
            None => readable.extend(["$(CONFIG_", part, ")"]),
        }
    }
    readable
}

fn source(tree: &crate::tree::Tree, path: &str) -> Source {
    let inside = in_tree(path);
    if path.starts_with(SRCTREE) || tree.exists(inside) {
        return Source::Tree(inside.to_owned());
    }
    let inside = path
        .strip_prefix(OBJTREE)
        .map_or(path, |rest| rest.trim_start_matches('/'));
    Source::Generated(inside.to_owned())
}

/// The modules of all directories, in the order in which `cmd_modules_order`
/// (`cmd_gen_order` since 6.7) of `scripts/Makefile.build` concatenates them.
fn modules(kernel: &mut Kernel<'_>) -> Vec<Module> {
    let Kernel { world, visits, .. } = kernel;
    let by_directory: FxHashMap<String, usize> = visits
        .iter()
        .enumerate()
        .filter(|(_, visit)| visit.ordered)
        .map(|(index, visit)| (world.texts.str(visit.directory).to_owned(), index))
        .collect();
    let mut modules = Vec::new();
    let mut open = vec![("./modules.order".to_owned(), Condition::TRUE)];
    while let Some((entry, condition)) = open.pop() {
        let Some(directory) = entry.strip_suffix("/modules.order") else {
            let path = entry.strip_suffix(".o").unwrap_or(&entry);
            modules.push(Module {
                path: format!("{path}.ko"),
                condition,
            });
            continue;
        };
        let Some(index) = by_directory.get(directory) else {
            continue;
        };
        let entries = entries(&visits[*index].order, condition, world);
        open.extend(entries.into_iter().rev());
    }
    modules
}

/// One directory's entries; make keeps the first of those with the same name.
fn entries(order: &[Word], within: Condition, world: &mut World<'_>) -> Vec<(String, Condition)> {
    let mut seen: FxHashMap<Text, Condition> = FxHashMap::default();
    let mut entries = Vec::with_capacity(order.len());
    for word in order {
        let before = seen.entry(word.text).or_insert(Condition::FALSE);
        let fresh = world.conditions.except(word.guard, *before);
        *before = world.conditions.or(*before, word.guard);
        let condition = world.conditions.and(fresh, within);
        if !condition.is_false() {
            entries.push((readable(world.texts.str(word.text)), condition));
        }
    }
    entries
}
