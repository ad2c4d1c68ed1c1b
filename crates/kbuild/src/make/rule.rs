// SPDX-License-Identifier: Apache-2.0
//! Rules: which targets need which prerequisites, when, and by which recipe.

mod line;

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::{Make, Pattern, Stem};
use crate::condition::Condition;
use crate::diagnostic::Place;
use crate::few::Few;
use crate::language::Expression;
use crate::text::Text;
use crate::value::{Value, Word};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RecipeId(usize);

/// The lines of a recipe and when they are part of it.
#[derive(Clone, Debug)]
pub struct Recipe {
    pub place: Place,
    pub lines: Vec<(Condition, Rc<Expression>)>,
    /// Written, be it empty: then no pattern rule is looked for.
    pub given: Condition,
}

/// The words right of the colon; `ordinary` of them stand left of a `|`.
#[derive(Clone, Debug, Default)]
pub struct Prerequisites {
    pub words: Rc<Vec<Word>>,
    pub ordinary: usize,
}

impl Prerequisites {
    /// Those that `$<` and `$^` speak of.
    pub fn ordinary(&self) -> &[Word] {
        self.words.get(..self.ordinary).unwrap_or(&self.words)
    }
}

/// An explicit rule, or one target of a static pattern rule.
#[derive(Clone, Debug)]
pub struct Explicit {
    pub guard: Condition,
    pub prerequisites: Prerequisites,
    pub recipe: RecipeId,
    pub stem: Text,
}

#[derive(Clone, Debug)]
pub struct PatternRule {
    pub guard: Condition,
    /// Without leading `./`, each with whether it names a directory.
    pub targets: Vec<(Pattern, bool)>,
    pub prerequisites: Prerequisites,
    pub recipe: RecipeId,
}

#[derive(Debug, Default)]
pub struct Rules {
    pub explicit: FxHashMap<Text, Vec<Explicit>>,
    pub patterns: Vec<PatternRule>,
    pub phony: FxHashMap<Text, Condition>,
    /// Targets that say `part-of-module := y` for all that they need, as
    /// `$(multi-obj-m)` does in `scripts/Makefile.build` up to 6.1.
    pub module_like: FxHashMap<Text, Condition>,
    recipes: Vec<Recipe>,
}

impl Rules {
    pub fn recipe(&self, id: RecipeId) -> &Recipe {
        &self.recipes[id.0]
    }
}

impl Make<'_, '_> {
    /// Executes a rule line. What expands to nothing is no rule.
    pub(super) fn rule(
        &mut self,
        head: &Expression,
        recipe: Option<&Rc<Expression>>,
        within: Condition,
    ) {
        let value = self.expand(head, within);
        self.rule_from(&value, recipe, within);
    }

    /// Adds the rule that a value spells.
    pub(super) fn rule_from(
        &mut self,
        value: &Value,
        recipe: Option<&Rc<Expression>>,
        within: Condition,
    ) {
        let recipe_id = RecipeId(self.rules.recipes.len());
        let given = if recipe.is_some() {
            within
        } else {
            Condition::FALSE
        };
        let lines = recipe
            .map(|line| vec![(within, Rc::clone(line))])
            .unwrap_or_default();
        let place = self.place.clone();
        self.rules.recipes.push(Recipe {
            place,
            lines,
            given,
        });
        let Some(line) = self.line(value, within) else {
            return self.odd_rule(value, recipe, within);
        };
        if line.targets.is_empty() {
            return;
        }
        let rule = Explicit {
            guard: within,
            prerequisites: self.prerequisites(line.prerequisites),
            recipe: recipe_id,
            stem: Text::EMPTY,
        };
        match line.patterns {
            Some(patterns) => self.static_pattern(&line.targets, &patterns, &rule),
            None => self.plain_rule(&line.targets, &rule),
        }
    }

    /// Notes targets whose prerequisites are compiled as part of a module.
    pub(super) fn inherit(&mut self, targets: &Expression, within: Condition) {
        for word in self.words_of(targets, within) {
            let file = self.file(word.text);
            let guard = self
                .rules
                .module_like
                .entry(file)
                .or_insert(Condition::FALSE);
            *guard = self.world.conditions.or(*guard, word.guard);
        }
    }

    /// Adds a line to the recipe of the last rule.
    pub(super) fn recipe_line(&mut self, line: &Rc<Expression>, within: Condition) {
        if let Some(recipe) = self.rules.recipes.last_mut() {
            recipe.lines.push((within, Rc::clone(line)));
            recipe.given = self.world.conditions.or(recipe.given, within);
        }
    }

    /// A rule whose colon is there in some configurations only.
    fn odd_rule(&mut self, value: &Value, recipe: Option<&Rc<Expression>>, within: Condition) {
        let words = self.words(value, within);
        let colon = words
            .iter()
            .any(|word| self.world.texts.str(word.text).contains(':'));
        if !colon {
            let unknown = words.iter().any(|word| self.world.is_unknown(word.text));
            if !words.is_empty() && !unknown {
                self.report("a line that is neither rule nor assignment");
            }
            return;
        }
        for (guard, text) in self.alternatives(value, within) {
            if self.world.texts.str(text).contains(':') {
                self.rule_from(&Value::text(text), recipe, guard);
            }
        }
    }

    fn prerequisites(&mut self, words: Few<Word>) -> Prerequisites {
        let mut words = Vec::from(words);
        let bar = words
            .iter()
            .position(|word| self.world.texts.str(word.text) == "|");
        if let Some(bar) = bar {
            words.remove(bar);
        }
        for word in &mut words {
            word.text = self.file(word.text);
        }
        Prerequisites {
            ordinary: bar.unwrap_or(words.len()),
            words: Rc::new(words),
        }
    }

    /// The name of a file as make keeps it: without leading `./`.
    pub fn file(&mut self, text: Text) -> Text {
        let content = self.world.texts.str(text);
        let mut short = content;
        while let Some(rest) = short
            .strip_prefix("./")
            .map(|rest| rest.trim_start_matches('/'))
        {
            if rest.is_empty() {
                break;
            }
            short = rest;
        }
        let place = content.len() - short.len()..content.len();
        self.world.texts.part(text, place)
    }

    fn plain_rule(&mut self, targets: &[Word], rule: &Explicit) {
        let mut patterns = Vec::new();
        for word in targets {
            if self.world.texts.has_percent(word.text) {
                let target = self.file(word.text);
                let pattern = Pattern::new(target, &self.world.texts);
                patterns.push((pattern, self.world.texts.str(target).contains('/')));
            }
        }
        if !patterns.is_empty() {
            let guards = targets.iter().map(|word| word.guard);
            let guard = guards.fold(rule.guard, |all, guard| {
                self.world.conditions.and(all, guard)
            });
            let prerequisites = rule.prerequisites.clone();
            let recipe = rule.recipe;
            self.rules.patterns.push(PatternRule {
                guard,
                targets: patterns,
                prerequisites,
                recipe,
            });
            return;
        }
        for word in targets {
            let guard = self.and(word.guard, rule.guard);
            if self.world.texts.str(word.text) == ".PHONY" {
                self.phony(&rule.prerequisites, guard);
                continue;
            }
            let target = self.file(word.text);
            let rule = Explicit {
                guard,
                ..rule.clone()
            };
            self.rules.explicit.entry(target).or_default().push(rule);
        }
    }

    fn phony(&mut self, prerequisites: &Prerequisites, guard: Condition) {
        for word in prerequisites.words.iter() {
            let here = self.world.conditions.and(guard, word.guard);
            let phony = self
                .rules
                .phony
                .entry(word.text)
                .or_insert(Condition::FALSE);
            *phony = self.world.conditions.or(*phony, here);
        }
    }

    fn static_pattern(&mut self, targets: &[Word], patterns: &[Word], rule: &Explicit) {
        let patterns: Vec<(Condition, Pattern)> = patterns
            .iter()
            .map(|word| {
                let pattern = self.file(word.text);
                (word.guard, Pattern::new(pattern, &self.world.texts))
            })
            .collect();
        for target in targets {
            let file = self.file(target.text);
            for &(matches, pattern) in &patterns {
                let guard = self.and(target.guard, matches);
                let guard = self.and(guard, rule.guard);
                let stem = Stem::of(file, pattern, &self.world.texts);
                let Some(stem) = stem.filter(|_| !guard.is_false()) else {
                    continue;
                };
                let prerequisites = self.filled(&rule.prerequisites, &stem);
                let stem = stem.text(&mut self.world.texts);
                let rule = Explicit {
                    guard,
                    prerequisites,
                    recipe: rule.recipe,
                    stem,
                };
                self.rules.explicit.entry(file).or_default().push(rule);
            }
        }
    }

    /// Prerequisites with `%` replaced by a stem.
    pub fn filled(&mut self, prerequisites: &Prerequisites, stem: &Stem) -> Prerequisites {
        let mut words = prerequisites.words.as_ref().clone();
        for word in &mut words {
            word.text = stem.fill(word.text, &mut self.world.texts);
        }
        Prerequisites {
            words: Rc::new(words),
            ordinary: prerequisites.ordinary,
        }
    }
}
