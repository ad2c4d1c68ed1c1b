// SPDX-License-Identifier: Apache-2.0
//! All configurations of a model at once: each symbol's value as gates over what a user
//! may decide, and clauses for what no user can have.
//!
//! This mirrors `sym_calc_value()` (scripts/kconfig/symbol.c) as the `kconfig` crate
//! evaluates it; the tests hold one against the other.

use std::rc::Rc;

use kconfig::expression::ExprId;
use kconfig::{Arena, ChoiceRules, Model, SymbolId, SymbolType};

use crate::circuit::{Circuit, Lit};
use crate::problem::Problem;

mod choice;
mod choice_members;
mod choice_mode;
mod clauses;
mod expression;
mod logical;
mod rule;
mod text;
mod value;
mod visible;
mod walk;

pub(crate) use clauses::Clauses;
pub use rule::{Rule, RuleKind};
pub(crate) use value::Value;

/// Gates for every value, and the clauses that hold among them.
#[derive(Debug)]
pub(crate) struct Encoding {
    pub(crate) circuit: Circuit,
    /// Of each bool, tristate and choice; n of anything else.
    pub(crate) values: Arena<SymbolId, Value>,
    /// Whether a user's value counts.
    pub(crate) visible: Arena<SymbolId, Lit>,
    /// Of each number and string that anything depends on.
    pub(crate) texts: Arena<SymbolId, Texts>,
    pub(crate) clauses: Clauses,
    /// The rules by the literals that switch them on; none unless rules are told apart.
    pub(crate) rules: Vec<(Lit, Rule)>,
}

/// Whether each rule of the model can be switched on and off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rules {
    /// They always hold, and values that follow from others are plain gates.
    Fixed,
    /// Every symbol is of its own, and each rule holds when its literal is true.
    Apart,
}

/// Encodes the model of `problem`.
pub(crate) fn encode(problem: &Problem<'_>, rules: Rules) -> Encoding {
    let mut encoder = Encoder::new(problem, rules);
    encoder.walk();
    encoder.finish()
}

/// The texts that a symbol may have, each with its condition; exactly one is true.
pub(crate) type Texts = Vec<(Rc<str>, Lit)>;

struct Encoder<'p> {
    model: &'p Model,
    problem: &'p Problem<'p>,
    circuit: Circuit,
    clauses: Clauses,
    values: Arena<SymbolId, Option<Value>>,
    /// The values of symbols that were asked for before they were known.
    forward: Vec<(SymbolId, Value)>,
    visible: Arena<SymbolId, Lit>,
    texts: Arena<SymbolId, Texts>,
    expressions: Vec<Option<Value>>,
    /// Whether each member of a choice is the one in force.
    chosen: Arena<SymbolId, Lit>,
    /// Whether the user says m of each member of a choice whose mode is m.
    as_module: Arena<SymbolId, Lit>,
    rules: rule::Guards,
}

impl<'p> Encoder<'p> {
    fn new(problem: &'p Problem<'p>, rules: Rules) -> Self {
        let model = problem.model;
        let mut encoder = Self {
            model,
            problem,
            circuit: Circuit::default(),
            clauses: Clauses::default(),
            values: Arena::default(),
            forward: Vec::new(),
            visible: Arena::default(),
            texts: Arena::default(),
            expressions: vec![None; model.expressions().len()],
            chosen: Arena::default(),
            as_module: Arena::default(),
            rules: rule::Guards::new(model, rules),
        };
        for _ in model.symbols() {
            encoder.values.push(None);
            encoder.visible.push(Lit::FALSE);
            encoder.texts.push(Vec::new());
            encoder.chosen.push(Lit::FALSE);
            encoder.as_module.push(Lit::FALSE);
        }
        for (symbol, value) in [
            (SymbolId::NO, Value::NO),
            (SymbolId::MODULE, Value::MODULE),
            (SymbolId::YES, Value::YES),
        ] {
            encoder.values[symbol] = Some(value);
        }
        encoder
    }

    fn finish(self) -> Encoding {
        let mut values = Arena::default();
        for (_, value) in self.values.iter() {
            values.push(value.unwrap_or(Value::NO));
        }
        Encoding {
            circuit: self.circuit,
            values,
            visible: self.visible,
            texts: self.texts,
            clauses: self.clauses,
            rules: self.rules.into_list(),
        }
    }

    fn is_classic(&self) -> bool {
        self.model.dialect().choice == ChoiceRules::Mode
    }

    fn kind(&self, symbol: SymbolId) -> SymbolType {
        self.model.symbol(symbol).kind
    }

    /// The value of a symbol; where it is not known yet, as in a circle, a new one that
    /// is tied to it later.
    fn value(&mut self, symbol: SymbolId) -> Value {
        if let Some(value) = self.values[symbol] {
            return value;
        }
        let value = match self.kind(symbol) {
            SymbolType::Bool | SymbolType::Tristate => self.fresh(symbol),
            _ => return Value::NO,
        };
        self.values[symbol] = Some(value);
        self.forward.push((symbol, value));
        value
    }

    /// A value without any restriction but that y is not n.
    fn fresh(&mut self, symbol: SymbolId) -> Value {
        let on = self.circuit.input();
        if self.kind(symbol) == SymbolType::Bool {
            return Value::plain(on);
        }
        let yes = self.circuit.input();
        self.clauses.add(&[!yes, on]);
        Value { on, yes }
    }

    /// The value that stands for `symbol`: what was given out before it was known, or else
    /// a fresh one.
    fn own(&mut self, symbol: SymbolId) -> Value {
        match self.values[symbol] {
            Some(value) => value,
            None => self.fresh(symbol),
        }
    }

    /// `symbol` has the value `value`, by `rule` where rules are told apart.
    fn define(&mut self, symbol: SymbolId, value: Value, rule: Rule) {
        let given_out = self.values[symbol].is_some();
        if !given_out && !self.rules.are_apart() {
            self.values[symbol] = Some(value);
            return;
        }
        let own = self.own(symbol);
        self.values[symbol] = Some(own);
        for (left, right) in [(own.on, value.on), (own.yes, value.yes)] {
            self.rule(rule, &[!left, right]);
            self.rule(rule, &[left, !right]);
        }
    }

    /// Adds a clause that belongs to `rule`.
    fn rule(&mut self, rule: Rule, clause: &[Lit]) {
        match self.rules.guard(rule, &mut self.circuit) {
            Some(guard) => {
                let mut guarded = clause.to_vec();
                guarded.push(!guard);
                self.clauses.add(&guarded);
            }
            None => self.clauses.add(clause),
        }
    }

    /// Whether there are modules: the symbol for them isn't n.
    fn modules(&mut self) -> Lit {
        self.value(self.model.modules()).on
    }

    fn truth(&self, expression: Option<ExprId>) -> Value {
        use kconfig::Index;
        let Some(id) = expression else {
            return Value::YES;
        };
        self.expressions[id.to_usize()].unwrap_or(Value::NO)
    }
}
