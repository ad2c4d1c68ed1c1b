// SPDX-License-Identifier: Apache-2.0
//! Files that are replaced as a whole, by root, in a folder where the agent may add files of its
//! own: what it left under the name of the new one is removed, never written to.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use crate::failure::{About as _, Result};

/// Fills a new file and puts it in the place of an old one.
pub(crate) fn replace(
    path: &Path,
    fill: impl FnOnce(&mut File) -> std::io::Result<()>,
) -> Result<()> {
    let new = path.with_extension("new");
    match fs::remove_file(&new) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error).about(&new),
        _ => {}
    }
    // This way no link is followed.
    let file = OpenOptions::new().write(true).create_new(true).open(&new);
    fill(&mut file.about(&new)?).about(&new)?;
    fs::rename(&new, path).about(path)
}

/// A line, such as a document of JSON.
pub(crate) fn line(path: &Path, text: &str) -> Result<()> {
    replace(path, |file| writeln!(file, "{text}"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_link_that_somebody_left_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::write(at("shadow"), "precious").unwrap();
        symlink(at("shadow"), at("status.new")).unwrap();
        symlink(at("shadow"), at("status")).unwrap();
        line(&at("status"), "{}").unwrap();
        assert_eq!(fs::read_to_string(at("status")).unwrap(), "{}\n");
        assert_eq!(fs::read_to_string(at("shadow")).unwrap(), "precious");
        assert!(!at("status.new").exists());
    }

    #[test]
    fn what_a_killed_writer_left_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("status");
        fs::write(path.with_extension("new"), "half of someth").unwrap();
        line(&path, "whole").unwrap();
        assert_eq!(fs::read_to_string(path).unwrap(), "whole\n");
    }
}
