// SPDX-License-Identifier: Apache-2.0
#![doc = include_str!("../README.md")]

mod assignment;
mod baseline;
mod circuit;
pub mod complete;
mod encode;
mod explain;
mod formula;
mod instance;
mod minimise;
mod problem;
mod sat;
mod session;

pub use assignment::Assignment;
pub use baseline::Baseline;
pub use encode::{Rule, RuleKind};
pub use explain::{Explainer, Explanation, Fact, Reason, Step};
pub use formula::{Atom, Formula, Formulas};
pub use minimise::{Bounds, Control, Outcome, Progress, Solution, minimise, minimise_with};
pub use problem::{Charge, Problem, RequirementId};
pub use session::{Session, solve};
