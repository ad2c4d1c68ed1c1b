// SPDX-License-Identifier: Apache-2.0
//! What the machine's boot loader can do for a deployment, whichever it is. To add one: a
//! module like [`super::grub`], and a line in each function here.

use kaas_types::release::{Initramfs, Release};

use super::machine::{MARK, Machine};
use super::record::{Kernel, Once, Record};
use super::{grub, kexec, systemd_boot};
use crate::failure::{Failure, Result};

/// The boot loader that started this machine.
pub(super) enum Loader {
    Grub(grub::Site),
    SystemdBoot(systemd_boot::Site),
}

/// How a release is started here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    /// In the loader's words.
    pub(super) entry: String,
    /// The words of its command line.
    pub(super) command_line: String,
    /// How it is tried.
    pub(super) once: Once,
}

/// What the boot loader's configuration shall say.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    /// That may be started at all.
    pub(super) kernels: Vec<&'a Kernel>,
    /// One of them, or what it was before there were any.
    pub(super) default: Option<u64>,
    /// What that was, where it was something.
    pub(super) before: Option<&'a str>,
    /// The next time only.
    pub(super) once: Option<u64>,
}

impl Loader {
    /// Refuses a machine that was started in a way which nothing here can change.
    pub(super) fn find(machine: &Machine) -> Result<Self> {
        if let Some(site) = systemd_boot::Site::find(machine) {
            return Ok(Self::SystemdBoot(site));
        }
        grub::Site::find(machine).map(Self::Grub)
    }

    /// Refuses where nothing can start a kernel just once.
    pub(super) fn plan(&self, machine: &Machine, release: &Release) -> Result<Plan> {
        let (entry, command_line) = match self {
            Self::Grub(site) => site.entry(machine, release)?,
            Self::SystemdBoot(site) => site.entry(machine, release)?,
        };
        let once = match self.starts_once(machine) {
            Ok(()) => Once::Loader,
            Err(reason) => {
                let both = |other| Failure::new(format!("{reason}; {other}"));
                kexec::is_allowed(machine).map_err(both)?;
                Once::Kexec
            }
        };
        Ok(Plan {
            entry,
            command_line,
            once,
        })
    }

    /// Why the boot loader can't start something once, if so.
    pub(super) fn starts_once(&self, machine: &Machine) -> Result<()> {
        match self {
            Self::Grub(site) => site.starts_once(machine),
            Self::SystemdBoot(site) => site.starts_once(),
        }
    }

    /// Makes the loader's configuration say what is wanted; changes nothing where it does.
    pub(super) fn set(&self, machine: &mut Machine, wanted: &Wanted<'_>) -> Result<()> {
        match self {
            Self::Grub(site) => site.set(machine, wanted),
            Self::SystemdBoot(site) => site.set(machine, wanted),
        }
    }

    /// What it starts by default now, where it keeps that in one place.
    pub(super) fn default_now(&self, machine: &Machine) -> Option<String> {
        match self {
            Self::Grub(_) => None,
            Self::SystemdBoot(_) => systemd_boot::default_now(machine),
        }
    }
}

impl<'a> Wanted<'a> {
    /// What follows from the record, in the boot that it is read in.
    pub(super) fn of(record: &'a Record, boot: &str) -> Self {
        let current = record.current.as_ref();
        let tried = current.map(|current| &current.kernel);
        let tried = tried.filter(|kernel| !kernel.entry.is_empty());
        let is_new = |kernel: &&Kernel| record.kept.iter().all(|kept| kept.serial != kernel.serial);
        Self {
            kernels: record.kept.iter().chain(tried.filter(is_new)).collect(),
            default: record.kept.last().map(|kernel| kernel.serial),
            before: record.default_before.as_deref(),
            once: current.and_then(|current| current.armed(boot)),
        }
    }
}

/// The id of a kernel's entry.
pub(super) fn id(serial: u64) -> String {
    format!("kaas-{serial}")
}

/// The command line of a release, from that of the kernel it stands beside. `rewrite` gives the
/// word that takes the place of `root=…`.
pub(super) fn command_line(
    words: &[&str],
    release: &Release,
    rewrite: impl Fn(&str) -> Result<String>,
) -> Result<String> {
    let line = &release.command_line;
    let name = |word: &str| word.split('=').next().unwrap_or_default().to_owned();
    let is_removed = |word: &str| {
        let name = name(word);
        name == "panic" || word.starts_with(MARK) || line.remove.contains(&name)
    };
    let mut kept = Vec::new();
    for word in words.iter().filter(|word| !is_removed(word)) {
        kept.push(match word.strip_prefix("root=") {
            Some(device) if release.initramfs == Initramfs::None => rewrite(device)?,
            _ => (*word).to_owned(),
        });
    }
    kept.push(format!("panic={}", line.panic_seconds));
    kept.push(format!("{MARK}{}", release.serial));
    kept.extend(line.add.iter().cloned());
    Ok(kept.join(" "))
}

#[cfg(test)]
mod tests {
    use kaas_types::release::Release;

    use super::command_line;
    use crate::deploy::testing::signer::document;

    #[test]
    fn words_go_and_come() {
        let mut release = Release::read(&document(7)).unwrap();
        release.command_line.remove = vec!["crashkernel".to_owned()];
        release.command_line.add = vec!["quiet".to_owned()];
        let words = [
            "root=UUID=1",
            "ro",
            "panic=0",
            "kaas.serial=3",
            "crashkernel=128M,high",
        ];
        let line = command_line(&words, &release, |device| Ok(format!("root={device}!")));
        assert_eq!(
            line.unwrap(),
            "root=UUID=1! ro panic=10 kaas.serial=7 quiet"
        );
    }
}
