// SPDX-License-Identifier: Apache-2.0
//! The commands, a file each: read the arguments, call the library, print.

pub(crate) mod conf;
