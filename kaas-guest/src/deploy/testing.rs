// SPDX-License-Identifier: Apache-2.0
//! A machine in a temporary folder, with a power supply that can be made to fail, and a model of
//! what GRUB would do with its disk.

mod bench;
mod deployment;
mod grub;
mod power;
mod refusal;
pub(super) mod signer;
mod supply;
mod systemd_boot;

/// Of Debian 12, shortened: what `grub-mkconfig` writes for two kernels.
pub(super) const DEBIAN: &str = include_str!("../../tests/deploy/debian.cfg");
