// SPDX-License-Identifier: Apache-2.0
//! The objects of all directories, from the compile commands that make them.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Object, Source, readable};
use crate::condition::{Condition, Conditions};
use crate::goal::Compile;
use crate::kernel::{Kernel, Visit};
use crate::make::in_tree;
use crate::text::{Text, Texts};
use crate::tree::Tree;
use crate::world::{OBJTREE, SRCTREE, World};

/// Every object by its path, then by its source.
pub(super) fn all(kernel: &mut Kernel<'_>) -> Vec<Object> {
    let Kernel { world, visits, .. } = kernel;
    let mut numbers: FxHashMap<(Text, Text), usize> = FxHashMap::default();
    let mut drafts: Vec<Draft<'_>> = Vec::new();
    for visit in &*visits {
        for compile in &visit.compiled {
            let condition = world.conditions.and(visit.condition, compile.condition);
            if condition.is_false() {
                continue;
            }
            let number = numbers
                .entry((compile.target, compile.source))
                .or_insert(drafts.len());
            if *number == drafts.len() {
                drafts.push(Draft::new(compile));
            }
            drafts[*number].add(condition, compile, visit, &mut world.conditions);
        }
    }
    let mut objects: Vec<Object> = drafts.iter().map(|draft| draft.object(world)).collect();
    objects.sort_by(|one, other| one.name().cmp(&other.name()));
    objects.dedup_by(|next, first| {
        let same = next.name() == first.name();
        if same {
            first.merge(next, &mut world.conditions);
        }
        same
    });
    objects
}

/// What all commands say that make one target from one source.
struct Draft<'k> {
    first: &'k Compile,
    y: Condition,
    m: Condition,
    composites: FxHashSet<Text>,
    modules: FxHashSet<Text>,
}

impl<'k> Draft<'k> {
    fn new(first: &'k Compile) -> Self {
        Self {
            first,
            y: Condition::FALSE,
            m: Condition::FALSE,
            composites: FxHashSet::default(),
            modules: FxHashSet::default(),
        }
    }

    fn add(
        &mut self,
        condition: Condition,
        compile: &Compile,
        visit: &Visit,
        conditions: &mut Conditions,
    ) {
        let part = visit.module_parts.get(&compile.target).copied();
        let part = if compile.inherited {
            Condition::TRUE
        } else {
            part.unwrap_or(Condition::FALSE)
        };
        let m = conditions.and(condition, part);
        let y = conditions.except(condition, part);
        self.m = conditions.or(self.m, m);
        self.y = conditions.or(self.y, y);
        let links = visit.membership.get(&compile.target);
        for link in links.into_iter().flatten() {
            if conditions.and(condition, link.guard).is_false() {
                continue;
            }
            if link.module {
                self.modules.insert(link.into);
            }
            if link.into != compile.target {
                self.composites.insert(link.into);
            }
        }
    }

    fn object(&self, world: &World<'_>) -> Object {
        let texts = &world.texts;
        Object {
            path: readable(texts, self.first.target).into_owned(),
            source: source(world.inputs.tree, &readable(texts, self.first.source)),
            y: self.y,
            m: self.m,
            composites: names(&self.composites, str::to_owned, texts),
            modules: names(&self.modules, module, texts),
            place: self.first.place.clone(),
        }
    }
}

/// Sorted, as a person reads them.
fn names(
    links: &FxHashSet<Text>,
    name: impl Fn(&str) -> String,
    texts: &Texts,
) -> BTreeSet<String> {
    let names = links.iter().map(|into| name(&readable(texts, *into)));
    names.collect()
}

/// The module that an object becomes.
pub(super) fn module(object: &str) -> String {
    [object.strip_suffix(".o").unwrap_or(object), ".ko"].concat()
}

impl Object {
    fn name(&self) -> (&str, &Source) {
        (&self.path, &self.source)
    }

    /// Takes in what another object of the same name is.
    fn merge(&mut self, other: &mut Self, conditions: &mut Conditions) {
        self.y = conditions.or(self.y, other.y);
        self.m = conditions.or(self.m, other.m);
        self.composites.append(&mut other.composites);
        self.modules.append(&mut other.modules);
    }
}

fn source(tree: &Tree, path: &str) -> Source {
    let inside = in_tree(path);
    if path.starts_with(SRCTREE) || tree.exists(inside) {
        return Source::Tree(inside.to_owned());
    }
    let inside = path
        .strip_prefix(OBJTREE)
        .map_or(path, |rest| rest.trim_start_matches('/'));
    Source::Generated(inside.to_owned())
}
