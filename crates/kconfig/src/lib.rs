// SPDX-License-Identifier: Apache-2.0
//! The Kconfig language of Linux 6.x.

pub mod answers;
pub mod random;
mod value;

pub use value::{SymbolType, Tristate};
