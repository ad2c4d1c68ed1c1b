// SPDX-License-Identifier: Apache-2.0
//! The kernel's function tracer. Nobody else touches tracefs.
//!
//! All files are opened relative to folders that stay open: a process that was started in an
//! initramfs goes on after the root file system was switched beneath it.

mod buffer;
mod event;
mod folder;
mod functions;
mod instance;
mod page;
mod symbols;

pub(crate) use buffer::Counts;
pub(crate) use event::{Event, Happening};
pub(crate) use folder::Folder;
pub(crate) use functions::{Function, FunctionId, Functions};
pub(crate) use instance::{Instance, Settings};
