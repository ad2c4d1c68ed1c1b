// SPDX-License-Identifier: Apache-2.0
//! From gates to clauses: only what is used is loaded, and chains of conjunctions that
//! nobody else needs become one.

use super::{Sat, SatLit};
use crate::circuit::{Circuit, Gate, Lit};

/// The gates of one circuit that a solver knows.
pub(crate) struct Loaded {
    lits: Vec<Option<SatLit>>,
    /// How often each gate is used by what was announced.
    uses: Vec<u32>,
}

impl Loaded {
    /// Nothing is loaded. `roots` are all literals that will be: they tell what is used
    /// only once.
    pub(crate) fn new(circuit: &Circuit, roots: impl IntoIterator<Item = Lit>) -> Self {
        let mut uses = vec![0; circuit.len()];
        for root in roots {
            uses[root.gate()] += 1;
        }
        for index in (0..circuit.len()).rev().filter(|index| *index > 0) {
            if uses[index] > 0 {
                for operand in circuit.gate(index).operands() {
                    uses[operand.gate()] += 1;
                }
            }
        }
        Self {
            lits: vec![None; circuit.len()],
            uses,
        }
    }

    /// The literal of the solver for a gate, if it has one.
    pub(crate) fn known_gate(&self, index: usize) -> Option<SatLit> {
        self.lits[index]
    }

    fn known(&self, lit: Lit) -> Option<SatLit> {
        let known = self.lits[lit.gate()]?;
        Some(if lit.is_negated() { !known } else { known })
    }

    /// Makes `lit` true in every solution.
    pub(crate) fn assert(&mut self, circuit: &Circuit, sat: &mut Sat, lit: Lit) {
        let mut waiting = vec![lit];
        while let Some(lit) = waiting.pop() {
            match circuit.gate(lit.gate()) {
                Gate::And(a, b) if !lit.is_negated() => waiting.extend([a, b]),
                _ => self.clause(circuit, sat, &[lit]),
            }
        }
    }

    /// Adds a clause.
    pub(crate) fn clause(&mut self, circuit: &Circuit, sat: &mut Sat, clause: &[Lit]) {
        let mut waiting = clause.to_vec();
        let mut open = Vec::new();
        while let Some(lit) = waiting.pop() {
            match circuit.gate(lit.gate()) {
                Gate::False if lit == Lit::TRUE => return,
                Gate::False => {}
                Gate::And(a, b) if lit.is_negated() && self.is_absorbed(lit) => {
                    waiting.extend([!a, !b]);
                }
                _ => open.push(self.lit(circuit, sat, lit)),
            }
        }
        sat.clause(&mut open);
    }

    /// Whether a gate is used just once and not yet of its own.
    fn is_absorbed(&self, lit: Lit) -> bool {
        self.uses[lit.gate()] <= 1 && self.lits[lit.gate()].is_none()
    }

    /// The solver's literal, with all gates below it.
    pub(crate) fn lit(&mut self, circuit: &Circuit, sat: &mut Sat, lit: Lit) -> SatLit {
        let mut waiting = vec![(lit.gate(), false)];
        let mut operands = Vec::new();
        while let Some((index, is_ready)) = waiting.pop() {
            if self.lits[index].is_some() {
                continue;
            }
            self.operands(circuit, index, &mut operands);
            if is_ready || operands.is_empty() {
                let own = sat.fresh();
                self.lits[index] = Some(own);
                self.define(circuit, sat, (index, own), &operands);
            } else {
                waiting.push((index, true));
                waiting.extend(operands.iter().map(|lit| (lit.gate(), false)));
            }
        }
        self.known_or_false(lit, sat)
    }

    /// What a gate is made of: of a conjunction, the parts of absorbed conjunctions too.
    fn operands(&self, circuit: &Circuit, index: usize, operands: &mut Vec<Lit>) {
        operands.clear();
        match circuit.gate(index) {
            Gate::False | Gate::Input => {}
            Gate::Choose(c, t, e) => operands.extend([c, t, e]),
            Gate::And(a, b) => {
                let mut waiting = vec![b, a];
                while let Some(lit) = waiting.pop() {
                    match circuit.gate(lit.gate()) {
                        Gate::And(a, b) if !lit.is_negated() && self.is_absorbed(lit) => {
                            waiting.extend([b, a]);
                        }
                        _ => operands.push(lit),
                    }
                }
            }
        }
    }

    fn define(
        &mut self,
        circuit: &Circuit,
        sat: &mut Sat,
        (index, own): (usize, SatLit),
        operands: &[Lit],
    ) {
        let parts: Vec<SatLit> = operands
            .iter()
            .map(|lit| self.known_or_false(*lit, sat))
            .collect();
        match circuit.gate(index) {
            Gate::Input => {}
            Gate::False => sat.clause(&mut vec![!own]),
            Gate::And(..) => {
                for part in &parts {
                    sat.clause(&mut vec![!own, *part]);
                }
                let mut all: Vec<SatLit> = parts.iter().map(|part| !*part).collect();
                all.push(own);
                sat.clause(&mut all);
            }
            Gate::Choose(..) => {
                if let [c, t, e] = parts[..] {
                    sat.clause(&mut vec![!own, !c, t]);
                    sat.clause(&mut vec![own, !c, !t]);
                    sat.clause(&mut vec![!own, c, e]);
                    sat.clause(&mut vec![own, c, !e]);
                    sat.clause(&mut vec![!own, t, e]);
                    sat.clause(&mut vec![own, !t, !e]);
                }
            }
        }
    }

    fn known_or_false(&mut self, lit: Lit, sat: &mut Sat) -> SatLit {
        if let Some(known) = self.known(lit) {
            return known;
        }
        // Operands are loaded before the gates over them.
        let own = sat.fresh();
        self.lits[lit.gate()] = Some(own);
        own
    }
}
