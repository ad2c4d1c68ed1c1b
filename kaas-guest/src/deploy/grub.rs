// SPDX-License-Identifier: Apache-2.0
//! GRUB 2. Our entries stand in `custom.cfg`, which `grub.cfg` reads and no package writes, so
//! they outlast every `update-grub`. A trial is started by `next_entry` in `grubenv`, which
//! GRUB empties before it starts anything; our part of `custom.cfg` reads the file again and
//! starts the usual kernel instead where GRUB could not.

mod configuration;
mod custom;
mod environment;
mod site;

pub(super) use site::Site;
