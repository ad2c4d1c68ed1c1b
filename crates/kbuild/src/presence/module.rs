// SPDX-License-Identifier: Apache-2.0
//! The modules of all directories, in the order in which `cmd_modules_order`
//! (`cmd_gen_order` since 6.7) of `scripts/Makefile.build` concatenates them.

use rustc_hash::FxHashMap;

use super::object::module;
use super::{Module, readable};
use crate::condition::{Condition, Conditions};
use crate::kernel::Kernel;
use crate::text::Text;
use crate::value::Word;

const ORDER: &str = "/modules.order";

pub(super) fn all(kernel: &mut Kernel<'_>) -> Vec<Module> {
    let Kernel { world, visits, .. } = kernel;
    let by_directory: FxHashMap<Text, usize> = visits
        .iter()
        .enumerate()
        .filter(|(_, visit)| visit.ordered)
        .map(|(index, visit)| (visit.directory, index))
        .collect();
    let mut modules = Vec::new();
    let root = world.texts.compose(|_, out| out.extend([".", ORDER]));
    let mut open = vec![(root, Condition::TRUE)];
    while let Some((entry, condition)) = open.pop() {
        let Some(directory) = world.texts.str(entry).strip_suffix(ORDER) else {
            let path = module(&readable(&world.texts, entry));
            modules.push(Module { path, condition });
            continue;
        };
        let directory = world.texts.find(directory);
        if let Some(index) = directory.and_then(|directory| by_directory.get(&directory)) {
            let order = &visits[*index].order;
            let entries = entries(order, condition, &mut world.conditions);
            open.extend(entries.into_iter().rev());
        }
    }
    modules
}

/// One directory's entries; make keeps the first of those with the same name.
fn entries(
    order: &[Word],
    within: Condition,
    conditions: &mut Conditions,
) -> Vec<(Text, Condition)> {
    let mut seen: FxHashMap<Text, Condition> = FxHashMap::default();
    let mut entries = Vec::with_capacity(order.len());
    for word in order {
        let before = seen.entry(word.text).or_insert(Condition::FALSE);
        let fresh = conditions.except(word.guard, *before);
        *before = conditions.or(*before, word.guard);
        let condition = conditions.and(fresh, within);
        if !condition.is_false() {
            entries.push((word.text, condition));
        }
    }
    entries
}
