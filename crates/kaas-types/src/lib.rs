// SPDX-License-Identifier: Apache-2.0
//! The documents that KaaS's processes exchange: the agent protocol and kernel releases.

pub mod agent;
pub mod release;
