// SPDX-License-Identifier: Apache-2.0
//! On which file system a path of the machine is: `/proc/self/mountinfo`, as proc(5) has it.

use std::path::{Path, PathBuf};

/// A file system that is mounted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mount {
    /// `MAJOR:MINOR`.
    pub(super) device: String,
    /// Which folder of the file system is seen at `point`.
    pub(super) folder: PathBuf,
    pub(super) point: PathBuf,
    pub(super) kind: String,
    /// Of the mount and of the file system.
    pub(super) options: Vec<String>,
}

impl Mount {
    /// The one on which a path is: of those whose point is the longest, the last.
    pub(super) fn of(path: &Path, mountinfo: &str) -> Option<Self> {
        let mounts = mountinfo.lines().filter_map(Self::parse);
        let above = mounts.filter(|mount| path.starts_with(&mount.point));
        above.max_by_key(|mount| mount.point.components().count())
    }

    fn parse(line: &str) -> Option<Self> {
        let (before, after) = line.split_once(" - ")?;
        let before: Vec<&str> = before.split(' ').collect();
        let after: Vec<&str> = after.split(' ').collect();
        let [_, _, device, folder, point, options, ..] = before[..] else {
            return None;
        };
        let [kind, _, more, ..] = after[..] else {
            return None;
        };
        let options = options.split(',').chain(more.split(','));
        Some(Self {
            device: device.to_owned(),
            folder: PathBuf::from(unescape(folder)),
            point: PathBuf::from(unescape(point)),
            kind: kind.to_owned(),
            options: options.map(str::to_owned).collect(),
        })
    }

    pub(super) fn has_option(&self, name: &str) -> bool {
        self.options.iter().any(|option| option == name)
    }
}

/// Blanks and backslashes are written as three octal digits.
fn unescape(word: &str) -> String {
    ["\\040", "\\011", "\\012", "\\134"]
        .iter()
        .zip([" ", "\t", "\n", "\\"])
        .fold(word.to_owned(), |word, (code, text)| {
            word.replace(code, text)
        })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Mount;

    const TEXT: &str = "\
22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,data=journal
23 22 254:2 / /boot ro,relatime shared:2 - ext2 /dev/vda2 rw
24 22 0:20 /a /with\\040blank rw - tmpfs tmpfs rw
damaged line
";

    #[test]
    fn the_longest_point_wins() {
        let of = |path: &str| Mount::of(Path::new(path), TEXT).unwrap();
        assert_eq!(of("/boot/grub/grubenv").device, "254:2");
        assert!(of("/boot").has_option("ro"));
        assert_eq!(of("/bootless").device, "254:1");
        assert!(of("/etc").has_option("data=journal") && !of("/etc").has_option("ro"));
        assert_eq!(of("/with blank/b").folder, Path::new("/a"));
    }
}
