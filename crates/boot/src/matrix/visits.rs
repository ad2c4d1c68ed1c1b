// SPDX-License-Identifier: Apache-2.0
//! The three times that each kernel is booted, and what the guest is asked.

use std::time::Duration;

use super::{Matrix, Subject};
use crate::cell::Cell;
use crate::kernel::size_of;
use crate::outcome::Outcome;
use crate::visit::{Host, Visit, visit};
use virtual_machine::Result;
use virtual_machine::disk::{PARTITION, UUID};
use virtual_machine::report;
use virtual_machine::{Boots, Start};

/// How long a guest may be silent. Emulated, and beside other work, all is slow.
const PATIENCE: Duration = Duration::from_secs(600);
/// A single file of tests may take 1200 s.
const PATIENCE_WITH_TESTS: Duration = Duration::from_secs(1500);

/// All that may be asked, for the key of what is finished.
pub(super) const QUESTIONS: [&str; 3] = [
    "kernel,state,errors,units,memory,loopback,outside,reboot",
    "state,poweroff",
    "state,suite,poweroff",
];

/// One of the three.
struct Asked<'a> {
    name: &'static str,
    has_partitions: bool,
    root: String,
    questions: &'static str,
    tests: &'a str,
}

impl Asked<'_> {
    fn command_line(&self) -> String {
        let (root, questions) = (&self.root, self.questions);
        let line = format!("root={root} ro boot.ask={questions}");
        if self.tests.is_empty() {
            return line;
        }
        format!("{line} boot.tests={}", self.tests)
    }
}

impl Matrix<'_> {
    pub(super) fn visits(&self, cell: &Cell, subject: &Subject) -> Result<Outcome> {
        let has_initramfs = subject.image.initramfs.is_some();
        let [plain, gpt, suite] = asked(has_initramfs, &self.tests);
        Ok(Outcome {
            cell: cell.to_string(),
            counts: subject.counts,
            size: size_of(&subject.kernel, &self.workshop.source.path)?,
            plain: self.visit(cell, subject, &plain)?,
            gpt: self.visit(cell, subject, &gpt)?,
            gpt_root: gpt.root.split('=').next().unwrap_or_default().to_owned(),
            suite: self.visit(cell, subject, &suite)?,
            impossible: None,
        })
    }

    fn visit(&self, cell: &Cell, subject: &Subject, asked: &Asked<'_>) -> Result<Visit> {
        report::step(&format!("{cell}: {}", asked.name));
        let image = &subject.image;
        let boots = Boots::Kernel {
            kernel: &subject.kernel.image,
            initramfs: image.initramfs.as_deref(),
            command_line: &asked.command_line(),
        };
        let disk = if asked.has_partitions {
            &image.gpt
        } else {
            &image.plain
        };
        let start = Start::new(boots, disk);
        let folder = self
            .workshop
            .cache
            .folder("logs")?
            .join(format!("{cell}-{}", asked.name));
        let patience = if asked.tests.is_empty() {
            PATIENCE
        } else {
            PATIENCE_WITH_TESTS
        };
        let (accelerator, folder) = (self.accelerator, &*folder);
        visit(
            &start,
            &Host {
                accelerator,
                folder,
                patience,
            },
        )
    }
}

fn asked(has_initramfs: bool, tests: &str) -> [Asked<'_>; 3] {
    let of = |name, has_partitions, root, questions, tests| Asked {
        name,
        has_partitions,
        root,
        questions,
        tests,
    };
    let whole = || "/dev/vda".to_owned();
    [
        of("plain", false, whole(), QUESTIONS[0], ""),
        of("gpt", true, partition(has_initramfs), QUESTIONS[1], ""),
        of("suite", false, whole(), QUESTIONS[2], tests),
    ]
}

/// The UUID of a file system is looked for by an initramfs, that of a partition by the
/// kernel itself (`init/do_mounts.c`): where there is none, `root=` is written anew.
fn partition(has_initramfs: bool) -> String {
    if has_initramfs {
        format!("UUID={UUID}")
    } else {
        format!("PARTUUID={PARTITION}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_an_initramfs_the_partition_is_named() {
        assert!(asked(true, "")[1].root.starts_with("UUID="));
        assert!(asked(false, "")[1].root.starts_with("PARTUUID="));
    }
}
