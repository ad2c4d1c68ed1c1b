// SPDX-License-Identifier: Apache-2.0
//! A line that says that a function was called (`trace_print_context()` and
//! `print_fn_trace()` of `kernel/trace/trace_output.c`), without and with addresses:
//!
//! ```text
//!             bash-1977    [000] d..2. 17284.993652: kfree [ext4] <-vfs_write
//!           <idle>-0       [001] dN.. 368556.793254: vfs_read+0x10/0x90 <ffffffff8108bc70> <-ksys_read
//! ```

use crate::import::Context;
use crate::import::word::{in_brackets, is_function, module, nanoseconds};
use crate::phase::{Phase, Phases};
use crate::trace::{Entry, Sighting};

pub(super) struct Call<'a> {
    /// As a number where the kernel had no name.
    name: &'a str,
    module: Option<&'a str>,
    /// Where the function begins, if the tracer was asked for addresses.
    address: Option<u64>,
    /// Nanoseconds; `None` when the clock counts something else.
    time: Option<u64>,
}

impl<'a> Call<'a> {
    pub(super) fn parse(line: &'a str) -> Option<Self> {
        let (time, text) = after_stamp(line)?;
        let callee = text.split_once(" <-").map_or(text, |(callee, _)| callee);
        let mut words = callee.split_ascii_whitespace().peekable();
        let (name, offset) = name_and_offset(words.next()?)?;
        let home = words.next_if(|word| word.starts_with('['));
        let place = words.next_if(|word| word.starts_with('<'));
        if words.next().is_some() {
            return None;
        }
        Some(Self {
            name,
            module: match home {
                Some(word) => module(in_brackets(word)?),
                None => None,
            },
            address: match place {
                Some(word) => Some(address(word)?.checked_sub(offset)?),
                None => None,
            },
            time,
        })
    }

    /// The function, `None` when the kernel had no name for it.
    pub(super) fn entry(&self, context: &Context<'_>) -> Option<Entry> {
        if !is_function(self.name) {
            return None;
        }
        let is_same =
            |entry: &&Entry| *entry.name == *self.name && entry.module.as_deref() == self.module;
        let known = context.kallsyms.zip(self.address);
        let found = known.and_then(|(symbols, address)| symbols.at(address).find(is_same));
        Some(match found {
            Some(entry) => entry.clone(),
            None => context.named(self.module, self.name),
        })
    }

    pub(super) fn sighting(&self, recording: u32, phase: Phase) -> Sighting {
        Sighting {
            recording,
            phases: Phases::only(phase),
            first: self.time,
            hits: Some(1),
            ..Sighting::default()
        }
    }
}

/// `NAME` or `NAME+0x10/0x90`.
fn name_and_offset(word: &str) -> Option<(&str, u64)> {
    let (name, offset) = match word.split_once('+') {
        Some((name, rest)) => {
            let digits = rest.split_once('/').map_or(rest, |(offset, _)| offset);
            (
                name,
                u64::from_str_radix(digits.strip_prefix("0x")?, 16).ok()?,
            )
        }
        None => (word, 0),
    };
    (is_function(name) || name.starts_with("0x")).then_some((name, offset))
}

fn address(word: &str) -> Option<u64> {
    let digits = word.strip_prefix('<')?.strip_suffix('>')?;
    u64::from_str_radix(digits, 16).ok()
}

/// The time of an event, and what follows it. A process may be called anything, so the
/// last place that looks like `[CPU] FLAGS TIME: ` counts.
pub(super) fn after_stamp(line: &str) -> Option<(Option<u64>, &str)> {
    let mut before = line;
    while let Some(place) = before.rfind("] ") {
        let after = &line[place + 2..];
        before = &line[..place];
        let found = is_after_processor(before).then(|| after_time(after));
        if let Some(Some(found)) = found {
            return Some(found);
        }
    }
    None
}

/// Whether a text ends with `[` and the number of a processor.
fn is_after_processor(text: &str) -> bool {
    const DIGITS: usize = 5;
    let digits = text
        .bytes()
        .rev()
        .take_while(u8::is_ascii_digit)
        .take(DIGITS + 1)
        .count();
    (1..=DIGITS).contains(&digits) && text[..text.len() - digits].ends_with('[')
}

/// Flags are left out where the tracer was asked to.
fn after_time(text: &str) -> Option<(Option<u64>, &str)> {
    let (first, rest) = text.trim_start().split_once(' ')?;
    let (word, rest) = if first.ends_with(':') {
        (first, rest)
    } else {
        rest.trim_start().split_once(' ')?
    };
    let time = word.strip_suffix(':')?;
    let is_number = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    let is_time = !time.is_empty() && time.bytes().all(is_number);
    // A clock that does not count nanoseconds has no decimals.
    let nanoseconds = Some(time)
        .filter(|time| time.contains('.'))
        .and_then(nanoseconds);
    is_time.then_some((nanoseconds, rest))
}
