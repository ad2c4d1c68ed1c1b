// SPDX-License-Identifier: Apache-2.0
//! All that has to hold before a release is installed; none of it changes anything.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use kaas_types::release::{Initramfs, Release, Role, SecureBoot};

use super::files::maker;
use super::loader::{Loader, Plan};
use super::machine::Machine;
use super::record::Record;
use super::staging;
use crate::failure::{About as _, Failure, Result};

/// Left over on every file system that something is written to.
const MARGIN: u64 = 16 << 20;
/// What an initramfs takes that is made here; Debian's with all modules has 40 MB.
const MADE_INITRAMFS: u64 = 64 << 20;

/// How the release can be started here, or why it is refused.
pub(super) fn check(
    machine: &Machine,
    record: &Record,
    release: &Release,
    sha256: &str,
) -> Result<Plan> {
    check_serial(record, release.serial, sha256)?;
    check_place(machine, record, release)?;
    check_secure_boot(machine, release)?;
    check_initramfs(machine, release)?;
    let plan = Loader::find(machine)?.plan(machine, release)?;
    check_space(machine, release)?;
    staging::verify(machine, release)?;
    Ok(plan)
}

fn check_serial(record: &Record, serial: u64, sha256: &str) -> Result<()> {
    let accepted = &record.accepted;
    let is_known = record.kept.iter().any(|kernel| kernel.serial == serial);
    let message = if is_known {
        format!("the kernel with the serial {serial} is installed already")
    } else if serial > accepted.serial || serial == accepted.serial && sha256 == accepted.sha256 {
        return Ok(());
    } else {
        let last = accepted.serial;
        format!("the serial {serial} is not newer than {last}, which this machine had already")
    };
    Err(Failure::new(message))
}

/// Nothing that is there is ever overwritten.
fn check_place(machine: &Machine, record: &Record, release: &Release) -> Result<()> {
    let layout = &machine.layout;
    let ours = [
        layout.kernel(release.serial),
        layout.unfinished_modules(release.serial),
    ];
    let paths = ours.into_iter().chain([layout.modules(&release.release)]);
    for path in paths {
        if path.symlink_metadata().is_ok() {
            return Err(Failure::new(format!("{} is there already", path.display())));
        }
    }
    let mut kernels = record.kept.iter().chain(&record.garbage);
    if kernels.any(|kernel| kernel.release == release.release) {
        let message = format!("another tailored kernel is called {} too", release.release);
        return Err(Failure::new(message));
    }
    Ok(())
}

fn check_secure_boot(machine: &Machine, release: &Release) -> Result<()> {
    let name = "SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";
    let value = std::fs::read(machine.layout.variables().join(name)).unwrap_or_default();
    if value.last() == Some(&1) && release.secure_boot == SecureBoot::Unsigned {
        let message = "Secure Boot is on, and the kernel is not signed for it";
        return Err(Failure::new(message));
    }
    Ok(())
}

fn check_initramfs(machine: &Machine, release: &Release) -> Result<()> {
    if release.initramfs == Initramfs::Made && maker(machine).is_none() {
        let message = "the kernel needs an initramfs, and neither mkinitramfs nor dracut is here";
        return Err(Failure::new(message));
    }
    Ok(())
}

fn check_space(machine: &Machine, release: &Release) -> Result<()> {
    let is_modules = |file: &&kaas_types::release::File| file.role() == Ok(Role::Modules);
    let size_of = |file: &kaas_types::release::File| file.size;
    let modules: u64 = release.files.iter().filter(is_modules).map(size_of).sum();
    let all: u64 = release.files.iter().map(size_of).sum();
    let made = match release.initramfs {
        Initramfs::Made => MADE_INITRAMFS,
        Initramfs::Given | Initramfs::None => 0,
    };
    let layout = &machine.layout;
    let needs = [
        (layout.at("/boot"), all - modules + made),
        (layout.all_modules(), modules),
        (layout.state(), 0),
    ];
    for (path, _) in &needs {
        let device = device(path)?;
        let on_it = needs
            .iter()
            .filter(|(path, _)| device == device_or_none(path));
        let needed = on_it.map(|(_, size)| size).sum::<u64>() + MARGIN;
        let free = machine.tools.free_bytes(path)?;
        if free < needed {
            let path = layout.in_machine(path).display();
            let (free, needed) = (free >> 20, needed.div_ceil(1 << 20));
            let message = format!("/{path} has {free} MiB free, and {needed} MiB are needed");
            return Err(Failure::new(message));
        }
    }
    Ok(())
}

fn device(path: &Path) -> Result<Option<u64>> {
    path.metadata()
        .map(|metadata| Some(metadata.dev()))
        .about(path)
}

fn device_or_none(path: &Path) -> Option<u64> {
    path.metadata().ok().map(|metadata| metadata.dev())
}
