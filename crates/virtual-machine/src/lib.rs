// SPDX-License-Identifier: Apache-2.0
//! For development: virtual machines to test in. A [`Root`] is a file system with the
//! distribution's packages, [`disk`] makes disks of it, a [`Guest`] is a machine that runs.
#![expect(
    clippy::disallowed_methods,
    reason = "a machine is started by other programs, in the caller's surroundings"
)]

pub mod cache;
mod conversation;
pub mod disk;
mod failure;
mod guest;
pub mod memcached;
pub mod program;
pub mod report;
mod root;
mod station;
mod workload;

pub use conversation::{Conversation, Reply};
pub use failure::{About, Failure, Result};
pub use guest::{Accelerator, Boots, Event, Guest, Start, is_there};
pub use root::Root;
pub use station::{State, Station};
pub use workload::Workload;
