// SPDX-License-Identifier: Apache-2.0
#![doc = include_str!("../README.md")]

mod assembly;
mod catalogue;
mod condition;
mod corpus;
mod definition;
mod expression;
mod files;
mod flags;
mod index;
mod locator;
mod macros;
mod name;
mod place;
mod predefined;
mod scan;
mod section;
mod suffix;
mod symbols;
mod table;
mod token;
mod unit;
mod walk;

pub use catalogue::Catalogue;
pub use condition::{Asked, Condition};
pub use definition::Kind;
pub use files::Files;
pub use locator::{Evidence, Location, Locator, Site, Traced, Unlocated};
pub use suffix::function_of;
pub use symbols::{Symbol, Symbols};
pub use table::{UnitTable, WrongLine};
pub use unit::{Kernel, Unit};
