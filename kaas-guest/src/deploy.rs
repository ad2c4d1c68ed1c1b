// SPDX-License-Identifier: Apache-2.0
//! Puts a tailored kernel beside the running one, starts it once, and keeps it only if the
//! machine is well with it. Whatever fails, and whenever the power goes: the machine starts.

pub(crate) mod request;
