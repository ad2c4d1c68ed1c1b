// SPDX-License-Identifier: Apache-2.0
//! What a program sees of the file system: the system's programs and libraries, what it is
//! given, and nothing else.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use rustix::fs::{StatVfsMountFlags, statvfs};
use rustix::mount::{
    MountFlags, MountPropagationFlags, UnmountFlags, mount, mount_bind_recursive, mount_change,
    mount_remount, unmount,
};
use rustix::process::pivot_root;

use super::{Access, Mount};

/// Folders of the system, where they are there; a link stays one.
const SYSTEM: [&str; 7] = ["usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32"];

/// Of `/etc`, what finds libraries and programs, and knows of certificates and names.
const SETTINGS: [&str; 10] = [
    "etc/alternatives",
    "etc/ld.so.cache",
    "etc/ld.so.conf",
    "etc/ld.so.conf.d",
    "etc/ssl",
    "etc/ca-certificates",
    "etc/resolv.conf",
    "etc/hosts",
    "etc/nsswitch.conf",
    "etc/mke2fs.conf",
];

const DEVICES: [&str; 5] = ["null", "zero", "full", "random", "urandom"];

const LINKS: [(&str, &str); 4] = [
    ("/proc/self/fd", "dev/fd"),
    ("/proc/self/fd/0", "dev/stdin"),
    ("/proc/self/fd/1", "dev/stdout"),
    ("/proc/self/fd/2", "dev/stderr"),
];

/// A step that failed, and how.
pub(super) type Failed = (String, io::Error);

/// Makes the new root in the empty folder `root`, and makes it the only one.
pub(super) fn enter(root: &Path, visible: &[PathBuf], mounts: &[Mount]) -> Result<(), Failed> {
    let private = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
    about("/", mount_change("/", private))?;
    fresh("tmpfs", root)?;
    system(root)?;
    devices(root)?;
    accounts(root)?;
    for folder in visible {
        bind(folder, &below(root, folder), Access::Read)?;
    }
    for one in mounts {
        bind(&one.from, &below(root, &one.to), one.access)?;
    }
    let proc = root.join("proc");
    about("/proc", fs::create_dir(&proc))?;
    fresh("proc", &proc)?;
    pivot(root)
}

fn system(root: &Path) -> Result<(), Failed> {
    for name in SYSTEM {
        let (from, to) = (Path::new("/").join(name), root.join(name));
        match fs::read_link(&from) {
            Ok(target) => about(name, symlink(target, to))?,
            Err(_) if from.is_dir() => bind(&from, &to, Access::Read)?,
            Err(_) => {}
        }
    }
    for name in SETTINGS {
        let from = Path::new("/").join(name);
        if from.exists() {
            bind(&from, &root.join(name), Access::Read)?;
        }
    }
    Ok(())
}

fn devices(root: &Path) -> Result<(), Failed> {
    for name in DEVICES {
        let from = Path::new("/dev").join(name);
        bind(&from, &root.join("dev").join(name), Access::Write)?;
    }
    for (target, link) in LINKS {
        about(link, symlink(target, root.join(link)))?;
    }
    for name in ["tmp", "dev/shm"] {
        let path = root.join(name);
        about(name, fs::create_dir_all(&path))?;
        let open = std::os::unix::fs::PermissionsExt::from_mode(0o1777);
        about(name, fs::set_permissions(&path, open))?;
    }
    Ok(())
}

/// The same two names on every machine.
fn accounts(root: &Path) -> Result<(), Failed> {
    let id = super::user::INSIDE;
    let users = format!("root:x:0:0::/:/bin/sh\nbuild:x:{id}:{id}::/tmp:/bin/sh\n");
    about("/etc/passwd", fs::write(root.join("etc/passwd"), users))?;
    let groups = format!("root:x:0:\nbuild:x:{id}:\n");
    about("/etc/group", fs::write(root.join("etc/group"), groups))
}

/// A file system of its own kind, without programs that would be somebody else's.
fn fresh(kind: &str, at: &Path) -> Result<(), Failed> {
    let flags = MountFlags::NOSUID | MountFlags::NODEV;
    let data = (kind == "tmpfs").then_some(c"mode=755");
    about(kind, mount(kind, at, kind, flags, data))
}

fn bind(from: &Path, to: &Path, access: Access) -> Result<(), Failed> {
    let name = from.display().to_string();
    about(&name, place(from, to))?;
    about(&name, mount_bind_recursive(from, to))?;
    // In a user namespace what the mount already has can't be taken from it (mount(2)).
    let kept = flags(about(&name, statvfs(to))?.f_flag);
    let read_only = match access {
        Access::Read => MountFlags::RDONLY,
        Access::Write => MountFlags::empty(),
    };
    let flags = kept | read_only | MountFlags::BIND | MountFlags::NOSUID;
    about(&name, mount_remount(to, flags, ""))
}

/// Something of the same kind to mount over.
fn place(from: &Path, to: &Path) -> io::Result<()> {
    if fs::metadata(from)?.is_dir() {
        return fs::create_dir_all(to);
    }
    fs::create_dir_all(to.parent().unwrap_or(Path::new("/")))?;
    File::create(to).map(drop)
}

fn flags(of: StatVfsMountFlags) -> MountFlags {
    let pairs = [
        (StatVfsMountFlags::RDONLY, MountFlags::RDONLY),
        (StatVfsMountFlags::NODEV, MountFlags::NODEV),
        (StatVfsMountFlags::NOEXEC, MountFlags::NOEXEC),
        (StatVfsMountFlags::NOATIME, MountFlags::NOATIME),
        (StatVfsMountFlags::NODIRATIME, MountFlags::NODIRATIME),
        (StatVfsMountFlags::RELATIME, MountFlags::RELATIME),
    ];
    let set = pairs.into_iter().filter(|(flag, _)| of.contains(*flag));
    set.fold(MountFlags::empty(), |all, (_, flag)| all | flag)
}

/// The old root lies over the new one for a moment, and is taken away (`pivot_root(2)`).
fn pivot(root: &Path) -> Result<(), Failed> {
    about("the new root", std::env::set_current_dir(root))?;
    about("pivot_root", pivot_root(".", "."))?;
    about("the old root", unmount(".", UnmountFlags::DETACH))?;
    about("/", std::env::set_current_dir("/"))
}

fn below(root: &Path, path: &Path) -> PathBuf {
    root.join(path.strip_prefix("/").unwrap_or(path))
}

fn about<T, E: Into<io::Error>>(what: &str, result: Result<T, E>) -> Result<T, Failed> {
    result.map_err(|error| (what.to_owned(), error.into()))
}
