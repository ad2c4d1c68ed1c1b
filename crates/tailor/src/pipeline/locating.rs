// SPDX-License-Identifier: Apache-2.0
//! Traced functions to source files.
