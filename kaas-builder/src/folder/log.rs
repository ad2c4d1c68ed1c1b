// SPDX-License-Identifier: Apache-2.0
//! The log of a job: only ever grows, and is read by offsets.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::event::{Event, Sink};
use crate::trouble::{About as _, Result};

/// More than any kernel's make has to say; what comes after is dropped, and that is said.
const LONGEST: u64 = 64 << 20;

/// So much is told at once.
const PIECE: usize = 4 << 10;

/// See above. Who works tells it lines; programs, whatever they write.
pub(crate) struct Log<'s> {
    path: PathBuf,
    file: File,
    length: u64,
    sink: &'s dyn Sink,
}

impl<'s> Log<'s> {
    pub(crate) fn open(path: &Path, sink: &'s dyn Sink) -> Result<Self> {
        let file = File::options().create(true).append(true).open(path);
        let file = file.about(path)?;
        let length = file.metadata().about(path)?.len();
        Ok(Self {
            path: path.to_owned(),
            file,
            length,
            sink,
        })
    }

    /// A line of ours.
    pub(crate) fn line(&mut self, line: &str) -> Result<()> {
        self.write(format!("{line}\n").as_bytes())
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        for piece in bytes.chunks(PIECE) {
            if self.length >= LONGEST {
                return Ok(());
            }
            self.append(piece)?;
            if self.length >= LONGEST {
                self.append(b"\n[the log ends here: it is too long]\n")?;
            }
        }
        Ok(())
    }

    fn append(&mut self, piece: &[u8]) -> Result<()> {
        self.file.write_all(piece).about(&self.path)?;
        self.sink.tell(&Event::Log {
            offset: self.length,
            text: String::from_utf8_lossy(piece).into_owned(),
        });
        self.length += piece.len() as u64;
        Ok(())
    }
}
