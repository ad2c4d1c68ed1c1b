// SPDX-License-Identifier: Apache-2.0
//! The ring buffers of an instance: one for each processor that there may ever be, so that one
//! which is plugged in later is read too.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::os::fd::{AsFd as _, BorrowedFd};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;

use super::folder::Folder;
use super::page::{Page, PageLayout};
use crate::failure::{About as _, Result};

/// See above. While they are open, the kernel refuses to change the tracer.
pub(crate) struct Buffers {
    processors: Vec<Processor>,
    layout: PageLayout,
    page: Vec<u8>,
}

struct Processor {
    name: String,
    raw: File,
}

/// Events since the buffers were made, as the kernel itself counts them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// That there was no room for.
    pub(crate) lost: u64,
    /// That somebody read.
    pub(crate) read: u64,
}

impl Buffers {
    pub(super) fn open(instance: &Folder, layout: PageLayout) -> Result<Self> {
        let names = instance.below("per_cpu")?.names()?;
        let processors = names.into_iter().map(|name| {
            let path = format!("per_cpu/{name}/trace_pipe_raw");
            let raw = instance.file(&path, OFlags::RDONLY | OFlags::NONBLOCK)?;
            Ok(Processor { name, raw })
        });
        Ok(Self {
            processors: processors.collect::<Result<_>>()?,
            layout,
            page: vec![0; layout.size],
        })
    }

    /// There is nothing to be read any more.
    pub(super) fn close(&mut self) {
        self.processors.clear();
    }

    /// Waits until a buffer is filled in part (`buffer_percent`), a reader of `other` has
    /// something to do, or the time is over. Whether it was `other`.
    pub(crate) fn wait(&self, other: BorrowedFd<'_>, milliseconds: u32) -> bool {
        let raws = self
            .processors
            .iter()
            .map(|processor| processor.raw.as_fd());
        let all = std::iter::once(other).chain(raws);
        let mut polled: Vec<PollFd<'_>> = all
            .map(|file| PollFd::from_borrowed_fd(file, PollFlags::IN))
            .collect();
        let timeout = Timespec {
            tv_sec: i64::from(milliseconds / 1000),
            tv_nsec: i64::from(milliseconds % 1000) * 1_000_000,
        };
        // Interrupted is as good as over: the caller looks at everything anyway.
        let _ = poll(&mut polled, Some(&timeout));
        let is_ready = |fd: &PollFd<'_>| fd.revents().contains(PollFlags::IN);
        polled.first().is_some_and(is_ready)
    }

    /// Hands over the pages that are there, at most `most` of each processor; how many there were.
    /// Reading is traced too, so there is always one more: what is being written is the last.
    pub(crate) fn drain(&mut self, most: usize, mut take: impl FnMut(&Page<'_>)) -> Result<usize> {
        let mut pages = 0;
        for processor in &mut self.processors {
            for _ in 0..most {
                let length = match processor.raw.read(&mut self.page) {
                    Ok(0) => break,
                    Ok(length) => length,
                    Err(error) if is_over(error.kind()) => break,
                    Err(error) => return Err(error).about(processor.name.as_ref()),
                };
                pages += 1;
                let Some(page) = Page::parse(&self.layout, &self.page[..length]) else {
                    continue;
                };
                take(&page);
                if !page.is_full(&self.layout) {
                    break;
                }
            }
        }
        Ok(pages)
    }

    pub(crate) fn counts(&self, instance: &Folder) -> Result<Counts> {
        let mut all = Counts::default();
        for processor in &self.processors {
            let text = instance.text(&format!("per_cpu/{}/stats", processor.name))?;
            all.add(&text);
        }
        Ok(all)
    }
}

impl Counts {
    /// `overrun: N`, `commit overrun: N`, `dropped events: N` and `read events: N`
    /// (`tracing_stats_read()`).
    fn add(&mut self, stats: &str) {
        for line in stats.lines() {
            let Some((name, count)) = line.split_once(": ") else {
                continue;
            };
            let count = count.trim().parse().unwrap_or(0);
            match name {
                "overrun" | "commit overrun" | "dropped events" => self.lost += count,
                "read events" => self.read += count,
                _ => {}
            }
        }
    }
}

fn is_over(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_counters_say_what_was_lost_and_one_what_was_read() {
        let stats = "entries: 9\noverrun: 3\ncommit overrun: 1\nbytes: 5\n\
            oldest event ts:   1.5\ndropped events: 2\nread events: 100\n";
        let mut counts = Counts::default();
        counts.add(stats);
        counts.add(stats);
        counts.add("");
        assert_eq!((counts.lost, counts.read), (12, 200));
    }
}
