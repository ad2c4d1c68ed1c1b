// SPDX-License-Identifier: Apache-2.0
//! A tracing instance of our own: what others trace on the same machine is left alone.

use std::io::Write as _;

use rustix::fs::OFlags;

use super::buffer::{Buffers, Counts};
use super::event::{Event, Formats};
use super::folder::Folder;
use super::functions::{FunctionId, Functions};
use super::page::PageLayout;
use crate::failure::{About as _, Result};

/// A function tracer that is running.
pub(crate) struct Instance {
    folder: Folder,
    formats: Formats,
    buffers: Buffers,
    /// Events that were handed over, and those before that others read.
    taken: u64,
}

/// What it is to be like.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    /// Of each processor.
    pub(crate) buffer_kib: u32,
}

/// What only we call, and a million times: to read the lists. Nobody else is traced in these.
const OWN: &str = include_str!("../../data/own-functions.txt");

/// Mutes our own functions and no other.
fn hush(folder: &Folder) -> Result<()> {
    const LIST: &str = "set_ftrace_notrace";
    let mut list = folder.file(LIST, OFlags::WRONLY | OFlags::TRUNC)?;
    let names = OWN.lines().filter(|line| !line.starts_with('#'));
    for name in names {
        // A kernel that has no such function says so.
        let _ = list.write_all(format!("{name}\n").as_bytes());
    }
    Ok(())
}

/// The tracer is the last: without it, all of this is done again.
fn prepare(folder: &Folder, settings: Settings) -> Result<()> {
    folder.set("trace_clock", "local")?;
    folder.set("buffer_size_kb", &settings.buffer_kib.to_string())?;
    // Older kernels lack it: then waiting ends with the first event, or with its time.
    let _ = folder.set("buffer_percent", "25");
    for event in ["module_load", "module_free"] {
        // A kernel without modules.
        let _ = folder.set(&format!("events/module/{event}/enable"), "1");
    }
    folder.set("current_tracer", "function")
}

impl Instance {
    /// Whether a process that was killed left it.
    pub(crate) fn is_there(tracefs: &Folder, name: &str) -> bool {
        tracefs.has(&format!("instances/{name}"))
    }

    /// Makes an instance and starts the tracer. One that is left of a process that was killed is
    /// taken over with what is in its buffers, and with nothing muted: to set its tracer or its
    /// clock again, even to what they are, would empty the buffers.
    pub(crate) fn start(tracefs: &Folder, name: &str, settings: Settings) -> Result<Self> {
        let folder = tracefs.below("instances")?;
        folder.make(name)?;
        let folder = folder.below(name)?;
        hush(&folder)?;
        if !folder.text("current_tracer")?.starts_with("function") {
            prepare(&folder, settings)?;
        }
        folder.set("tracing_on", "1")?;
        Self::attach(tracefs, folder)
    }

    /// The tracer that the kernel's command line started (`ftrace=function`), if it did.
    pub(crate) fn of_command_line(tracefs: &Folder) -> Result<Option<Self>> {
        if tracefs.text("current_tracer")?.trim() != "function" {
            return Ok(None);
        }
        tracefs.set("tracing_on", "0")?;
        Self::attach(tracefs, tracefs.below(".")?).map(Some)
    }

    fn attach(tracefs: &Folder, folder: Folder) -> Result<Self> {
        let header = "events/header_page";
        let layout = PageLayout::parse(&tracefs.text(header)?);
        let layout = layout.ok_or_else(|| tracefs.failure(header, "is not known here"))?;
        let buffers = Buffers::open(&folder, layout)?;
        Ok(Self {
            formats: Formats::read(tracefs)?,
            taken: buffers.counts(&folder)?.read,
            buffers,
            folder,
        })
    }

    pub(crate) fn buffers(&self) -> &Buffers {
        &self.buffers
    }

    /// Hands over what was recorded since; how many pages it was.
    pub(crate) fn drain(&mut self, most: usize, mut take: impl FnMut(&Event<'_>)) -> Result<usize> {
        let (formats, taken) = (self.formats, &mut self.taken);
        self.buffers.drain(most, |page| {
            for record in page.records() {
                *taken += 1;
                if let Some(event) = formats.event(record) {
                    take(&event);
                }
            }
        })
    }

    /// What the kernel counts.
    pub(crate) fn counts(&self) -> Result<Counts> {
        self.buffers.counts(&self.folder)
    }

    /// How many events were read until now, by this process or others.
    pub(crate) fn taken(&self) -> u64 {
        self.taken
    }

    /// Calls of these are no longer recorded. The kernel takes one number with each `write()`,
    /// and acts when the file is closed.
    pub(crate) fn mute(&self, functions: &Functions, ids: &[FunctionId]) -> Result<()> {
        self.write_numbers(functions, ids, "")
    }

    /// The reverse.
    pub(crate) fn unmute(&self, functions: &Functions, ids: &[FunctionId]) -> Result<()> {
        self.write_numbers(functions, ids, "!")
    }

    fn write_numbers(&self, functions: &Functions, ids: &[FunctionId], sign: &str) -> Result<()> {
        const LIST: &str = "set_ftrace_notrace";
        let mut list = self.folder.file(LIST, OFlags::WRONLY | OFlags::APPEND)?;
        for index in ids.iter().filter_map(|id| functions.index(*id)) {
            list.write_all(format!("{sign}{index}\n").as_bytes())
                .about(LIST.as_ref())?;
        }
        Ok(())
    }

    pub(crate) fn unmute_all(&self) -> Result<()> {
        hush(&self.folder)
    }

    /// No more is recorded; what was can still be drained.
    pub(crate) fn pause(&self) -> Result<()> {
        self.folder.set("tracing_on", "0")
    }

    /// Ends the tracer and gives its memory back.
    pub(crate) fn end(self, tracefs: &Folder, name: &str) -> Result<()> {
        let Self {
            folder, buffers, ..
        } = self;
        drop(buffers);
        folder.set("current_tracer", "nop")?;
        drop(folder);
        tracefs.below("instances")?.remove(name)
    }

    /// The same for the kernel's own tracer, which can't be removed.
    pub(crate) fn empty(&mut self, tracefs: &Folder) -> Result<()> {
        self.buffers.close();
        tracefs.set("current_tracer", "nop")?;
        tracefs.set("buffer_size_kb", "1")
    }
}
