// SPDX-License-Identifier: Apache-2.0
//! Smaller cores: what is left out of one doesn't have to be paid for.

use crate::sat::{Answer, Sat, SatLit};

/// How often a core is simply asked for again.
const ROUNDS: usize = 4;
/// Cores beyond this are taken as they are.
const LARGEST: usize = 60;
/// How many conflicts the attempt to do without one literal may take.
const EFFORT: u64 = 200;

/// A part of `core` that can't be true either, as small as can be had cheaply.
pub(super) fn shrink(sat: &mut Sat, core: Vec<SatLit>) -> Vec<SatLit> {
    let mut core = core;
    for _ in 0..ROUNDS {
        if core.len() < 2 || sat.solve_within(&core, EFFORT) != Answer::Unsatisfiable {
            break;
        }
        let again = sat.core();
        if again.len() >= core.len() {
            break;
        }
        core = again;
    }
    if core.len() <= LARGEST {
        leave_out(sat, &mut core);
    }
    core
}

/// Drops one literal after the other that isn't needed.
fn leave_out(sat: &mut Sat, core: &mut Vec<SatLit>) {
    let mut kept = 0;
    while kept < core.len() && core.len() > 1 {
        let mut rest = core.clone();
        let candidate = rest.remove(kept);
        if sat.solve_within(&rest, EFFORT) != Answer::Unsatisfiable {
            kept += 1;
            continue;
        }
        let smaller = sat.core();
        core.retain(|lit| *lit != candidate && smaller.contains(lit));
    }
}
