// SPDX-License-Identifier: Apache-2.0
//! What is asked of the solver: a model and its baseline, requirements, and costs.

use kconfig::{Arena, Model, SymbolId, SymbolType, Tristate};

use crate::baseline::Baseline;
use crate::formula::{Formula, Formulas};

/// A requirement of one [`Problem`], counted from zero in the order of [`Problem::require`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequirementId(pub usize);

/// A condition that costs something when it is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charge {
    pub condition: Formula,
    pub weight: u64,
}

/// Requirements to be met at the least cost.
#[derive(Clone, Debug)]
pub struct Problem<'m> {
    pub(crate) model: &'m Model,
    pub(crate) baseline: Baseline,
    /// Whether a user's value may be other than n.
    pub(crate) free: Arena<SymbolId, bool>,
    /// The store of all conditions below.
    pub formulas: Formulas,
    pub(crate) requirements: Vec<Formula>,
    pub(crate) levels: Vec<Vec<Charge>>,
}

impl<'m> Problem<'m> {
    /// Nothing is required yet. Symbols that are n in the baseline are not switched on
    /// by a user's value, but may follow from others.
    pub fn new(model: &'m Model, baseline: Baseline) -> Self {
        let mut free = Arena::default();
        for (symbol, _) in model.symbols() {
            free.push(baseline.tristate(symbol) != Tristate::No);
        }
        Self {
            model,
            baseline,
            free,
            formulas: Formulas::default(),
            requirements: Vec::new(),
            levels: Vec::new(),
        }
    }

    pub fn model(&self) -> &'m Model {
        self.model
    }

    pub fn baseline(&self) -> &Baseline {
        &self.baseline
    }

    /// `symbol` may be given any value, though it is n in the baseline.
    pub fn allow(&mut self, symbol: SymbolId) {
        self.free[symbol] = true;
    }

    /// Whether a user may decide about `symbol`. Where a choice may be n or m (before
    /// 6.11), its mode is read off its members, none of which can be left alone then.
    pub fn is_open(&self, symbol: SymbolId) -> bool {
        let choice = self.model.symbol(symbol).member_of;
        let by_mode = choice.is_some_and(|choice| {
            let choice = self.model.symbol(choice);
            choice.is_optional || choice.kind == SymbolType::Tristate
        });
        by_mode || self.free[symbol]
    }

    /// `condition` has to be true.
    pub fn require(&mut self, condition: Formula) -> RequirementId {
        self.requirements.push(condition);
        RequirementId(self.requirements.len() - 1)
    }

    /// All requirements in the order in which they were stated.
    pub fn requirements(&self) -> impl Iterator<Item = RequirementId> + use<> {
        (0..self.requirements.len()).map(RequirementId)
    }

    pub fn requirement(&self, id: RequirementId) -> Formula {
        self.requirements[id.0]
    }

    /// `condition` being true costs `weight` on that level: no saving on a later level
    /// makes up for any cost on an earlier one.
    pub fn charge(&mut self, level: usize, condition: Formula, weight: u64) {
        if self.levels.len() <= level {
            self.levels.resize_with(level + 1, Vec::new);
        }
        self.levels[level].push(Charge { condition, weight });
    }

    /// The costs by level, in the order in which they were stated.
    pub fn levels(&self) -> &[Vec<Charge>] {
        &self.levels
    }

    /// Any value other than the baseline's costs `weight` on that level: once for a bool,
    /// once for each step between n, m and y for a tristate.
    pub fn keep(&mut self, level: usize, symbol: SymbolId, weight: u64) {
        let value = self.baseline.tristate(symbol);
        let (on, yes) = (self.formulas.on(symbol), self.formulas.yes(symbol));
        let off = if value >= Tristate::Module { !on } else { on };
        self.charge(level, off, weight);
        if self.model.symbol(symbol).kind == SymbolType::Tristate {
            let other = if value == Tristate::Yes { !yes } else { yes };
            self.charge(level, other, weight);
        }
    }
}
