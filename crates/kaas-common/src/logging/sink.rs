// SPDX-License-Identifier: Apache-2.0
//! Where lines go. A file that was moved away or removed is made anew, so that logrotate needs
//! no signal.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::config::Config;

/// A place for lines.
#[derive(Debug)]
pub enum Sink {
    Stdout,
    Stderr,
    File { path: PathBuf, file: File },
}

impl Sink {
    /// As configured: a file, or stderr, or stdout.
    pub fn new(config: &Config, program: &str) -> io::Result<Self> {
        let file = config.get(&super::LOG_FILE);
        let directory = config.get(&super::LOG_DIR).map(PathBuf::from);
        let path = match (file, directory) {
            (Some(file), Some(directory)) => Some(directory.join(file)),
            (Some(file), None) => Some(PathBuf::from(file)),
            (None, Some(directory)) => Some(directory.join(format!("{program}.log"))),
            (None, None) => None,
        };
        match path {
            Some(path) => Self::file(path),
            None if config.get(&super::USE_STDERR) => Ok(Self::Stderr),
            None => Ok(Self::Stdout),
        }
    }

    /// A file, made if need be, readable for its owner and group.
    pub fn file(path: PathBuf) -> io::Result<Self> {
        let file = open(&path)?;
        Ok(Self::File { path, file })
    }

    /// Writes the line and its end, at once.
    pub fn write(&mut self, line: &str) -> io::Result<()> {
        let line = format!("{line}\n");
        match self {
            Self::Stdout => io::stdout().lock().write_all(line.as_bytes()),
            Self::Stderr => io::stderr().lock().write_all(line.as_bytes()),
            Self::File { path, file } => {
                if has_moved(path, file) {
                    *file = open(path)?;
                }
                file.write_all(line.as_bytes())
            }
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .append(true)
        .create(true)
        .mode(0o640)
        .open(path)
}

/// Whether the path is another file than the one that is open.
fn has_moved(path: &Path, file: &File) -> bool {
    let id = |metadata: io::Result<Metadata>| metadata.ok().map(|it| (it.dev(), it.ino()));
    id(path.metadata()) != id(file.metadata())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_moved_away_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.log");
        let moved = folder.path().join("x.log.1");
        let mut sink = Sink::file(path.clone()).unwrap();
        sink.write("one").unwrap();
        std::fs::rename(&path, &moved).unwrap();
        sink.write("two").unwrap();
        sink.write("three").unwrap();
        assert_eq!(std::fs::read_to_string(moved).unwrap(), "one\n");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "two\nthree\n");
        assert_eq!(path.metadata().unwrap().mode() & 0o007, 0);
    }
}
