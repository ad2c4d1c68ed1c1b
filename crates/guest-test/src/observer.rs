// SPDX-License-Identifier: Apache-2.0
//! What another tracer recorded, which is never muted: pages of its ring buffer, as the guest
//! wrote them to a disk. Read without any of the agent's code.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read as _};
use std::path::Path;

use virtual_machine::{About as _, Result};

/// See above.
#[derive(Default)]
pub(crate) struct Observed {
    /// Of calls between the two marks, with the moment of the last.
    pub(crate) addresses: HashMap<u64, Moment>,
    /// When a module was last loaded.
    pub(crate) loaded: HashMap<String, Moment>,
    now: Moment,
    pub(crate) calls: u64,
    /// Calls by the tracer itself, at any time.
    pub(crate) own: HashMap<u64, u64>,
    /// Of the first calls of all, marks or not.
    pub(crate) first: Vec<u64>,
    between: bool,
    pub(crate) marks: Vec<String>,
}

/// Counts events.
pub(crate) type Moment = u64;

/// Who is looked for.
#[derive(Clone, Debug)]
pub(crate) struct Numbers {
    /// Of the events, in their `format` files.
    pub(crate) function: u16,
    pub(crate) print: u16,
    pub(crate) load: u16,
    /// The agent's tracers, those that were killed as well: of these processes, only what
    /// interrupts did counts.
    pub(crate) tracers: Vec<i32>,
}

const PAGE: usize = 4096;
/// How many of the first calls are kept, to be compared with the kernel's own text.
const FIRST: usize = 2000;
/// Hard or soft interrupt, or NMI.
const INTERRUPT: u8 = 0x08 | 0x10 | 0x40;

impl Observed {
    /// Reads so many pages.
    pub(crate) fn read(disk: &Path, pages: u64, numbers: &Numbers) -> Result<Self> {
        let mut input = BufReader::with_capacity(1 << 20, File::open(disk).about(disk)?);
        let mut observed = Self::default();
        let mut page = vec![0; PAGE];
        for _ in 0..pages {
            input.read_exact(&mut page).about(disk)?;
            observed.page(&page, numbers);
        }
        Ok(observed)
    }

    /// A time, the length of what follows, events.
    fn page(&mut self, page: &[u8], numbers: &Numbers) {
        let length = (u64_at(page, 8) & 0xf_ffff) as usize;
        let mut rest = page.get(16..16 + length).unwrap_or_default();
        while rest.len() >= 4 {
            let head = u32_at(rest, 0);
            let kind = (head & 31) as usize;
            let size = match kind {
                // Nothing more on this page.
                29 if head >> 5 == 0 => return,
                // Long, or discarded.
                0 | 29 => 4 + u32_at(rest, 4) as usize,
                30 | 31 => 8,
                words => 4 + 4 * words,
            };
            let body = if kind == 0 { 8 } else { 4 };
            if kind < 29 {
                self.event(rest.get(body..size).unwrap_or_default(), numbers);
            }
            rest = rest.get(size.next_multiple_of(4)..).unwrap_or_default();
        }
    }

    /// Type, flags, depth of preemption, process; then what is the event's own.
    fn event(&mut self, event: &[u8], numbers: &Numbers) {
        if event.len() < 16 {
            return;
        }
        self.now += 1;
        let kind = (u32_at(event, 0) & 0xffff) as u16;
        let (flags, process) = (event[2], u32_at(event, 4).cast_signed());
        if kind == numbers.function {
            let is_tracer = numbers.tracers.contains(&process) && flags & INTERRUPT == 0;
            self.call(u64_at(event, 8), is_tracer);
        } else if kind == numbers.print {
            let text = String::from_utf8_lossy(&event[16..]);
            let mark = text.trim_matches(|c: char| c == '\0' || c.is_whitespace());
            self.mark(mark);
        } else if kind == numbers.load {
            // Where its name is, behind a word of flags (`TRACE_EVENT(module_load)`).
            let at = (u32_at(event, 12) & 0xffff) as usize;
            let name = event.get(at..).unwrap_or_default();
            let name = String::from_utf8_lossy(name);
            let name = name.split('\0').next().unwrap_or_default();
            self.loaded.insert(name.to_owned(), self.now);
        }
    }

    fn call(&mut self, address: u64, is_tracer: bool) {
        if self.first.len() < FIRST {
            self.first.push(address);
        }
        if is_tracer {
            *self.own.entry(address).or_default() += 1;
        } else if self.between {
            self.calls += 1;
            self.addresses.insert(address, self.now);
        }
    }

    fn mark(&mut self, mark: &str) {
        self.between = mark.starts_with("armed");
        self.marks.push(mark.chars().take(20).collect());
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
    four.map_or(0, u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let eight = bytes
        .get(at..at + 8)
        .and_then(|eight| eight.try_into().ok());
    eight.map_or(0, u64::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: u16, flags: u8, process: u32, rest: &[u8]) -> Vec<u8> {
        let mut event = kind.to_le_bytes().to_vec();
        event.extend([flags, 0]);
        event.extend(process.to_le_bytes());
        event.extend(rest);
        let words = u32::try_from(event.len() / 4).unwrap();
        [words.to_le_bytes().to_vec(), event].concat()
    }

    fn call(process: u32, flags: u8, address: u64) -> Vec<u8> {
        let two = [address.to_le_bytes(), 7u64.to_le_bytes()].concat();
        event(1, flags, process, &two)
    }

    fn load(name: &[u8]) -> Vec<u8> {
        let place = 16u32 | 8 << 16;
        let rest = [&[0; 4], &place.to_le_bytes()[..], name].concat();
        event(7, 0, 9, &rest)
    }

    #[test]
    fn calls_between_the_marks_are_taken_but_those_of_the_tracer() {
        let mark = |text: &[u8; 12]| event(5, 0, 9, &[&[0; 8], &text[..]].concat());
        let events = [
            call(1, 0, 100),
            mark(b"armed\n\0\0\0\0\0\0"),
            call(1, 0, 200),
            load(b"ext4\0\0\0\0"),
            vec![30, 0, 0, 0, 9, 0, 0, 0],
            call(66, 0, 300),
            call(66, 0x10, 400),
            mark(b"snapshot\n\0\0\0"),
            call(1, 0, 500),
        ]
        .concat();
        let mut page = vec![0; 8];
        page.extend((events.len() as u64).to_le_bytes());
        page.extend(events);
        page.resize(PAGE, 0);
        let mut observed = Observed::default();
        let numbers = Numbers {
            function: 1,
            print: 5,
            load: 7,
            tracers: vec![55, 66],
        };
        observed.page(&page, &numbers);
        assert_eq!(observed.addresses, HashMap::from([(200, 3), (400, 6)]));
        assert_eq!(observed.loaded, HashMap::from([("ext4".to_owned(), 4)]));
        assert_eq!(observed.first, [100, 200, 300, 400, 500]);
        assert_eq!(observed.marks, ["armed", "snapshot"]);
    }
}
