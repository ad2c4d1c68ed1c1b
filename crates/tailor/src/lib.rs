// SPDX-License-Identifier: Apache-2.0
//! From evidence of what a machine needs to the smallest configuration that carries it.
//!
//! The `tailor` command is one user of this library, a build server another.

pub mod cache;
pub mod cve;
pub mod debug;
pub mod evidence;
pub mod facts;
pub mod floor;
pub mod host;
pub mod input;
pub mod kernel;
pub mod minimise;
pub mod pipeline;
pub mod policy;
pub mod registry;
pub mod report;
pub mod requirement;
pub mod run;
pub mod tailoring;
