// SPDX-License-Identifier: Apache-2.0
//! The parts of the drop-in for the kernel's `scripts/kconfig/conf`: its command line,
//! its questions, its files. What values mean is the `kconfig` crate's business.

pub(crate) mod arguments;
pub(crate) mod choice;
pub(crate) mod console;
pub(crate) mod conversation;
pub(crate) mod dialect;
pub(crate) mod environment;
pub(crate) mod help;
pub(crate) mod input;
pub(crate) mod listnew;
pub(crate) mod mode;
pub(crate) mod output;
