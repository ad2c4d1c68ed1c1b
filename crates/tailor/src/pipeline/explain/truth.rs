// SPDX-License-Identifier: Apache-2.0
//! Expressions under a configuration in which one symbol is n.

use kconfig::expression::{Connective, ExprId, Expression};
use kconfig::{Configuration, SymbolId, Tristate, comparison};

/// The values of a calculated configuration.
#[derive(Clone, Copy)]
pub(in crate::pipeline) struct Truth<'c, 'm>(pub(in crate::pipeline) &'c Configuration<'m>);

impl Truth<'_, '_> {
    /// The value of an expression; nothing is always true.
    pub(in crate::pipeline) fn of(self, id: Option<ExprId>) -> Tristate {
        self.without(id, SymbolId::NO)
    }

    /// The same when `off` is n and nothing else changes.
    pub(super) fn without(self, id: Option<ExprId>, off: SymbolId) -> Tristate {
        let Some(id) = id else {
            return Tristate::Yes;
        };
        let of = |id| self.without(Some(id), off);
        match self.0.model().expressions().get(id) {
            Expression::Symbol(symbol) => self.value(symbol, off),
            Expression::Not(operand) => not(of(operand)),
            Expression::Join(Connective::And, left, right) => of(left).min(of(right)),
            Expression::Join(Connective::Or, left, right) => of(left).max(of(right)),
            Expression::Compare(relation, left, right) => {
                let (one, other) = (self.text(left, off), self.text(right, off));
                let kind = |symbol| self.0.model().symbol(symbol).kind;
                let order = comparison::compare((kind(left), &one), (kind(right), &other));
                Tristate::from(relation.holds(order))
            }
            Expression::Range(..) => Tristate::No,
        }
    }

    /// The symbols that are on and without each of which the expression is n, which it is not.
    pub(super) fn pillars(self, id: Option<ExprId>) -> Vec<SymbolId> {
        let Some(expression) = id.filter(|_| self.of(id) != Tristate::No) else {
            return Vec::new();
        };
        let mut symbols = self.0.model().expressions().symbols(expression);
        symbols.sort_unstable();
        symbols.dedup();
        symbols.retain(|symbol| {
            !self.0.model().symbol(*symbol).is_constant
                && self.0.tristate(*symbol) != Tristate::No
                && self.without(id, *symbol) == Tristate::No
        });
        symbols
    }

    fn value(self, symbol: SymbolId, off: SymbolId) -> Tristate {
        if symbol == off {
            return Tristate::No;
        }
        self.0.tristate(symbol)
    }

    fn text(self, symbol: SymbolId, off: SymbolId) -> String {
        let declared = self.0.model().symbol(symbol);
        if declared.kind.is_logical() {
            return self.value(symbol, off).to_string();
        }
        match &declared.name {
            Some(name) if declared.is_constant || declared.menus.is_empty() => name.to_string(),
            _ => self.0.string_value(symbol).to_string(),
        }
    }
}

fn not(value: Tristate) -> Tristate {
    match value {
        Tristate::No => Tristate::Yes,
        Tristate::Module => Tristate::Module,
        Tristate::Yes => Tristate::No,
    }
}
