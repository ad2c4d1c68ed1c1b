// SPDX-License-Identifier: Apache-2.0
#![doc = include_str!("../README.md")]

pub mod answers;
mod arena;
pub mod assign;
pub mod comparison;
mod configuration;
mod cycle;
mod diagnostic;
mod dialect;
pub mod dotconfig;
pub mod expression;
mod finalize;
mod host;
mod lexer;
mod load;
mod macros;
mod model;
mod number;
mod parser;
pub mod random;
pub mod text;
mod value;

pub use arena::{Arena, Index};
pub use configuration::{Configuration, Origin};
pub use diagnostic::{Diagnostic, Place, Severity};
pub use dialect::{ChoiceRules, DIALECT_FILES, Dialect, Simplifier};
pub use host::{Host, MemoryHost};
pub use load::{Loaded, load};
pub use model::{
    FileId, Menu, MenuId, Model, Property, PropertyId, PropertyKind, Symbol, SymbolId,
};
pub use value::{SymbolType, Tristate};
