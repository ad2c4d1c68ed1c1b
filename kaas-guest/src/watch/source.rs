// SPDX-License-Identifier: Apache-2.0
//! The events of the kernel, through a tracing instance of our own.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;

use super::event::Event;
use super::tally::{Numbers, Tally};
use crate::failure::{About as _, Failure, Result};
use crate::tracefs::Folder;

const INSTANCE: &str = "kaas-watch";
/// Of each processor. Little comes through the filters.
const BUFFER_KIB: &str = "64";
/// Of a line; the kernel's own are far shorter.
const LINE_LIMIT: usize = 4096;

const EXIT: &str = "events/raw_syscalls/sys_exit";
const ENTER: &str = "events/raw_syscalls/sys_enter";
const REQUEST: &str = "events/module/module_request";

/// Events that are switched on.
pub(super) struct Source {
    folder: Folder,
    pipe: File,
    filter: String,
    /// The beginning of a line whose end is still to come.
    rest: Vec<u8>,
}

impl Source {
    /// Takes over what an earlier watch has left.
    pub(super) fn start(tracefs: &Folder, tally: &Tally) -> Result<Self> {
        if !tracefs.has(EXIT) {
            return Err(Failure::new("this kernel has no events for system calls"));
        }
        let instances = tracefs.below("instances")?;
        instances.make(INSTANCE)?;
        let folder = instances.below(INSTANCE)?;
        folder.set("buffer_size_kb", BUFFER_KIB)?;
        let flags = OFlags::RDONLY | OFlags::NONBLOCK;
        let pipe = folder.file("trace_pipe", flags)?;
        let mut source = Self {
            folder,
            pipe,
            filter: String::new(),
            rest: Vec::new(),
        };
        source.listen(tally)?;
        source.switch_on(tally.numbers())?;
        Ok(source)
    }

    fn switch_on(&self, numbers: Option<Numbers>) -> Result<()> {
        self.folder.set(&format!("{EXIT}/enable"), "1")?;
        if let Some(numbers) = numbers {
            self.folder.set(
                &format!("{ENTER}/filter"),
                &format!("id == {}", numbers.socket),
            )?;
            self.folder.set(&format!("{ENTER}/enable"), "1")?;
        }
        // A kernel without modules asks for none.
        if self.folder.has(REQUEST) {
            self.folder.set(&format!("{REQUEST}/enable"), "1")?;
        }
        self.folder.set("tracing_on", "1")
    }

    /// Leaves out what was heard often enough.
    pub(super) fn listen(&mut self, tally: &Tally) -> Result<()> {
        let filter = tally.filter();
        if filter != self.filter {
            self.folder.set(&format!("{EXIT}/filter"), &filter)?;
            self.filter = filter;
        }
        Ok(())
    }

    /// Hands over what comes within this time, or until a buffer is full.
    pub(super) fn drain(
        &mut self,
        limit: Duration,
        mut take: impl FnMut(&Event<'_>),
    ) -> Result<()> {
        let limit = Timespec {
            tv_sec: limit.as_secs().cast_signed(),
            tv_nsec: 0,
        };
        // A signal ends the wait early, which is as good.
        let _ = poll(&mut [PollFd::new(&self.pipe, PollFlags::IN)], Some(&limit));
        let mut buffer = [0; 16 << 10];
        let count = match self.pipe.read(&mut buffer) {
            Ok(count) => count,
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) =>
            {
                0
            }
            Err(error) => return Err(error).about("trace_pipe".as_ref()),
        };
        split(&mut self.rest, &buffer[..count], &mut take);
        Ok(())
    }

    /// Switches all of it off.
    pub(super) fn end(self, tracefs: &Folder) -> Result<()> {
        let Self { folder, pipe, .. } = self;
        for event in [EXIT, ENTER, REQUEST] {
            if folder.has(event) {
                folder.set(&format!("{event}/enable"), "0")?;
            }
        }
        drop((pipe, folder));
        tracefs.below("instances")?.remove(INSTANCE)
    }
}

/// Whole lines go on; what is left waits, unless it grows beyond any line.
fn split(rest: &mut Vec<u8>, new: &[u8], take: &mut impl FnMut(&Event<'_>)) {
    rest.extend_from_slice(new);
    let whole = rest
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |end| end + 1);
    let lines: Vec<u8> = rest.drain(..whole).collect();
    for line in lines.split(|byte| *byte == b'\n') {
        if let Some(event) = str::from_utf8(line).ok().and_then(Event::parse) {
            take(&event);
        }
    }
    if rest.len() > LINE_LIMIT {
        rest.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn lines_that_come_in_pieces() {
        let text =
            b"CPU:0 [LOST 1 EVENTS]\nCPU:0 [LOST 2 EVENTS]\n\xff\nCPU:0 [LOST 3 EVENTS]\nCPU";
        for size in 1..text.len() {
            let (mut rest, mut seen) = (Vec::new(), Vec::new());
            for piece in text.chunks(size) {
                split(&mut rest, piece, &mut |event| {
                    seen.push(format!("{event:?}"));
                });
            }
            assert_eq!(seen, ["Lost(1)", "Lost(2)", "Lost(3)"], "{size}");
            assert_eq!(rest, b"CPU");
        }
    }
}
