// SPDX-License-Identifier: Apache-2.0
//! Executing statements under conditions.

use std::rc::Rc;

use super::Make;
use crate::condition::Condition;
use crate::diagnostic::{Error, Place};
use crate::language::statement::{Branch, Kind};
use crate::language::{Assignment, Expression, Statement, Test};
use crate::value::Value;
use crate::world::{Makefile, SRCTREE};

/// Includes nested deeper than this are a cycle of changing names.
const MAXIMUM_INCLUDES: usize = 50;

impl Make<'_, '_> {
    /// Reads and executes a Makefile of the tree.
    pub fn include(&mut self, path: &str, within: Condition) -> Result<(), Error> {
        let from = self.place.clone();
        let makefile = self.world.makefile(path, &from)?;
        if self.including.contains(&makefile.path) || self.including.len() > MAXIMUM_INCLUDES {
            return Err(Error::CyclicInclude {
                place: from,
                path: path.to_owned(),
            });
        }
        self.including.push(Rc::clone(&makefile.path));
        let result = self.run(&makefile, within);
        self.including.pop();
        self.place = from;
        result
    }

    fn run(&mut self, makefile: &Makefile, within: Condition) -> Result<(), Error> {
        let file = Rc::clone(&makefile.path);
        self.block(&makefile.statements, &file, within)
    }

    fn block(
        &mut self,
        statements: &[Statement],
        file: &Rc<str>,
        within: Condition,
    ) -> Result<(), Error> {
        for statement in statements {
            self.place = Place {
                file: Rc::clone(file),
                line: statement.line,
            };
            match &statement.kind {
                Kind::Assign(assignment) => self.assignment(assignment, within),
                Kind::Rule { head, recipe } => self.rule(head, recipe.as_ref(), within),
                Kind::Recipe(line) => self.recipe_line(line, within),
                Kind::Conditional(branches) => self.conditional(branches, file, within)?,
                Kind::Include { files, optional } => self.includes(files, *optional, within)?,
                Kind::Export(names) => self.exports(names.as_ref(), within),
                Kind::Undefine(name) => {
                    for word in self.words_of(name, within) {
                        let here = self.and(word.guard, within);
                        self.undefine(word.text, here);
                    }
                }
                Kind::TargetVariable {
                    targets,
                    name,
                    private,
                } => {
                    if !private && self.world.texts.str(*name) == "part-of-module" {
                        self.inherit(targets, within);
                    }
                }
                Kind::Nothing => {}
            }
        }
        Ok(())
    }

    fn assignment(&mut self, assignment: &Assignment, within: Condition) {
        if let Some(name) = assignment.name.as_literal() {
            self.assign(name, within, assignment);
            if assignment.exported {
                self.export(name);
            }
            return;
        }
        let name = self.expand(&assignment.name, within);
        for (guard, name) in self.alternatives(&name, within) {
            let name = self.world.texts.trim(name);
            self.assign(name, guard, assignment);
            if assignment.exported {
                self.export(name);
            }
        }
    }

    fn exports(&mut self, names: Option<&Rc<Expression>>, within: Condition) {
        let Some(names) = names else {
            self.report("everything is exported");
            return;
        };
        for word in self.words_of(names, within) {
            self.export(word.text);
        }
    }

    fn includes(
        &mut self,
        files: &Expression,
        optional: bool,
        within: Condition,
    ) -> Result<(), Error> {
        for word in self.words_of(files, within) {
            let path = self.world.texts.get(word.text);
            let here = self.and(word.guard, within);
            // Includes are searched in the output directory, then in the tree
            // (`--include-dir` of the top Makefile). The former is empty but for
            // what Kconfig wrote, whose symbols are known by other means: what
            // an earlier build left in the tree says nothing about this one.
            let inside = path
                .strip_prefix(SRCTREE)
                .map_or(&*path, |rest| rest.trim_start_matches('/'));
            let Some(inside) = crate::tree::normalize(inside) else {
                self.report(format!("include of {path}, outside of the tree"));
                continue;
            };
            if inside.starts_with("include/config/") {
                continue;
            }
            if self.world.inputs.tree.exists(&inside) {
                self.include(&inside, here)?;
            } else if !optional {
                self.report(format!("include of {inside}, which does not exist"));
            }
        }
        Ok(())
    }

    fn conditional(
        &mut self,
        branches: &[Branch],
        file: &Rc<str>,
        within: Condition,
    ) -> Result<(), Error> {
        let mut open = within;
        let last = branches.len().saturating_sub(1);
        for (index, branch) in branches.iter().enumerate() {
            if open.is_false() {
                break;
            }
            self.place.line = branch.line;
            let holds = self.test(&branch.test, open);
            let here = self.and(open, holds);
            if !here.is_false() {
                self.block(&branch.body, file, here)?;
            }
            // The rest of a long condition is computed only where it is needed.
            if index < last {
                open = self.except(open, holds);
            }
        }
        Ok(())
    }

    fn test(&mut self, test: &Test, within: Condition) -> Condition {
        match test {
            Test::Otherwise => within,
            Test::Defined { name, negated } => {
                let name = self.expand(name, within);
                let mut defined = Condition::FALSE;
                for (guard, name) in self.alternatives(&name, within) {
                    let name = self.world.texts.trim(name);
                    let here = self.defined(name, guard);
                    let here = self.and(here, guard);
                    defined = self.or(defined, here);
                }
                self.negate(defined, *negated, within)
            }
            Test::Equal {
                left,
                right,
                negated,
            } => self.equality((left, right), *negated, within),
        }
    }

    fn negate(&mut self, condition: Condition, negated: bool, within: Condition) -> Condition {
        if negated {
            self.except(within, condition)
        } else {
            self.and(within, condition)
        }
    }

    /// When two texts are equal, or when they are not.
    fn equality(
        &mut self,
        (left, right): (&Expression, &Expression),
        negated: bool,
        within: Condition,
    ) -> Condition {
        let (left, right) = (self.expand(left, within), self.expand(right, within));
        for (one, other) in [(&left, &right), (&right, &left)] {
            if one.is_empty() {
                let nonempty = self.nonempty(other, within);
                return self.negate(nonempty, !negated, within);
            }
        }
        let right = self.alternatives(&right, within);
        let mut equal = Condition::FALSE;
        for (guard, left) in self.alternatives(&left, within) {
            for (other, right) in &right {
                let same = self.world.equal(left, *right);
                if same.is_false() {
                    continue;
                }
                let here = self.and(guard, *other);
                let here = self.and(here, same);
                equal = self.or(equal, here);
            }
        }
        self.negate(equal, negated, within)
    }

    /// Executes a text as `$(eval ...)` does. One line that is a rule needs no
    /// enumeration of its spellings.
    pub(super) fn evaluate_text(&mut self, value: &Value, within: Condition) {
        if self.is_one_rule(value) {
            return self.rule_from(value, None, within);
        }
        let place = self.place.clone();
        for (guard, text) in self.alternatives(value, within) {
            let statements = self.world.snippet(text, &place);
            let file = Rc::clone(&place.file);
            if let Err(error) = self.block(&statements, &file, guard) {
                self.report(error.to_string());
            }
            self.place = place.clone();
        }
    }

    fn is_one_rule(&self, value: &Value) -> bool {
        let mut colon = false;
        for item in &value.items {
            if let crate::value::Item::Text(_, text) = item {
                let text = self.world.texts.str(*text);
                if text.contains(['\n', '=', ';', '\t']) {
                    return false;
                }
                colon |= text.contains(':');
            }
        }
        colon
    }
}
