// SPDX-License-Identifier: Apache-2.0
//! What KaaS's processes speak of: resources with their ids and states, the agent protocol, and
//! kernel releases. Plain data: nothing here does anything.

pub mod agent;
pub mod builder;
pub mod deployment;
pub mod guest;
pub mod id;
pub mod image;
pub mod job;
pub mod kernel;
pub mod machine;
pub mod name;
pub mod quota;
pub mod release;
pub mod service;
pub mod source;
pub mod time;
pub mod trace;
mod word;

pub use word::UnknownWord;
