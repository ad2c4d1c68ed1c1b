// SPDX-License-Identifier: Apache-2.0
//! From what was recorded on a machine to what its kernel has to carry.

pub mod executed;
pub mod inventory;
