// SPDX-License-Identifier: Apache-2.0
//! The machine that is emulated: the one that the traces were recorded on.

use std::path::Path;
use std::process::{Command, Stdio};

use super::Accelerator;
use crate::failure::Result;
use crate::program;

const EMULATOR: &str = "qemu-system-x86_64";

/// What is started, and with what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start<'a> {
    pub(crate) kernel: &'a Path,
    pub(crate) initramfs: Option<&'a Path>,
    /// Its changes are thrown away.
    pub(crate) disk: &'a Path,
    /// Where the root file system is, as `root=` says it.
    pub(crate) root: &'a str,
    /// What the guest is asked.
    pub(crate) questions: &'a str,
    /// The test files of memcached, separated by commas; may be a pattern of the shell.
    pub(crate) tests: &'a str,
}

impl Start<'_> {
    /// The emulator's command; its standard output is the guest's console.
    pub(super) fn command(&self, accelerator: Accelerator, port: u16, socket: &Path) -> Command {
        let mut command = emulator();
        command.args(["-machine", "q35", "-smp", "1", "-m", "1536"]);
        command.args(accelerator.arguments());
        command.args(["-display", "none", "-vga", "std", "-monitor", "none"]);
        command.args(["-serial", "stdio", "-device", "virtio-rng-pci"]);
        command.arg("-netdev").arg(network(port));
        command.args(["-device", "virtio-net-pci,netdev=net"]);
        command.arg("-drive").arg(drive(self.disk));
        command
            .arg("-qmp")
            .arg(format!("unix:{},server=on,wait=off", socket.display()));
        command.arg("-kernel").arg(self.kernel);
        if let Some(initramfs) = self.initramfs {
            command.arg("-initrd").arg(initramfs);
        }
        command.arg("-append").arg(self.kernel_command_line());
        command.stdout(Stdio::piped()).stderr(Stdio::inherit());
        command
    }

    fn kernel_command_line(&self) -> String {
        let Self {
            root,
            questions,
            tests,
            ..
        } = self;
        let tests = if tests.is_empty() {
            String::new()
        } else {
            format!(" boot.tests={tests}")
        };
        format!("root={root} ro console=ttyS0 loglevel=4 panic=-1 boot.ask={questions}{tests}")
    }
}

/// Ends with whoever started it, however that ends.
pub(super) fn emulator() -> Command {
    let mut command = program::clean("setpriv");
    command.args(["--pdeathsig", "KILL", EMULATOR]);
    command
}

/// A sentence where the emulator can't be started.
pub(crate) fn is_there() -> Result<()> {
    program::run(program::clean(EMULATOR).arg("--version")).map(drop)
}

/// Nothing of the guest is reachable but memcached, and that only from this machine.
fn network(port: u16) -> String {
    format!("user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:{port}-:11211")
}

fn drive(disk: &Path) -> String {
    // The emulator takes a comma for the end of the name.
    let disk = disk.display().to_string().replace(',', ",,");
    format!("file={disk},format=raw,if=virtio,snapshot=on,cache=unsafe")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_is_told_what_it_is_asked() {
        let start = Start {
            kernel: Path::new("k"),
            initramfs: None,
            disk: Path::new("a,b"),
            root: "UUID=1",
            questions: "state,poweroff",
            tests: "t/a.t",
        };
        let line = start.kernel_command_line();
        assert!(line.starts_with("root=UUID=1 "), "{line}");
        assert!(
            line.ends_with(" boot.ask=state,poweroff boot.tests=t/a.t"),
            "{line}"
        );
        assert!(drive(start.disk).starts_with("file=a,,b,"));
    }
}
