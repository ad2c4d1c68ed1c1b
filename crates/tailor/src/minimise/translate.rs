// SPDX-License-Identifier: Apache-2.0
//! Presence conditions as the solver takes them.

use std::collections::HashMap;

use kbuild::condition::{Condition, Variable, View};
use kconfig::{Model, SymbolId};
use solver::{Formula, Problem};

use super::Unit;
use crate::kernel::Kernel;

/// A problem in the making, and the conditions translated already.
pub(super) struct Translator<'k> {
    kernel: &'k Kernel,
    pub(super) problem: Problem<'k>,
    known: HashMap<Condition, Formula>,
}

impl<'k> Translator<'k> {
    pub(super) fn new(kernel: &'k Kernel, problem: Problem<'k>) -> Self {
        Self {
            kernel,
            problem,
            known: HashMap::new(),
        }
    }

    pub(super) fn kernel_model(&self) -> &'k Model {
        &self.kernel.model
    }

    /// The file is compiled, into the kernel or into a module.
    pub(super) fn compiled(&mut self, unit: &Unit) -> Formula {
        let mut any = Formula::FALSE;
        for condition in unit.conditions() {
            let one = self.condition(condition);
            any = self.problem.formulas.or(any, one);
        }
        any
    }

    /// The symbol is y or m; `None` when there is no such bool or tristate.
    pub(super) fn on(&mut self, symbol: &str) -> Option<Formula> {
        let id = self.logical(symbol)?;
        Some(self.problem.formulas.on(id))
    }

    pub(super) fn logical(&self, name: &str) -> Option<SymbolId> {
        let id = self.kernel.model.find(name)?;
        let symbol = self.kernel.model.symbol(id);
        (symbol.kind.is_logical() && !symbol.is_constant).then_some(id)
    }

    pub(super) fn condition(&mut self, condition: Condition) -> Formula {
        if let Some(known) = self.known.get(&condition) {
            return *known;
        }
        let kernel = self.kernel;
        let formula = match kernel.presence.conditions.view(condition) {
            View::Never => Formula::FALSE,
            View::Always => Formula::TRUE,
            View::Test(variable, branches) => self.test(variable, branches),
        };
        self.known.insert(condition, formula);
        formula
    }

    fn test(&mut self, variable: &Variable, [no, module, yes]: [Condition; 3]) -> Formula {
        match variable {
            Variable::Symbol { name, tristate } => {
                let no = self.condition(no);
                let Some(symbol) = self.logical(name) else {
                    return no;
                };
                let mut on = self.condition(yes);
                if *tristate {
                    let module = self.condition(module);
                    let is_yes = self.problem.formulas.yes(symbol);
                    on = self.problem.formulas.choose(is_yes, on, module);
                }
                let is_on = self.problem.formulas.on(symbol);
                self.problem.formulas.choose(is_on, on, no)
            }
            // Numbers and strings keep the value of the replaced kernel.
            Variable::Equals { name, value } => {
                let id = self.kernel.model.find(name);
                let text = id.and_then(|id| self.problem.baseline().text(id));
                let holds = text.unwrap_or_default() == value;
                self.condition(if holds { yes } else { no })
            }
            Variable::Answers { .. } => self.condition(no),
        }
    }
}
