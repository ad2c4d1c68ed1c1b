// SPDX-License-Identifier: Apache-2.0
//! A server that speaks the agent protocol, for tests.

use kaas_types as _;

fn main() {}
