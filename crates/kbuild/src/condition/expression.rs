// SPDX-License-Identifier: Apache-2.0
//! Placeholder.
/// x
pub struct Expression;
/// x
pub struct ParseError;
