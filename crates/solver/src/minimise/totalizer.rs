// SPDX-License-Identifier: Apache-2.0
//! Counting true literals: output `k` is true whenever more than `k` inputs are.
//! (Bailleux and Boufkhad 2003; outputs are made as they are asked for, Martins et al. 2014.)

use crate::sat::{Sat, SatLit};

/// A tree of counters; the leaves are the inputs.
pub(super) struct Totalizer {
    nodes: Vec<Counter>,
}

struct Counter {
    /// Outputs made so far, from "at least one" on.
    outputs: Vec<SatLit>,
    /// How many inputs are below.
    size: usize,
    children: Option<(usize, usize)>,
}

impl Totalizer {
    pub(super) fn new(inputs: &[SatLit]) -> Self {
        let leaf = |lit: &SatLit| Counter {
            outputs: vec![*lit],
            size: 1,
            children: None,
        };
        let mut nodes: Vec<Counter> = inputs.iter().map(leaf).collect();
        let mut next = 0;
        // Pairing from the front keeps the tree balanced; the root comes last.
        while next + 1 < nodes.len() {
            let size = nodes[next].size + nodes[next + 1].size;
            nodes.push(Counter {
                outputs: Vec::new(),
                size,
                children: Some((next, next + 1)),
            });
            next += 2;
        }
        Self { nodes }
    }

    /// The literal that is true whenever more than `bound` inputs are; `None` when there
    /// are no more inputs.
    pub(super) fn more_than(&mut self, sat: &mut Sat, bound: usize) -> Option<SatLit> {
        let root = self.nodes.len().checked_sub(1)?;
        if bound >= self.nodes[root].size {
            return None;
        }
        self.extend(sat, root, bound + 1);
        self.nodes[root].outputs.get(bound).copied()
    }

    /// Gives a node and those below it their first `count` outputs.
    fn extend(&mut self, sat: &mut Sat, node: usize, count: usize) {
        let mut waiting = vec![(node, false)];
        while let Some((node, is_ready)) = waiting.pop() {
            let counter = &self.nodes[node];
            let count = count.min(counter.size);
            let Some((left, right)) = counter.children.filter(|_| counter.outputs.len() < count)
            else {
                continue;
            };
            if is_ready {
                self.add_outputs(sat, (node, left, right), count);
            } else {
                waiting.extend([(node, true), (left, false), (right, false)]);
            }
        }
    }

    fn add_outputs(
        &mut self,
        sat: &mut Sat,
        (node, left, right): (usize, usize, usize),
        count: usize,
    ) {
        for total in self.nodes[node].outputs.len() + 1..=count {
            let output = sat.fresh();
            let (left, right) = (&self.nodes[left].outputs, &self.nodes[right].outputs);
            for from_left in total.saturating_sub(right.len())..=total.min(left.len()) {
                let mut clause = vec![output];
                let from_right = total - from_left;
                clause.extend(from_left.checked_sub(1).map(|index| !left[index]));
                clause.extend(from_right.checked_sub(1).map(|index| !right[index]));
                sat.clause(&mut clause);
            }
            if let Some(smaller) = self.nodes[node].outputs.last() {
                sat.clause(&mut vec![!output, *smaller]);
            }
            self.nodes[node].outputs.push(output);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::sat::Answer;

    /// For every number of inputs and every assignment of them, outputs count.
    #[test]
    fn outputs_count_inputs() {
        for size in 1..=6 {
            let mut sat = Sat::new(Rc::new(|| false));
            let inputs: Vec<SatLit> = (0..size).map(|_| sat.fresh()).collect();
            let mut totalizer = Totalizer::new(&inputs);
            for bound in 0..size {
                let output = totalizer.more_than(&mut sat, bound).unwrap();
                for row in 0..1u32 << size {
                    let is_forced = is_forced(&mut sat, &inputs, output, row);
                    assert_eq!(is_forced, row.count_ones() as usize > bound);
                }
            }
            assert!(totalizer.more_than(&mut sat, size).is_none());
        }
    }

    /// Whether `output` can't be false when the bits of `row` are the inputs.
    fn is_forced(sat: &mut Sat, inputs: &[SatLit], output: SatLit, row: u32) -> bool {
        let inputs = inputs.iter().enumerate();
        let mut assumptions: Vec<SatLit> = inputs
            .map(|(at, lit)| if row >> at & 1 == 1 { *lit } else { !*lit })
            .collect();
        assumptions.push(!output);
        sat.solve(&assumptions) == Answer::Unsatisfiable
    }
}
