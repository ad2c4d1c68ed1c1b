// SPDX-License-Identifier: Apache-2.0
//! `kaas-guest advice` and `kaas-guest status` as programs, on recorded traces.

#[cfg(test)]
mod program;
