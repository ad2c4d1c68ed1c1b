// SPDX-License-Identifier: Apache-2.0
//! Words that several formats have in common.

use crate::record::is_name;

/// Whether a word can be the name of a function in C, assembly or Rust.
pub(super) fn is_function(name: &str) -> bool {
    let is_start = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'.' | b'$');
    let is_part = |byte: u8| byte.is_ascii_digit() || is_start(byte);
    is_name(name) && name.bytes().next().is_some_and(is_start) && name.bytes().all(is_part)
}

/// The name in `[ext4]`.
pub(super) fn in_brackets(word: &str) -> Option<&str> {
    let name = word.strip_prefix('[')?.strip_suffix(']')?;
    is_name(name).then_some(name)
}

/// The module of such a name, none for `vmlinux`.
pub(super) fn module(name: &str) -> Option<&str> {
    Some(name).filter(|name| *name != "vmlinux")
}

/// A time in seconds, with up to nine decimals, in nanoseconds.
pub(super) fn nanoseconds(text: &str) -> Option<u64> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if fraction.len() > 9 || !are_digits(fraction) || !are_digits(seconds) {
        return None;
    }
    let fraction: u64 = format!("{fraction:0<9}").parse().ok()?;
    let seconds: u64 = seconds.parse().ok()?;
    seconds.checked_mul(1_000_000_000)?.checked_add(fraction)
}

/// The lines of which the beginning of an input holds the whole; the last one counts as such
/// when the input ends there. `None` when it is no text.
pub(super) fn whole_lines(head: &[u8]) -> Option<&str> {
    let end = match head.iter().rposition(|byte| *byte == b'\n') {
        Some(last) if head.len() == super::HEAD => last,
        _ => head.len(),
    };
    std::str::from_utf8(&head[..end]).ok()
}
