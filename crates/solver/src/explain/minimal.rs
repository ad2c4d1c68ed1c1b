// SPDX-License-Identifier: Apache-2.0
//! Minimal unsatisfiable cores: without any one of its members, the rest can be true.

use rustc_hash::FxHashMap;

use crate::sat::{Answer, Sat, SatLit};

/// A minimal part of `assumptions` that can't be true together with `fixed`; `None` when
/// all of them can. Those that come first are the first to be done without.
pub(super) fn core(sat: &mut Sat, fixed: &[SatLit], assumptions: &[SatLit]) -> Option<Vec<SatLit>> {
    let mut core = trimmed(sat, fixed, assumptions)?;
    let places = assumptions.iter().enumerate();
    let places: FxHashMap<SatLit, usize> = places.map(|(place, lit)| (*lit, place)).collect();
    core.sort_by_key(|lit| places.get(lit));
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

/// A part of `assumptions`, as small as the solver makes it when it is asked again.
pub(super) fn trimmed(
    sat: &mut Sat,
    fixed: &[SatLit],
    assumptions: &[SatLit],
) -> Option<Vec<SatLit>> {
    let mut core = refuted(sat, fixed, assumptions)?;
    loop {
        let smaller = refuted(sat, fixed, &core)?;
        if smaller.len() >= core.len() {
            return Some(smaller);
        }
        core = smaller;
    }
}

/// What of `assumptions` the solver needs to see that they can't be true with `fixed`.
fn refuted(sat: &mut Sat, fixed: &[SatLit], assumptions: &[SatLit]) -> Option<Vec<SatLit>> {
    let all: Vec<SatLit> = fixed.iter().chain(assumptions).copied().collect();
    let is_refuted = sat.solve(&all) == Answer::Unsatisfiable;
    is_refuted.then(|| {
        let mut core = sat.core();
        core.retain(|lit| !fixed.contains(lit));
        core
    })
}
