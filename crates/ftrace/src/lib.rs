// SPDX-License-Identifier: Apache-2.0
#![doc = include_str!("../README.md")]

mod builder;
mod error;
pub mod format;
pub mod import;
pub mod inventory;
mod kallsyms;
mod kernel;
pub mod limit;
mod lines;
mod phase;
mod record;
mod trace;
pub mod tracer;
mod window;

pub use builder::Builder;
pub use error::{Error, ErrorKind};
pub use inventory::Inventory;
pub use kallsyms::Kallsyms;
pub use kernel::Kernel;
pub use phase::{PerPhase, Phase, Phases};
pub use record::Ending;
pub use trace::{Entry, Function, Recording, Sighting, Trace};
pub use window::{Window, WindowSet};
