// SPDX-License-Identifier: Apache-2.0
//! Rows, and what they are rows of. A row that was not written by us is an error, never a panic.

pub(crate) mod builder;
pub(crate) mod catalogue;
pub(crate) mod deployment;
pub(crate) mod guest;
pub(crate) mod job;
pub(crate) mod kernel;
pub(crate) mod trace;
