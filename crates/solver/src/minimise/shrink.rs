// SPDX-License-Identifier: Apache-2.0
//! Smaller cores: what is left out of one doesn't have to be paid for.

use crate::sat::{Answer, Sat, SatLit};

/// How often a core is asked for again.
const ROUNDS: usize = 4;
/// How many conflicts that may take.
const EFFORT: u64 = 1000;

/// A part of `core` that can't be true either: what the solver needs when it is asked for
/// the core alone. To leave out single literals would need a solution for each that has
/// to stay, which costs more here than smaller cores save.
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
    core
}
