// SPDX-License-Identifier: Apache-2.0
//! Who programs in a sandbox are: nobody outside, the user `build` inside.

use std::fs;
use std::path::Path;

use rustix::process::{DumpableBehavior, set_dumpable_behavior};
use rustix::thread::{Gid, Uid, set_thread_groups, set_thread_res_gid, set_thread_res_uid};

use crate::trouble::{About as _, Result};

/// Inside, for user and group.
pub(super) const INSIDE: u32 = 1000;

/// Gives a folder to the build user. Where the builder isn't root, the build user is itself.
pub(super) fn give(folder: &Path, user: u32) -> Result<()> {
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    std::os::unix::fs::chown(folder, Some(user), Some(user)).about(folder)
}

/// Gives up being root, for good.
pub(super) fn become_user(user: u32) -> std::io::Result<()> {
    let (uid, gid) = (Uid::from_raw(user), Gid::from_raw(user));
    set_thread_groups(&[])?;
    set_thread_res_gid(gid, gid, gid)?;
    set_thread_res_uid(uid, uid, uid)?;
    // Otherwise its own files below /proc would belong to root.
    set_dumpable_behavior(DumpableBehavior::Dumpable)?;
    Ok(())
}

/// In a new user namespace: makes the user and group that were outside `inside`.
pub(super) fn map(inside: u32, (user, group): (u32, u32)) -> std::io::Result<()> {
    // Without that an unprivileged process may not map groups (user_namespaces(7)).
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("{inside} {user} 1\n"))?;
    fs::write("/proc/self/gid_map", format!("{inside} {group} 1\n"))
}
