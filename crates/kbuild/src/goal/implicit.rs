// SPDX-License-Identifier: Apache-2.0
//! The search for pattern rules (GNU make 4.3, `pattern_search` in `src/implicit.c`).

use std::rc::Rc;

use super::Walk;
use crate::condition::Condition;
use crate::make::{Explicit, Prerequisites};
use crate::text::Text;

/// A pattern rule that matches: its number, the directory kept, and the stem.
struct Candidate<'n> {
    rule: usize,
    directory: &'n str,
    stem: &'n str,
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
        let found = Rc::new(self.search(target, &mut Vec::new()));
        self.found.insert(target, Rc::clone(&found));
        found
    }

    /// `chain` holds the rules in use: none is used twice.
    fn search(&mut self, target: Text, chain: &mut Vec<usize>) -> Vec<Explicit> {
        let name = self.make.world.texts.get(target);
        let mut candidates = self.candidates(&name, chain);
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
                let stem = self.make.intern(candidate.stem);
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
    fn candidates<'n>(&self, name: &'n str, chain: &[usize]) -> Vec<Candidate<'n>> {
        let base = name.rfind('/').map_or(0, |slash| slash + 1);
        let (directory, base) = name.split_at(base);
        let mut candidates = Vec::new();
        for (index, rule) in self.make.rules.patterns.iter().enumerate() {
            if chain.contains(&index) {
                continue;
            }
            let mut targets = rule.targets.iter().filter_map(|pattern| {
                let (directory, name) = if pattern.has_slash() {
                    ("", name)
                } else {
                    (directory, base)
                };
                // A rule that matches anything makes no intermediate file.
                if pattern.as_str() == "%" && !chain.is_empty() {
                    return None;
                }
                let stem = pattern.stem(name).filter(|stem| !stem.is_empty())?;
                Some((directory, stem))
            });
            if let Some((directory, stem)) = targets.next() {
                candidates.push(Candidate {
                    rule: index,
                    directory,
                    stem,
                    prerequisites: None,
                });
            }
        }
        candidates.sort_by_key(|candidate| candidate.directory.len() + candidate.stem.len());
        candidates
    }

    fn of_candidate(&mut self, candidate: &mut Candidate<'_>) -> Prerequisites {
        if let Some(known) = &candidate.prerequisites {
            return known.clone();
        }
        let filled = self.filled(candidate);
        candidate.prerequisites = Some(filled.clone());
        filled
    }

    fn filled(&mut self, candidate: &Candidate<'_>) -> Prerequisites {
        let prerequisites = &self.make.rules.patterns[candidate.rule].prerequisites;
        let prerequisites = prerequisites.clone();
        let mut filled = self.make.filled(&prerequisites, candidate.stem);
        if candidate.directory.is_empty() {
            return filled;
        }
        let words = Rc::make_mut(&mut filled.words);
        for (word, original) in words.iter_mut().zip(prerequisites.words.iter()) {
            if word.text != original.text {
                word.text = self.make.world.texts.compose(|texts, out| {
                    out.extend([candidate.directory, texts.str(word.text)]);
                });
            }
        }
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
