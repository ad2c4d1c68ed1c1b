// SPDX-License-Identifier: Apache-2.0
//! The search for pattern rules (GNU make 4.3, `pattern_search` in `src/implicit.c`).

use std::rc::Rc;

use super::Walk;
use crate::condition::Condition;
use crate::make::{Explicit, Prerequisites, Stem};
use crate::text::Text;

/// A pattern rule that matches, by its number.
struct Candidate {
    rule: usize,
    stem: Stem,
    /// Once it was tried.
    prerequisites: Option<Prerequisites>,
}

/// Longer chains of pattern rules are not searched.
const MAXIMUM_CHAIN: usize = 4;

impl Walk<'_, '_, '_> {
    /// What pattern rules become for a target; their guards exclude each other.
    pub(super) fn implicit(&mut self, target: Text) -> Rc<Vec<Explicit>> {
        if let Some(known) = self.found.get(&target) {
            return Rc::clone(known);
        }
        let found = Rc::new(self.search(target, &mut Vec::with_capacity(MAXIMUM_CHAIN)));
        self.found.insert(target, Rc::clone(&found));
        found
    }

    /// `chain` holds the rules in use: none is used twice.
    fn search(&mut self, target: Text, chain: &mut Vec<usize>) -> Vec<Explicit> {
        let mut candidates = self.candidates(target, chain);
        let mut open = Condition::TRUE;
        let mut found = Vec::new();
        for intermediate in [false, true] {
            for candidate in &mut candidates {
                if open.is_false() {
                    return found;
                }
                let rule = &self.make.rules.patterns[candidate.rule];
                let (recipe, guard) = (rule.recipe, rule.guard);
                let given = self.make.rules.recipe(recipe).given;
                let guard = self.make.and(guard, given);
                let mut condition = self.make.and(open, guard);
                if condition.is_false() {
                    continue;
                }
                let prerequisites = self.of_candidate(candidate);
                chain.push(candidate.rule);
                for word in prerequisites.words.iter() {
                    let missing = self.possible(word.text, intermediate, chain);
                    let missing = self.make.except(word.guard, missing);
                    condition = self.make.except(condition, missing);
                }
                chain.pop();
                if condition.is_false() {
                    continue;
                }
                open = self.make.except(open, condition);
                let stem = candidate.stem.text(&mut self.make.world.texts);
                found.push(Explicit {
                    guard: condition,
                    recipe,
                    prerequisites,
                    stem,
                });
            }
        }
        found
    }

    /// The rules whose target matches, those with the shortest stem first.
    fn candidates(&self, target: Text, chain: &[usize]) -> Vec<Candidate> {
        let texts = &self.make.world.texts;
        let name = texts.str(target);
        let base = name.rfind('/').map_or(0, |slash| slash + 1);
        let mut candidates = Vec::new();
        for (index, rule) in self.make.rules.patterns.iter().enumerate() {
            let mut stems = rule.targets.iter().filter_map(|(pattern, slash)| {
                let directory = if *slash { 0 } else { base };
                let place = pattern.stem(&name[directory..], texts)?;
                // A rule that matches anything makes no intermediate file, and no rule is
                // used twice in a chain.
                let anything = !chain.is_empty() && pattern.is_anything(texts);
                if place.is_empty() || anything || chain.contains(&index) {
                    return None;
                }
                Some(Stem {
                    name: target,
                    place: directory + place.start..directory + place.end,
                    directory,
                })
            });
            if let Some(stem) = stems.next() {
                candidates.push(Candidate {
                    rule: index,
                    stem,
                    prerequisites: None,
                });
            }
        }
        candidates.sort_by_key(|candidate| candidate.stem.directory + candidate.stem.place.len());
        candidates
    }

    fn of_candidate(&mut self, candidate: &mut Candidate) -> Prerequisites {
        if let Some(known) = &candidate.prerequisites {
            return known.clone();
        }
        let rule = &self.make.rules.patterns[candidate.rule];
        let prerequisites = rule.prerequisites.clone();
        let filled = self.make.filled(&prerequisites, &candidate.stem);
        candidate.prerequisites = Some(filled.clone());
        filled
    }

    /// When a prerequisite is there or can be made; through other pattern rules
    /// only when intermediate files are allowed.
    fn possible(&mut self, file: Text, intermediate: bool, chain: &mut Vec<usize>) -> Condition {
        if self.exists(file) || self.is_made_elsewhere(file) {
            return Condition::TRUE;
        }
        let mut possible = self
            .make
            .rules
            .phony
            .get(&file)
            .copied()
            .unwrap_or(Condition::FALSE);
        let guards: Vec<Condition> = self
            .make
            .rules
            .explicit
            .get(&file)
            .map(|rules| rules.iter().map(|rule| rule.guard).collect())
            .unwrap_or_default();
        for guard in guards {
            possible = self.make.or(possible, guard);
        }
        if intermediate && !possible.is_true() && chain.len() < MAXIMUM_CHAIN {
            for found in self.search(file, chain) {
                possible = self.make.or(possible, found.guard);
            }
        }
        possible
    }

    /// Programs of the build itself, and headers that `prepare` generates, are
    /// there before make descends; other directories make them.
    pub(super) fn is_made_elsewhere(&self, file: Text) -> bool {
        let path = self.make.world.texts.str(file);
        let path = path
            .strip_prefix(crate::world::OBJTREE)
            .map_or(path, |rest| rest.trim_start_matches('/'));
        [
            "scripts/",
            "tools/",
            "include/generated/",
            "include/config/",
        ]
        .iter()
        .any(|prefix| path.starts_with(prefix))
            || path.contains("/include/generated/")
    }
}
