// SPDX-License-Identifier: Apache-2.0
//! What every process of KaaS shares, and no business of any: how it is configured, who asks,
//! what they may, what is logged, and how a process starts and stops.
#![doc = include_str!("../README.md")]

pub mod config;
pub mod context;
pub mod keystone;
pub mod logging;
pub mod policy;
pub mod python;
pub mod secret;
pub mod service;
mod wrap;
