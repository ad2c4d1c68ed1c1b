// SPDX-License-Identifier: Apache-2.0
//! The machine that is traced: its folders of the kernel, and the root file system, which is
//! another one after the initramfs.

use std::path::Path;

use rustix::fs::{AtFlags, Mode, statat};
use rustix::mount::MountFlags;

use crate::failure::{About as _, Result};
use crate::tracefs::Folder;

/// See above. The folders stay open when the root file system is switched.
pub(super) struct Machine {
    pub(super) tracefs: Folder,
    pub(super) proc: Folder,
    /// Of the first program's root folder: device and inode.
    root: Option<(u64, u64)>,
}

const TRACEFS: &str = "/sys/kernel/tracing";

/// Of each processor's buffer. A moment in which everything is traced fills some megabytes.
const LARGEST: u64 = 16 << 10;
const SMALLEST: u64 = 1 << 10;
/// All buffers together take at most one part in so many of the memory.
const SHARE: u64 = 24;

impl Machine {
    pub(super) fn here() -> Result<Self> {
        let proc = Folder::open(Path::new("/proc"))?;
        Ok(Self {
            tracefs: tracefs()?,
            root: root_of_init(&proc),
            proc,
        })
    }

    pub(super) fn buffer_kib(&self) -> u32 {
        let text = self.proc.text("meminfo").unwrap_or_default();
        let total = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
        let total = total.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
        let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let all = total.unwrap_or(512 << 10) / SHARE;
        let each = (all / processors as u64).clamp(SMALLEST, LARGEST);
        u32::try_from(each).unwrap_or(1 << 10)
    }

    /// Goes over to another root file system when the first program did; whether it did.
    pub(super) fn follow_root(&mut self) -> Result<bool> {
        let root = root_of_init(&self.proc);
        if root == self.root || root.is_none() {
            return Ok(false);
        }
        self.root = root;
        rustix::process::fchdir(self.proc.descriptor()).about(Path::new("/proc"))?;
        rustix::process::chroot("1/root").about(Path::new("/proc/1/root"))?;
        rustix::process::chdir("/").about(Path::new("/"))?;
        Ok(true)
    }

    pub(super) fn kernel() -> ftrace::Kernel {
        let name = rustix::system::uname();
        let text = |text: &std::ffi::CStr| Some(text.to_string_lossy().into_owned());
        ftrace::Kernel {
            release: text(name.release()),
            version: text(name.version()),
            machine: text(name.machine()),
            ..ftrace::Kernel::default()
        }
    }
}

/// Buffers overflow when those who fill them run and whoever empties them waits. Little is
/// taken this way: what was seen is muted.
pub(super) fn be_first() {
    // Without the right to, it goes on as any other.
    let _ = rustix::process::setpriority_process(None, -20);
}

fn tracefs() -> Result<Folder> {
    let path = Path::new(TRACEFS);
    let folder = Folder::open(path)?;
    if folder.has("available_tracers") {
        return Ok(folder);
    }
    let mounted = rustix::mount::mount("tracefs", TRACEFS, "tracefs", MountFlags::empty(), None);
    mounted.about(path)?;
    Folder::open(path)
}

fn root_of_init(proc: &Folder) -> Option<(u64, u64)> {
    let flags = rustix::fs::OFlags::PATH | rustix::fs::OFlags::CLOEXEC;
    let root = rustix::fs::openat(proc.descriptor(), "1/root", flags, Mode::empty()).ok()?;
    let status = statat(&root, "", AtFlags::EMPTY_PATH).ok()?;
    Some((status.st_dev, status.st_ino))
}
