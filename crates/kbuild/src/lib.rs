// SPDX-License-Identifier: Apache-2.0
#![doc = include_str!("../README.md")]

pub mod condition;
pub mod diagnostic;
pub mod few;
pub mod goal;
pub mod include;
pub mod kernel;
pub mod language;
pub mod make;
pub mod membership;
pub mod presence;
pub mod shell;
pub mod symbol;
mod table;
pub mod text;
pub mod tree;
pub mod value;
pub mod world;
