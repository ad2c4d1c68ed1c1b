// SPDX-License-Identifier: Apache-2.0
//! What follows at once from what is known, gate by gate.

use rustc_hash::FxHashMap;

use crate::circuit::{Circuit, Gate, Lit};

/// Something would have to be true and false.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Contradiction;

/// The gates that an explanation is about, each with those that use it.
pub(super) struct Cone {
    users: FxHashMap<usize, Vec<usize>>,
}

impl Cone {
    pub(super) fn new(circuit: &Circuit, roots: impl Iterator<Item = Lit>) -> Self {
        let mut users: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
        let mut waiting: Vec<usize> = Vec::new();
        for root in roots {
            users.entry(root.gate()).or_insert_with(|| {
                waiting.push(root.gate());
                Vec::new()
            });
        }
        while let Some(gate) = waiting.pop() {
            for operand in circuit.gate(gate).operands() {
                let users = users.entry(operand.gate()).or_insert_with(|| {
                    waiting.push(operand.gate());
                    Vec::new()
                });
                users.push(gate);
            }
        }
        Self { users }
    }

    fn users(&self, gate: usize) -> &[usize] {
        self.users.get(&gate).map_or(&[], Vec::as_slice)
    }
}

/// The gates whose values are known.
pub(super) struct Known<'c> {
    circuit: &'c Circuit,
    cone: &'c Cone,
    values: FxHashMap<usize, bool>,
    /// In the order of finding.
    found: Vec<usize>,
    /// How many of those were taken.
    taken: usize,
}

impl<'c> Known<'c> {
    pub(super) fn new(circuit: &'c Circuit, cone: &'c Cone) -> Self {
        Self {
            circuit,
            cone,
            values: [(Lit::FALSE.gate(), false)].into_iter().collect(),
            found: Vec::new(),
            taken: 0,
        }
    }

    pub(super) fn value(&self, lit: Lit) -> Option<bool> {
        self.values.get(&lit.gate()).map(|value| lit.value(*value))
    }

    /// How many gates are known.
    pub(super) fn count(&self) -> usize {
        self.found.len()
    }

    pub(super) fn nth(&self, place: usize) -> Option<usize> {
        self.found.get(place).copied()
    }

    /// What was found since the last call.
    pub(super) fn take_new(&mut self) -> Vec<(usize, bool)> {
        let new = &self.found[self.taken..];
        self.taken = self.found.len();
        new.iter().map(|gate| (*gate, self.values[gate])).collect()
    }

    /// Makes the last open literal of a clause true when all others are false.
    pub(super) fn clause(&mut self, clause: &[Lit]) -> Result<(), Contradiction> {
        let mut open = None;
        for lit in clause {
            match (self.value(*lit), open) {
                (Some(true), _) | (None, Some(_)) => return Ok(()),
                (Some(false), _) => {}
                (None, None) => open = Some(*lit),
            }
        }
        self.set(open.ok_or(Contradiction)?)
    }

    /// `lit` is true, and so is what follows.
    fn set(&mut self, lit: Lit) -> Result<(), Contradiction> {
        let mut waiting = vec![lit];
        while let Some(lit) = waiting.pop() {
            match self.value(lit) {
                Some(true) => continue,
                Some(false) => return Err(Contradiction),
                None => {}
            }
            self.values.insert(lit.gate(), !lit.is_negated());
            self.found.push(lit.gate());
            self.implied(lit.gate(), &mut waiting)?;
            for user in self.cone.users(lit.gate()) {
                self.implied(*user, &mut waiting)?;
            }
        }
        Ok(())
    }

    /// What a gate's definition says of it and its operands: a literal that is the same in
    /// every row of the gate's table which agrees with what is known.
    fn implied(&self, gate: usize, implied: &mut Vec<Lit>) -> Result<(), Contradiction> {
        let definition = self.circuit.gate(gate);
        let mut lits: Vec<Lit> = definition.operands().collect();
        if lits.is_empty() {
            return Ok(());
        }
        lits.push(Lit::of_gate(gate));
        let output = lits.len() - 1;
        let mut common: Option<(u32, u32)> = None;
        for row in 0..1u32 << output {
            let bit = |at: usize| row >> at & 1 == 1;
            let result = match definition {
                Gate::Choose(..) => bit(if bit(0) { 1 } else { 2 }),
                _ => bit(0) && bit(1),
            };
            let row = row | u32::from(result) << output;
            let bit = |at: usize| row >> at & 1 == 1;
            let agrees =
                |(at, lit): (usize, &Lit)| self.value(*lit).is_none_or(|value| value == bit(at));
            if lits.iter().enumerate().all(agrees) {
                let (ones, zeros) = common.unwrap_or((u32::MAX, u32::MAX));
                common = Some((ones & row, zeros & !row));
            }
        }
        let (ones, zeros) = common.ok_or(Contradiction)?;
        for (at, lit) in lits.iter().enumerate() {
            if self.value(*lit).is_none() {
                implied.extend((ones >> at & 1 == 1).then_some(*lit));
                implied.extend((zeros >> at & 1 == 1).then_some(!*lit));
            }
        }
        Ok(())
    }
}
