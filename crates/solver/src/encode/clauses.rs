// SPDX-License-Identifier: Apache-2.0
//! Clauses over the literals of a circuit, in one flat array.

use crate::circuit::Lit;

/// Each clause has at least one true literal in every solution.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clauses {
    lits: Vec<Lit>,
    ends: Vec<usize>,
}

impl Clauses {
    /// Constants are taken out; a clause that is true anyway is not added.
    pub(crate) fn add(&mut self, clause: &[Lit]) {
        let is_true = |lit: &Lit| *lit == Lit::TRUE || lit.is_negated() && clause.contains(&!*lit);
        if clause.iter().any(is_true) {
            return;
        }
        let open = clause.iter().copied().filter(|lit| *lit != Lit::FALSE);
        self.lits.extend(open);
        self.ends.push(self.lits.len());
    }

    /// The clause of that number, counted from zero; empty when there is none.
    pub(crate) fn get(&self, number: usize) -> &[Lit] {
        let ends = &self.ends;
        let start = number.checked_sub(1).and_then(|before| ends.get(before));
        let end = ends.get(number).copied().unwrap_or(0);
        let start = start.copied().unwrap_or(0).min(end);
        &self.lits[start..end]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &[Lit]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, end)| &self.lits[start..*end])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::circuit::Circuit;

    #[test]
    fn constants_and_what_is_always_true_vanish() {
        let mut circuit = Circuit::default();
        let (a, b) = (circuit.input(), circuit.input());
        let mut clauses = Clauses::default();
        clauses.add(&[a, Lit::TRUE]);
        clauses.add(&[a, b, !a]);
        clauses.add(&[Lit::FALSE, b]);
        clauses.add(&[Lit::FALSE]);
        let all: Vec<&[Lit]> = clauses.iter().collect();
        assert_eq!(all, [&[b] as &[Lit], &[]]);
        assert_eq!(
            [0, 1, 2].map(|number| clauses.get(number)),
            [&[b] as &[Lit], &[], &[]]
        );
    }
}
