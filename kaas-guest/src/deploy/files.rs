// SPDX-License-Identifier: Apache-2.0
//! The files of a kernel: its own folder below `/boot`, and its modules.

use std::io::Read;
use std::path::Path;
use std::time::Duration;

use kaas_types::release::{Initramfs, Release, Role};

use super::archive::{self, Content, Member};
use super::machine::Machine;
use super::record::Kernel;
use super::staging::Staged;
use super::tool::Tool;
use crate::failure::{Failure, Result};

/// In the folder of modules: whose they are.
const OWNER: &str = "kaas-serial";

/// How long an initramfs may take, on a small machine under load.
const INITRAMFS_LIMIT: Duration = Duration::from_secs(600);

/// Writes all of them; nothing refers to them yet.
pub(super) fn write(machine: &mut Machine, release: &Release) -> Result<()> {
    let kernels = machine.layout.kernels();
    if !kernels.exists() {
        machine.disk.make_folder(&kernels)?;
    }
    let folder = machine.layout.kernel(release.serial);
    machine.disk.make_folder(&folder)?;
    for file in &release.files {
        let mut staged = Staged::open(machine, file)?;
        if file.role() == Ok(Role::Modules) {
            write_modules(machine, release, &mut staged)?;
        } else {
            machine.disk.create(&folder.join(&file.name), &mut staged)?;
        }
        staged.finish()?;
    }
    publish_modules(machine, release)?;
    make_initramfs(machine, release)?;
    machine.disk.sync()
}

/// Below a name that no kernel has, until they are complete.
fn write_modules(machine: &mut Machine, release: &Release, from: &mut dyn Read) -> Result<()> {
    let folder = machine.layout.unfinished_modules(release.serial);
    machine.disk.make_folder(&folder)?;
    archive::read(from, |member, content| {
        write_member(machine, &folder, member, content)
    })?;
    let owner = release.serial.to_string();
    machine
        .disk
        .create(&folder.join(OWNER), &mut owner.as_bytes())
}

fn write_member(
    machine: &mut Machine,
    folder: &Path,
    member: &Member,
    content: &mut dyn Read,
) -> Result<()> {
    let path = folder.join(&member.path);
    match member.content {
        Content::Folder if path.exists() => Ok(()),
        Content::Folder => machine.disk.make_folder(&path),
        Content::File(_) => machine.disk.create(&path, content),
    }
}

fn publish_modules(machine: &mut Machine, release: &Release) -> Result<()> {
    if release.file(Role::Modules).is_none() {
        return Ok(());
    }
    let unfinished = machine.layout.unfinished_modules(release.serial);
    let folder = machine.layout.modules(&release.release);
    machine.disk.rename(&unfinished, &folder)?;
    machine
        .tools
        .run(&Tool::new("depmod", &[&release.release]))
        .map(drop)
}

/// What makes an initramfs here, without registering the kernel with the distribution.
pub(super) fn maker(machine: &Machine) -> Option<&'static str> {
    let known = ["mkinitramfs", "dracut"];
    known.into_iter().find(|program| machine.tools.has(program))
}

fn make_initramfs(machine: &mut Machine, release: &Release) -> Result<()> {
    if release.initramfs != Initramfs::Made {
        return Ok(());
    }
    let path = machine.layout.kernel(release.serial).join(Role::INITRAMFS);
    let target = Path::new("/").join(machine.layout.in_machine(&path));
    let target = target.to_string_lossy();
    let arguments = match maker(machine) {
        Some("dracut") => ["--force", &target, &release.release],
        _ => ["-o", &target, &release.release],
    };
    let program = maker(machine).ok_or_else(|| Failure::new("nothing makes an initramfs"))?;
    let tool = Tool::new(program, &arguments).within(INITRAMFS_LIMIT);
    machine.tools.run(&tool).map(drop)
}

/// Removes what a kernel has here, whichever part of it there is; never what is another's.
pub(super) fn remove(machine: &mut Machine, kernel: &Kernel) -> Result<()> {
    let unfinished = machine.layout.unfinished_modules(kernel.serial);
    machine.disk.remove(&unfinished)?;
    let modules = machine.layout.modules(&kernel.release);
    let owner = std::fs::read_to_string(modules.join(OWNER)).unwrap_or_default();
    if owner == kernel.serial.to_string() {
        // The mark that says whose it is must not go before the rest has gone.
        machine.disk.rename(&modules, &unfinished)?;
        machine.disk.remove(&unfinished)?;
    }
    machine.disk.remove(&machine.layout.kernel(kernel.serial))?;
    let kernels = machine.layout.kernels();
    let is_empty = std::fs::read_dir(&kernels).is_ok_and(|mut kernels| kernels.next().is_none());
    if is_empty {
        machine.disk.remove(&kernels)?;
    }
    Ok(())
}
