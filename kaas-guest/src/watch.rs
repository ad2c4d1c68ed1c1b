// SPDX-License-Identifier: Apache-2.0
//! What programs ask of a tailored kernel in vain: system calls that it does not have, protocols,
//! file systems and modules; with the symbol that would bring each back. It costs the other
//! programs something while it watches, so it does so for a bounded time.

mod configured;
mod event;
mod feature;
mod machine;
mod source;
mod tally;

pub(crate) use machine::{Settings, run};
