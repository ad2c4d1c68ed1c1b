// SPDX-License-Identifier: Apache-2.0
#![doc = include_str!("../README.md")]

mod assembly;
mod corpus;
mod definition;
mod expression;
mod files;
mod flags;
mod index;
mod macros;
pub mod name;
mod predefined;
pub mod scan;
pub mod token;
mod unit;
mod walk;

pub use definition::Kind;
pub use files::Files;
pub use index::{Index, UnitId};
pub use unit::{Kernel, Unit};
