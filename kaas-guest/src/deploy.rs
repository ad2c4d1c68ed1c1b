// SPDX-License-Identifier: Apache-2.0
//! Puts a tailored kernel beside the running one, starts it once, and keeps it only if the
//! machine is well with it. Whatever fails, and whenever the power goes: the machine starts.

mod archive;
mod check;
mod client;
mod disk;
mod files;
mod grub;
mod health;
mod install;
mod kexec;
mod layout;
mod loader;
mod machine;
mod mounts;
mod reconcile;
mod record;
pub(crate) mod request;
mod server;
mod staging;
mod systemd_boot;
#[cfg(test)]
mod testing;
mod tool;
mod trial;
mod trust;

pub(crate) use client::ask;
pub(crate) use layout::Layout;
pub(crate) use machine::Machine;
pub(crate) use server::serve;
pub(crate) use trust::Trust;
