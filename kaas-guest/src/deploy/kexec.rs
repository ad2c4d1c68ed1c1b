// SPDX-License-Identifier: Apache-2.0
//! A trial without the boot loader: the running kernel starts the other one, and the boot loader,
//! asked by whatever reset comes, starts what it always did.

use std::path::Path;

use super::machine::Machine;
use super::record::Kernel;
use super::tool::Tool;
use crate::failure::{Failure, Result};
use kaas_types::release::Role;

/// Why it can't be used, if so.
pub(super) fn is_allowed(machine: &Machine) -> Result<()> {
    let refused = |why: &str| Err(Failure::new(format!("kexec can't be used instead: {why}")));
    if machine.word("/proc/sys/kernel/kexec_load_disabled") != "0" {
        return refused("kernel.kexec_load_disabled is set, or the kernel has no kexec");
    }
    let lockdown = machine.word("/sys/kernel/security/lockdown");
    if !lockdown.is_empty() && !lockdown.contains("[none]") {
        return refused("the kernel is locked down");
    }
    if !machine.tools.has("kexec") {
        return refused("the program kexec is not here");
    }
    Ok(())
}

/// Loads a kernel; the next orderly `systemctl kexec` starts it.
pub(super) fn load(machine: &mut Machine, kernel: &Kernel) -> Result<()> {
    let folder = machine.layout.kernel(kernel.serial);
    let image = absolute(machine, &folder.join(Role::IMAGE));
    let initramfs = folder.join(Role::INITRAMFS);
    // Words with a variable mean something to GRUB only.
    let words = kernel
        .command_line
        .split(' ')
        .filter(|word| !word.contains('$'));
    let line = format!("--command-line={}", words.collect::<Vec<_>>().join(" "));
    let mut arguments = vec!["--load".to_owned(), "--kexec-file-syscall".to_owned(), line];
    if initramfs.exists() {
        arguments.push(format!("--initrd={}", absolute(machine, &initramfs)));
    }
    arguments.push(image);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    machine.tools.run(&Tool::new("kexec", &arguments)).map(drop)
}

/// Starts what was loaded; returns before it happens.
pub(super) fn start(machine: &mut Machine) -> Result<()> {
    machine
        .tools
        .run(&Tool::new("systemctl", &["--no-block", "kexec"]))
        .map(drop)
}

pub(super) fn unload(machine: &mut Machine) -> Result<()> {
    machine
        .tools
        .run(&Tool::new("kexec", &["--unload"]))
        .map(drop)
}

fn absolute(machine: &Machine, path: &Path) -> String {
    let path = Path::new("/").join(machine.layout.in_machine(path));
    path.to_string_lossy().into_owned()
}
