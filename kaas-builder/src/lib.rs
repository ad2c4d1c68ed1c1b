// SPDX-License-Identifier: Apache-2.0
#![doc = include_str!("../README.md")]

mod boot_test;
mod build;
mod cache;
mod cancel;
mod compile;
mod config;
mod digest;
mod engine;
mod event;
mod folder;
mod harvest;
pub mod job;
mod package;
mod progress;
pub mod sandbox;
mod settings;
mod source;
mod step;
mod store;
mod trouble;
mod work;
mod worker;

pub use build::build;
pub use cancel::Cancel;
pub use engine::{CONTRACT, Request};
pub use event::{Event, Outcome, Sink};
pub use folder::Folder;
pub use job::Job;
pub use sandbox::Sandbox;
pub use settings::{Patience, Settings};
pub use step::Step;
pub use store::{FolderStore, Store};
pub use trouble::{Result, Trouble};
pub use work::Party;
pub use worker::Worker;

/// Has to be the first thing in `main`: the program is its own helper in sandboxes. What it
/// returns is the exit code where that is what it was called for.
pub fn helper() -> Option<std::process::ExitCode> {
    sandbox::helper::called()
}
