// SPDX-License-Identifier: Apache-2.0
//! Boolean gates, each distinct one stored once: what every condition becomes before it
//! becomes clauses.
//!
//! Gates lie in one flat array, operands before the gates over them.

use std::ops::Not;

use rustc_hash::FxHashMap;

/// A gate of one [`Circuit`], or its negation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Lit(u32);

impl Lit {
    pub(crate) const FALSE: Self = Self(0);
    pub(crate) const TRUE: Self = Self(1);

    /// The gate of that index, not negated.
    pub(crate) fn of_gate(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX >> 1) << 1)
    }

    /// The index of the gate.
    pub(crate) const fn gate(self) -> usize {
        (self.0 >> 1) as usize
    }

    pub(crate) const fn is_negated(self) -> bool {
        self.0 & 1 == 1
    }

    /// This literal, negated if `negate`.
    pub(crate) const fn flipped_if(self, negate: bool) -> Self {
        Self(self.0 ^ negate as u32)
    }

    /// What it is worth when its gate has the value `gate`.
    pub(crate) const fn value(self, gate: bool) -> bool {
        gate ^ self.is_negated()
    }
}

impl Not for Lit {
    type Output = Self;

    fn not(self) -> Self {
        Self(self.0 ^ 1)
    }
}

impl From<bool> for Lit {
    fn from(value: bool) -> Self {
        if value { Self::TRUE } else { Self::FALSE }
    }
}

/// What a gate computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gate {
    /// Gate 0 alone.
    False,
    /// Free to be true or false.
    Input,
    And(Lit, Lit),
    /// If the first, then the second, else the third.
    Choose(Lit, Lit, Lit),
}

impl Gate {
    pub(crate) fn operands(self) -> impl Iterator<Item = Lit> {
        let (operands, count) = match self {
            Self::False | Self::Input => ([Lit::FALSE; 3], 0),
            Self::And(a, b) => ([a, b, Lit::FALSE], 2),
            Self::Choose(c, t, e) => ([c, t, e], 3),
        };
        operands.into_iter().take(count)
    }
}

const INPUT: [u32; 3] = [u32::MAX; 3];

/// All gates of one problem.
#[derive(Clone, Debug)]
pub(crate) struct Circuit {
    /// `[a, b, MAX]` is a conjunction, `[c, t, e]` a choice, [`INPUT`] an input.
    gates: Vec<[u32; 3]>,
    known: FxHashMap<[u32; 3], Lit>,
}

impl Default for Circuit {
    fn default() -> Self {
        Self {
            gates: vec![INPUT],
            known: FxHashMap::default(),
        }
    }
}

impl Circuit {
    pub(crate) fn len(&self) -> usize {
        self.gates.len()
    }

    pub(crate) fn gate(&self, index: usize) -> Gate {
        match self.gates[index] {
            INPUT if index == 0 => Gate::False,
            INPUT => Gate::Input,
            [a, b, u32::MAX] => Gate::And(Lit(a), Lit(b)),
            [c, t, e] => Gate::Choose(Lit(c), Lit(t), Lit(e)),
        }
    }

    pub(crate) fn input(&mut self) -> Lit {
        self.gates.push(INPUT);
        Lit::of_gate(self.gates.len() - 1)
    }

    fn shared(&mut self, gate: [u32; 3]) -> Lit {
        let gates = &mut self.gates;
        *self.known.entry(gate).or_insert_with(|| {
            gates.push(gate);
            Lit::of_gate(gates.len() - 1)
        })
    }

    pub(crate) fn and(&mut self, a: Lit, b: Lit) -> Lit {
        let (mut a, mut b) = (a, b);
        loop {
            if a > b {
                (a, b) = (b, a);
            }
            match self.plainer(a, b) {
                Plainer::Known(lit) => return lit,
                Plainer::Conjunction(left, right) => (a, b) = (left, right),
                Plainer::No => return self.shared([a.0, b.0, u32::MAX]),
            }
        }
    }

    /// What `a && b` is when that can be seen in the two and their operands.
    fn plainer(&self, a: Lit, b: Lit) -> Plainer {
        match (a, b) {
            _ if a == !b || a == Lit::FALSE => return Plainer::Known(Lit::FALSE),
            _ if a == b || a == Lit::TRUE => return Plainer::Known(b),
            _ => {}
        }
        for (whole, other) in [(b, a), (a, b)] {
            let Gate::And(left, right) = self.gate(whole.gate()) else {
                continue;
            };
            let found = match (whole.is_negated(), other) {
                (false, _) if other == left || other == right => Plainer::Known(whole),
                (false, _) if other == !left || other == !right => Plainer::Known(Lit::FALSE),
                (true, _) if other == left => Plainer::Conjunction(left, !right),
                (true, _) if other == right => Plainer::Conjunction(right, !left),
                (true, _) if other == !left || other == !right => Plainer::Known(other),
                _ => continue,
            };
            return found;
        }
        Plainer::No
    }

    pub(crate) fn or(&mut self, a: Lit, b: Lit) -> Lit {
        !self.and(!a, !b)
    }

    pub(crate) fn and_all(&mut self, lits: impl IntoIterator<Item = Lit>) -> Lit {
        lits.into_iter()
            .fold(Lit::TRUE, |all, lit| self.and(all, lit))
    }

    pub(crate) fn or_all(&mut self, lits: impl IntoIterator<Item = Lit>) -> Lit {
        lits.into_iter()
            .fold(Lit::FALSE, |any, lit| self.or(any, lit))
    }

    /// If `condition`, then `yes`, else `no`.
    pub(crate) fn choose(&mut self, condition: Lit, yes: Lit, no: Lit) -> Lit {
        if condition.is_negated() {
            return self.choose_positive(!condition, no, yes);
        }
        self.choose_positive(condition, yes, no)
    }

    fn choose_positive(&mut self, condition: Lit, yes: Lit, no: Lit) -> Lit {
        match (condition, yes, no) {
            (Lit::FALSE, ..) => no,
            _ if yes == no => yes,
            _ if yes == Lit::TRUE || yes == condition => self.or(condition, no),
            _ if yes == Lit::FALSE || yes == !condition => self.and(!condition, no),
            _ if no == Lit::TRUE || no == !condition => self.or(!condition, yes),
            _ if no == Lit::FALSE || no == condition => self.and(condition, yes),
            _ => {
                let negated = yes.is_negated();
                let (yes, no) = (yes.flipped_if(negated), no.flipped_if(negated));
                let chosen = self.shared([condition.0, yes.0, no.0]);
                chosen.flipped_if(negated)
            }
        }
    }

    /// The value of every gate, given those of the inputs.
    pub(crate) fn evaluate(&self, input: impl Fn(usize) -> bool) -> Vec<bool> {
        let mut values: Vec<bool> = Vec::with_capacity(self.len());
        for index in 0..self.len() {
            let of = |lit: Lit| lit.value(values[lit.gate()]);
            let value = match self.gate(index) {
                Gate::False => false,
                Gate::Input => input(index),
                Gate::And(a, b) => of(a) && of(b),
                Gate::Choose(c, t, e) => of(if of(c) { t } else { e }),
            };
            values.push(value);
        }
        values
    }
}

/// A plainer form of a conjunction.
enum Plainer {
    No,
    Known(Lit),
    Conjunction(Lit, Lit),
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every gate over three inputs that a few operations reach computes what it says.
    #[test]
    fn simplification_keeps_the_function() {
        let mut circuit = Circuit::default();
        let mut lits = vec![(Lit::FALSE, 0u8), (Lit::TRUE, 0xff)];
        for table in [0b1111_0000, 0b1100_1100, 0b1010_1010] {
            lits.push((circuit.input(), table));
        }
        for round in 0..2 {
            let some: Vec<_> = lits.iter().copied().take(40 >> round).collect();
            for (a, x) in &some {
                for (b, y) in &some {
                    lits.push((circuit.and(*a, !*b), x & !y));
                    lits.push((circuit.or(!*a, *b), !x | y));
                    let third = some.iter().take(12);
                    lits.extend(
                        third.map(|(c, z)| (circuit.choose(!*a, *b, *c), (!x & y) | (x & z))),
                    );
                }
            }
            lits.sort_unstable_by_key(|(lit, table)| (*table, *lit));
            lits.dedup_by_key(|(_, table)| *table);
        }
        let inputs = [1, 2, 3];
        for row in 0..8u8 {
            let place = |index| inputs.iter().position(|input| *input == index);
            let values =
                circuit.evaluate(|index| place(index).is_some_and(|at| row >> (2 - at) & 1 == 1));
            for (lit, table) in &lits {
                assert_eq!(
                    lit.value(values[lit.gate()]),
                    table >> row & 1 == 1,
                    "{lit:?}"
                );
            }
        }
    }

    #[test]
    fn equal_gates_are_one() {
        let mut circuit = Circuit::default();
        let (a, b, c) = (circuit.input(), circuit.input(), circuit.input());
        assert_eq!(circuit.and(a, b), circuit.and(b, a));
        assert_eq!(circuit.choose(a, b, c), circuit.choose(!a, c, b));
        assert_eq!(circuit.choose(a, !b, !c), !circuit.choose(a, b, c));
        let both = circuit.and(a, b);
        assert_eq!(circuit.or(a, both), a);
        assert_eq!(circuit.and(a, !both), circuit.and(a, !b));
    }
}
