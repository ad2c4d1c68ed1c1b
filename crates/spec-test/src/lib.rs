// SPDX-License-Identifier: Apache-2.0
#![doc = include_str!("../README.md")]

mod case;
mod diff;
mod markdown;
mod outline;
mod suite;
mod update;

pub use case::{Actual, Case, Outcome};
pub use suite::run;
