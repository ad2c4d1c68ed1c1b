// SPDX-License-Identifier: Apache-2.0
//! GNU make's language, parsed without evaluating anything.

pub mod expression;
pub mod function;
pub mod line;
pub mod statement;

pub use expression::{Expression, Part};
pub use function::Function;
pub use statement::{Assignment, Flavor, Statement, Test};
