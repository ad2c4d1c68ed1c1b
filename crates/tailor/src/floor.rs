// SPDX-License-Identifier: Apache-2.0
//! Hardening rules as data: what a tailored kernel must not lose.
