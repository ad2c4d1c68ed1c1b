// SPDX-License-Identifier: Apache-2.0
//! From goals to what make would run: the walk over rules and prerequisites.
//!
//! Every target is visited with the condition under which it is needed. What
//! comes out are the kernel's compile commands and the sub-makes.

mod implicit;
mod recipe;

use rustc_hash::FxHashMap;

use crate::condition::Condition;
use crate::diagnostic::Place;
use crate::make::{Explicit, Make, Prerequisites, RecipeId};
use crate::text::Text;
use crate::value::{Value, Word};
use crate::world::World;

pub(crate) use recipe::MAKE;
pub use recipe::Purpose;

/// A compile command: `target` from `source`, needed under `condition`.
#[derive(Clone, Debug)]
pub struct Compile {
    pub target: Text,
    pub source: Text,
    pub condition: Condition,
    /// It is needed by a module only, and inherits `part-of-module` from it.
    pub inherited: bool,
    pub place: Place,
}

/// `$(MAKE) -f scripts/Makefile.build obj=DIRECTORY NAME=VALUE... GOALS`.
#[derive(Clone, Debug)]
pub struct SubMake {
    pub condition: Condition,
    pub directory: Text,
    pub assignments: Vec<(Text, Value)>,
    pub goals: Vec<Word>,
    pub place: Place,
}

pub struct Walk<'m, 'w, 't> {
    pub make: &'m mut Make<'w, 't>,
    needed: FxHashMap<Text, Condition>,
    /// Targets whose making needs nothing and does nothing: `FORCE`, and sources.
    /// When they are needed is of no interest, and would be a long condition.
    leaves: FxHashMap<Text, bool>,
    open: Vec<(Text, Condition)>,
    existing: FxHashMap<Text, bool>,
    found: FxHashMap<Text, std::rc::Rc<Vec<Explicit>>>,
    purposes: FxHashMap<RecipeId, std::rc::Rc<Purpose>>,
    /// Targets that make what they need part of a module; others come first.
    modules: Vec<(Text, Condition)>,
    inherited: bool,
    pub compiled: Vec<Compile>,
    pub submakes: Vec<SubMake>,
    /// Targets that no rule makes and no file is.
    pub unmade: Vec<(Text, Condition)>,
}

impl<'m, 'w, 't> Walk<'m, 'w, 't> {
    pub fn new(make: &'m mut Make<'w, 't>) -> Self {
        Self {
            make,
            needed: FxHashMap::default(),
            leaves: FxHashMap::default(),
            open: Vec::new(),
            existing: FxHashMap::default(),
            found: FxHashMap::default(),
            purposes: FxHashMap::default(),
            modules: Vec::new(),
            inherited: false,
            compiled: Vec::new(),
            submakes: Vec::new(),
            unmade: Vec::new(),
        }
    }

    /// Walks from the goals to everything they need.
    pub fn reach(&mut self, goals: &[Word]) {
        for goal in goals {
            let target = self.make.file(goal.text);
            self.need(target, goal.guard);
        }
        while let Some((target, condition)) = self.open.pop() {
            let rest = self.put_off(target, condition);
            self.target(target, rest);
        }
        self.inherited = true;
        for (target, condition) in std::mem::take(&mut self.modules) {
            self.target(target, condition);
            while let Some((target, condition)) = self.open.pop() {
                self.target(target, condition);
            }
        }
        self.inherited = false;
    }

    /// Sets a target aside where it hands `part-of-module` down; gives what is left.
    fn put_off(&mut self, target: Text, condition: Condition) -> Condition {
        let Some(&guard) = self.make.rules.module_like.get(&target) else {
            return condition;
        };
        let module = self.make.and(condition, guard);
        if !module.is_false() {
            self.modules.push((target, module));
        }
        self.make.except(condition, guard)
    }

    fn is_leaf(&mut self, target: Text) -> bool {
        if let Some(&known) = self.leaves.get(&target) {
            return known;
        }
        let rules = &self.make.rules;
        let does_nothing = rules.explicit.get(&target).is_none_or(|explicit| {
            explicit.iter().all(|rule| {
                let recipe = rules.recipe(rule.recipe);
                rule.prerequisites.words.is_empty() && recipe.lines.is_empty()
            })
        });
        let phony = rules.explicit.contains_key(&target) && rules.phony.contains_key(&target);
        let leaf = does_nothing && (phony || self.exists(target) || self.is_made_elsewhere(target));
        self.leaves.insert(target, leaf);
        leaf
    }

    fn need(&mut self, target: Text, condition: Condition) {
        if self.is_leaf(target) {
            return;
        }
        let before = self
            .needed
            .get(&target)
            .copied()
            .unwrap_or(Condition::FALSE);
        let fresh = self.make.except(condition, before);
        if !fresh.is_false() {
            let all = self.make.or(before, fresh);
            self.needed.insert(target, all);
            self.open.push((target, fresh));
        }
    }

    fn target(&mut self, target: Text, condition: Condition) {
        if condition.is_false() {
            return;
        }
        let (without_recipe, unmentioned) = self.explicit(target, condition);
        let phony = self.make.rules.phony.get(&target).copied();
        let rest = self
            .make
            .except(without_recipe, phony.unwrap_or(Condition::FALSE));
        if rest.is_false() || self.is_made_elsewhere(target) {
            return;
        }
        let mut unmade = self.make.and(rest, unmentioned);
        for found in self.implicit(target).iter() {
            let here = self.make.and(rest, found.guard);
            self.follow(target, found, here, here);
            unmade = self.make.except(unmade, here);
        }
        if !unmade.is_false() && !self.exists(target) {
            self.unmade.push((target, unmade));
        }
    }

    /// Follows the explicit rules; gives when none has a recipe, and when there is none.
    fn explicit(&mut self, target: Text, condition: Condition) -> (Condition, Condition) {
        let rules = self
            .make
            .rules
            .explicit
            .get(&target)
            .cloned()
            .unwrap_or_default();
        let (mut without_recipe, mut unmentioned) = (condition, condition);
        for rule in &rules {
            let here = self.make.and(condition, rule.guard);
            let given = self.make.rules.recipe(rule.recipe).given;
            let runs = self.make.and(here, given);
            self.follow(target, rule, here, runs);
            without_recipe = self.make.except(without_recipe, runs);
            unmentioned = self.make.except(unmentioned, here);
        }
        (without_recipe, unmentioned)
    }

    /// Needs a rule's prerequisites where it applies; runs its recipe where it has one.
    fn follow(&mut self, target: Text, rule: &Explicit, applies: Condition, runs: Condition) {
        self.prerequisites(&rule.prerequisites, applies);
        if !runs.is_false() {
            let rule = Explicit {
                guard: runs,
                ..rule.clone()
            };
            self.run(target, &rule);
        }
    }

    fn prerequisites(&mut self, prerequisites: &Prerequisites, within: Condition) {
        if within.is_false() {
            return;
        }
        for word in prerequisites.words.iter() {
            let here = self.make.and(word.guard, within);
            if !here.is_false() {
                self.need(word.text, here);
            }
        }
    }

    /// Whether the source tree has the file, here or through `VPATH`.
    pub(crate) fn exists(&mut self, file: Text) -> bool {
        let World { texts, inputs, .. } = &*self.make.world;
        let look = || inputs.tree.exists(crate::make::in_tree(texts.str(file)));
        *self.existing.entry(file).or_insert_with(look)
    }
}
