// SPDX-License-Identifier: Apache-2.0
//! The guest's serial console, line by line.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::Path;
use std::sync::mpsc::Sender;

use super::Event;
use crate::{About as _, Result};

/// Sends each line, and keeps everything in `log`.
pub(crate) fn listen(
    console: impl Read + Send + 'static,
    log: &Path,
    sender: Sender<Event>,
) -> Result<()> {
    let log = File::create(log).about(log)?;
    forward(Tee { console, log }, sender);
    Ok(())
}

/// Sends each line, and at the end that it is the end.
pub(crate) fn forward(console: impl Read + Send + 'static, sender: Sender<Event>) {
    std::thread::spawn(move || {
        let lines = BufReader::new(console).split(b'\n');
        for line in lines.map_while(std::result::Result::ok) {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            // Nobody listens any more: read on, or the guest would wait.
            let _ = sender.send(Event::Line(line));
        }
        let _ = sender.send(Event::Ended);
    });
}

/// Writes what is read.
struct Tee<R> {
    console: R,
    log: File,
}

impl<R: Read> Read for Tee<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let length = self.console.read(buffer)?;
        let read = buffer.get(..length).unwrap_or_default();
        self.log.write_all(read)?;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_whole_and_the_end_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log");
        let (sender, events) = std::sync::mpsc::channel();
        listen(&b"a\r\nb\xff\nc"[..], &log, sender).unwrap();
        let lines = ["a", "b\u{fffd}", "c"].map(|line| Event::Line(line.to_owned()));
        let expected: Vec<Event> = lines.into_iter().chain([Event::Ended]).collect();
        assert_eq!(events.iter().collect::<Vec<_>>(), expected);
        assert_eq!(std::fs::read(log).unwrap(), b"a\r\nb\xff\nc");
    }
}
