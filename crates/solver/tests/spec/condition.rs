// SPDX-License-Identifier: Apache-2.0
//! Conditions as cases write them: `A`, `A=m`, `N="5"`, `!`, `&&`, `||` and parentheses.

use kconfig::Tristate;
use solver::{Formula, Problem};

/// The condition that `text` states.
pub(crate) fn read(problem: &mut Problem<'_>, text: &str) -> Result<Formula, String> {
    let mut reader = Reader {
        problem,
        rest: text,
    };
    let formula = reader.alternatives()?;
    match reader.rest.trim() {
        "" => Ok(formula),
        rest => Err(format!("{text}: what is '{rest}'?")),
    }
}

struct Reader<'r, 'm, 't> {
    problem: &'r mut Problem<'m>,
    rest: &'t str,
}

impl<'t> Reader<'_, '_, 't> {
    fn accept(&mut self, sign: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(sign);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn alternatives(&mut self) -> Result<Formula, String> {
        let mut formula = self.conjunction()?;
        while self.accept("||") {
            let other = self.conjunction()?;
            formula = self.problem.formulas.or(formula, other);
        }
        Ok(formula)
    }

    fn conjunction(&mut self) -> Result<Formula, String> {
        let mut formula = self.operand()?;
        while self.accept("&&") {
            let other = self.operand()?;
            formula = self.problem.formulas.and(formula, other);
        }
        Ok(formula)
    }

    fn operand(&mut self) -> Result<Formula, String> {
        if self.accept("!") {
            return Ok(!self.operand()?);
        }
        if self.accept("(") {
            let formula = self.alternatives()?;
            let is_closed = self.accept(")");
            return is_closed
                .then_some(formula)
                .ok_or(format!("no ) before '{}'", self.rest));
        }
        let name = self.word();
        let symbol = self.problem.model().find(name);
        let symbol = symbol.ok_or(format!("no symbol '{name}'"))?;
        if !self.accept("=") {
            return Ok(self.problem.formulas.on(symbol));
        }
        if self.accept("\"") {
            let (text, rest) = self.rest.split_once('"').ok_or("no closing quote")?;
            self.rest = rest;
            return Ok(self.problem.formulas.text(symbol, text));
        }
        let word = self.word();
        let value = Tristate::parse(word).ok_or(format!("no value '{word}'"))?;
        Ok(self.problem.formulas.equals(symbol, value))
    }

    fn word(&mut self) -> &'t str {
        let text = self.rest.trim_start();
        let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
        let end = text
            .find(|character| !is_part(character))
            .unwrap_or(text.len());
        self.rest = &text[end..];
        &text[..end]
    }
}
