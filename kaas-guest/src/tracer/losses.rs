// SPDX-License-Identifier: Apache-2.0
//! What was called and is in no trace. The kernel counts what its buffers had no room for, and
//! what was read from them; what a tracer read and did not write down before it was killed is
//! the difference to what it noted here.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::OFlags;

use crate::failure::{About as _, Result};
use crate::tracefs::Counts;

/// See above.
pub(super) struct Losses {
    /// Stays open: where it is may be moved away beneath the tracer.
    file: File,
    /// What was lost before this recording, and is in another.
    before: u64,
    /// What our instance does not count: what a tracer that was killed took with it, and what
    /// was lost before there was one.
    elsewhere: u64,
}

/// The file: both numbers as the processor has them.
const LENGTH: usize = 16;

impl Losses {
    /// `left` is what the kernel counted for a tracer that was killed.
    pub(super) fn open(run: &Path, left: Option<Counts>) -> Result<Self> {
        let path = run.join("noted");
        let mut options = OpenOptions::new();
        // The agent may have left a link in the folder, which is not for root to follow.
        let flags = OFlags::NOFOLLOW.bits().cast_signed();
        options.read(true).write(true).create(true).truncate(false);
        let file = options.custom_flags(flags).open(&path).about(&path)?;
        let noted = read(&file);
        let elsewhere = left.map_or(0, |left| left.read.saturating_sub(noted.read));
        let losses = Self {
            file,
            before: left.map_or(0, |left| noted.lost.min(left.lost)),
            elsewhere,
        };
        losses.note(left.unwrap_or_default())?;
        Ok(losses)
    }

    /// What was read is written down, and what was lost is said.
    pub(super) fn note(&self, counts: Counts) -> Result<()> {
        let bytes = [counts.read.to_ne_bytes(), counts.lost.to_ne_bytes()].concat();
        self.file.write_all_at(&bytes, 0).about(Path::new("noted"))
    }

    /// Another tracer lost so much.
    pub(super) fn add(&mut self, elsewhere: u64) {
        self.elsewhere += elsewhere;
    }

    /// Of all recordings of this instance, where the kernel counts so many altogether.
    pub(super) fn of_all(&self, counted: u64) -> u64 {
        counted + self.elsewhere
    }

    /// Of this recording, where the kernel counts so many altogether.
    pub(super) fn of_recording(&self, counted: u64) -> u64 {
        counted.saturating_sub(self.before) + self.elsewhere
    }
}

/// Nothing, where the file is new or somebody else's.
fn read(file: &File) -> Counts {
    let mut bytes = [0; LENGTH];
    if file.read_exact_at(&mut bytes, 0).is_err() {
        return Counts::default();
    }
    let (read, lost) = bytes.split_at(LENGTH / 2);
    let number = |bytes: &[u8]| bytes.try_into().map_or(0, u64::from_ne_bytes);
    Counts {
        read: number(read),
        lost: number(lost),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(read: u64, lost: u64) -> Counts {
        Counts { lost, read }
    }

    #[test]
    fn what_a_killed_tracer_took_with_it_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let first = Losses::open(folder.path(), None).unwrap();
        assert_eq!(first.of_recording(0), 0);
        first.note(counts(100, 7)).unwrap();
        let second = Losses::open(folder.path(), Some(counts(130, 9))).unwrap();
        assert_eq!(second.of_recording(9), 2 + 30);
        let third = Losses::open(folder.path(), Some(counts(130, 9))).unwrap();
        assert_eq!(third.of_recording(9), 0);
    }

    #[test]
    fn a_new_instance_counts_from_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let first = Losses::open(folder.path(), None).unwrap();
        first.note(counts(100, 7)).unwrap();
        let second = Losses::open(folder.path(), None).unwrap();
        assert_eq!(second.of_recording(3), 3);
    }

    #[test]
    fn what_others_lost_is_lost_too() {
        let folder = tempfile::tempdir().unwrap();
        let mut losses = Losses::open(folder.path(), None).unwrap();
        losses.add(1_000);
        assert_eq!((losses.of_recording(3), losses.of_all(3)), (1_003, 1_003));
    }

    #[test]
    fn a_link_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let other = folder.path().join("other");
        std::os::unix::fs::symlink(&other, folder.path().join("noted")).unwrap();
        assert!(Losses::open(folder.path(), None).is_err());
        assert!(!other.exists());
    }
}
