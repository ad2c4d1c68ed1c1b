// SPDX-License-Identifier: Apache-2.0
//! Finds the unpacked sources of a kernel, unpacking the distribution's package when needed.
