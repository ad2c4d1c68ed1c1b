// SPDX-License-Identifier: Apache-2.0
//! The two lists in which the kernel names its functions, read line by line: they are too
//! long to be held as text.

use std::io::{BufRead, BufReader, Read};

use crate::failure::{Failure, Result};

/// A line of `/proc/kallsyms`: `ADDRESS TYPE NAME [MODULE]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Symbol<'a> {
    pub(super) address: u64,
    pub(super) name: &'a str,
    pub(super) module: Option<&'a str>,
    pub(super) is_function: bool,
}

/// A line of `available_filter_functions`: what can be traced, in the order of its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Traceable<'a> {
    pub(super) name: &'a str,
    pub(super) module: Option<&'a str>,
    /// Of the traced instruction, where the kernel tells it (since 6.5).
    pub(super) address: Option<u64>,
}

/// More lines than any kernel has.
const LINES: usize = 1 << 20;
const LINE: u64 = 1024;

/// How many lines are read before something else gets its turn.
const TURN: usize = 512;

/// Hands over each line without its newline. An error when there is no end of them. It takes
/// long where processors are slow: `meanwhile` has its turn every few lines.
pub(super) fn each_line(
    input: impl Read,
    meanwhile: &mut dyn FnMut() -> Result<()>,
    mut take: impl FnMut(&str),
) -> Result<()> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let mut line = Vec::new();
    for number in 1..=LINES {
        line.clear();
        let mut part = (&mut input).take(LINE);
        match part.read_until(b'\n', &mut line) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) => return Err(Failure::new(format!("a list of functions: {error}"))),
        }
        if let Ok(text) = std::str::from_utf8(&line) {
            take(text.trim_end_matches('\n'));
        }
        if number % TURN == 0 {
            meanwhile()?;
        }
    }
    Err(Failure::new("a list of functions has no end"))
}

impl<'a> Symbol<'a> {
    pub(super) fn parse(line: &'a str) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        Some(Self {
            address: u64::from_str_radix(words.next()?, 16).ok()?,
            is_function: matches!(words.next()?, "t" | "T" | "w" | "W"),
            name: words.next()?,
            module: words.next().and_then(bracketed),
        })
    }
}

impl<'a> Traceable<'a> {
    pub(super) fn parse(line: &'a str, has_address: bool) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let address = if has_address {
            Some(u64::from_str_radix(words.next()?.trim_start_matches("0x"), 16).ok()?)
        } else {
            None
        };
        Some(Self {
            address,
            name: words.next()?,
            module: words.next().and_then(bracketed),
        })
    }
}

fn bracketed(word: &str) -> Option<&str> {
    word.strip_prefix('[')?.strip_suffix(']')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_both_lists() {
        let symbol = Symbol::parse("ffffffffc0123450 t loop_init\t[loop]").unwrap();
        assert_eq!(symbol.address, 0xffff_ffff_c012_3450);
        assert_eq!(
            (symbol.name, symbol.module, symbol.is_function),
            ("loop_init", Some("loop"), true)
        );
        assert!(
            !Symbol::parse("ffffffff81000000 D jiffies")
                .unwrap()
                .is_function
        );
        assert_eq!(Symbol::parse("nonsense"), None);
        let plain = Traceable::parse("vfs_read", false).unwrap();
        assert_eq!(
            (plain.name, plain.module, plain.address),
            ("vfs_read", None, None)
        );
        let placed = Traceable::parse("ffffffff81000014 vfs_read [m]", true).unwrap();
        assert_eq!(
            (placed.module, placed.address),
            (Some("m"), Some(0xffff_ffff_8100_0014))
        );
    }

    #[test]
    fn a_line_that_is_no_text_or_too_long_ends_nothing() {
        let mut seen = Vec::new();
        let mut idle = || Ok(());
        each_line(&b"a\n\xff\xfe\nb\nc"[..], &mut idle, |line| {
            seen.push(line.to_owned());
        })
        .unwrap();
        assert_eq!(seen, ["a", "b", "c"]);
        let long = vec![b'x'; 5000];
        let mut count = 0;
        each_line(&long[..], &mut idle, |_| count += 1).unwrap();
        assert_eq!(count, 5);
        let (many, mut turns) = ("x\n".repeat(2 * TURN + 1), 0);
        let mut turn = || {
            turns += 1;
            Ok(())
        };
        each_line(many.as_bytes(), &mut turn, |_| {}).unwrap();
        assert_eq!(turns, 2);
    }
}
