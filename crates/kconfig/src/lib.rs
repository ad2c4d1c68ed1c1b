// SPDX-License-Identifier: Apache-2.0
//! The Kconfig language of Linux 6.x.

mod value;

pub use value::{SymbolType, Tristate};
