// SPDX-License-Identifier: Apache-2.0
//! Hardening rules as the solver takes them.

use kconfig::Tristate;
use solver::Formula;

use super::translate::Translator;
use crate::floor::{Alternative, Atom, Comparison, Rules};

/// The rule is passed; `None` when no rule has this id.
pub(super) fn rule(translator: &mut Translator<'_>, rules: &Rules, id: &str) -> Option<Formula> {
    let rule = rules.rules.iter().find(|rule| rule.id == id)?;
    Some(any(translator, &rule.alternatives))
}

/// The symbol is on, or what it protects is gone.
pub(super) fn protection(
    translator: &mut Translator<'_>,
    (rules, arch): (&Rules, &str),
    symbol: &str,
) -> Option<Formula> {
    let keep = rules.keep_of(symbol, arch)?;
    let on = translator.on(symbol)?;
    let gone = any(translator, &keep.unless);
    Some(translator.problem.formulas.or(on, gone))
}

fn any(translator: &mut Translator<'_>, alternatives: &[Alternative]) -> Formula {
    let mut any = Formula::FALSE;
    for alternative in alternatives {
        let mut all = Formula::TRUE;
        for atom in alternative {
            let one = self::atom(translator, atom);
            all = translator.problem.formulas.and(all, one);
        }
        any = translator.problem.formulas.or(any, all);
    }
    any
}

fn atom(translator: &mut Translator<'_>, atom: &Atom) -> Formula {
    let Some(symbol) = translator.logical(&atom.symbol) else {
        return number(translator, atom);
    };
    let formulas = &mut translator.problem.formulas;
    match &atom.comparison {
        Comparison::Off => !formulas.on(symbol),
        Comparison::Is(value) => match Tristate::parse(value) {
            Some(value) => formulas.equals(symbol, value),
            None => Formula::FALSE,
        },
        Comparison::IsNot(value) => match Tristate::parse(value) {
            Some(value) => !formulas.equals(symbol, value),
            None => Formula::TRUE,
        },
        _ => Formula::FALSE,
    }
}

/// Numbers and strings keep the replaced kernel's value.
fn number(translator: &Translator<'_>, atom: &Atom) -> Formula {
    let id = translator.kernel_model().find(&atom.symbol);
    let text = id.and_then(|id| translator.problem.baseline().text(id));
    if atom.holds(&|_| text.map(str::to_owned)) {
        Formula::TRUE
    } else {
        Formula::FALSE
    }
}
