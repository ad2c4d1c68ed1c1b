// SPDX-License-Identifier: Apache-2.0
//! Minimal unsatisfiable cores: without any one of its members, the rest can be true.

use crate::sat::{Answer, Sat, SatLit};

/// A minimal part of `assumptions` that can't be true together with `fixed`; `None` when
/// all of them can. Those that come first are the first to be done without.
pub(super) fn core(sat: &mut Sat, fixed: &[SatLit], assumptions: &[SatLit]) -> Option<Vec<SatLit>> {
    let mut core = refuted(sat, fixed, assumptions)?;
    loop {
        let smaller = refuted(sat, fixed, &core)?;
        let done = smaller.len() >= core.len();
        core = smaller;
        if done {
            break;
        }
    }
    core.sort_by_cached_key(|lit| assumptions.iter().position(|it| it == lit));
    let mut kept = 0;
    while kept < core.len() {
        let mut rest = core.clone();
        rest.remove(kept);
        match refuted(sat, fixed, &rest) {
            Some(smaller) => core.retain(|lit| smaller.contains(lit)),
            None => kept += 1,
        }
    }
    Some(core)
}

/// What of `assumptions` the solver needs to see that they can't be true with `fixed`.
fn refuted(sat: &mut Sat, fixed: &[SatLit], assumptions: &[SatLit]) -> Option<Vec<SatLit>> {
    let all: Vec<SatLit> = fixed.iter().chain(assumptions).copied().collect();
    let is_refuted = sat.solve(&all) == Answer::Unsatisfiable;
    is_refuted.then(|| {
        let mut core = sat.core();
        core.retain(|lit| assumptions.contains(lit));
        core
    })
}
