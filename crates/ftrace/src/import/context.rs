// SPDX-License-Identifier: Apache-2.0
//! What the formats of others do not say themselves.

use crate::phase::Phase;
use crate::record::Ending;
use crate::{Kallsyms, Kernel};

/// What is known beside an input.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    /// Where the input came from; becomes the recording's name.
    pub name: &'a str,
    /// The kernel that was traced.
    pub kernel: Kernel,
    /// Its functions, at the addresses of the same boot.
    pub kallsyms: Option<&'a Kallsyms>,
    /// The phase of what the input says no phase for.
    pub phase: Phase,
    /// When all services were started, in nanoseconds since boot on the system's clock.
    pub running_since: Option<u64>,
    /// What to make of an input that was cut, where one can tell.
    pub ending: Ending,
}

impl Default for Context<'_> {
    fn default() -> Self {
        Self {
            name: "",
            kernel: Kernel::default(),
            kallsyms: None,
            phase: Phase::SteadyState,
            running_since: None,
            ending: Ending::Required,
        }
    }
}
