// SPDX-License-Identifier: Apache-2.0
//! Logical lines of a Makefile: continuations joined, comments taken away.

/// No logical line of a kernel tree comes near this length.
pub const MAXIMUM_LENGTH: usize = 1 << 20;

/// One logical line, with the number of its first physical line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub number: u32,
    pub text: String,
}

/// Joins continued lines as make's `readline` and `collapse_continuations` do:
/// a backslash at the end, and the white space around it, become one space.
pub fn logical_lines(content: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut continued = false;
    for (number, physical) in (1..).zip(content.lines()) {
        let (text, continues) = match continuation(physical) {
            Some(text) => (text, true),
            None => (physical, false),
        };
        match lines.last_mut() {
            Some(line) if continued => {
                line.text.truncate(line.text.trim_end().len());
                line.text.push(' ');
                line.text.push_str(text.trim_start());
            }
            _ => lines.push(Line {
                number,
                text: text.to_owned(),
            }),
        }
        continued = continues;
    }
    lines
}

/// The line without its continuing backslash: an odd number of them continues.
fn continuation(line: &str) -> Option<&str> {
    let backslashes = line.bytes().rev().take_while(|byte| *byte == b'\\').count();
    (backslashes % 2 == 1).then(|| &line[..line.len() - 1])
}

/// Cuts a comment off; `#` inside a reference and `\#` do not start one.
pub fn without_comment(line: &str) -> String {
    if !line.contains('#') {
        return line.to_owned();
    }
    let mut out = String::with_capacity(line.len());
    let bytes = line.as_bytes();
    let mut start = 0;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'$' => at = after_reference(bytes, at),
            b'\\' if bytes.get(at + 1) == Some(&b'#') => {
                out.push_str(&line[start..at]);
                start = at + 1;
                at += 2;
            }
            b'#' => break,
            _ => at += 1,
        }
    }
    out.push_str(&line[start..at.min(line.len())]);
    out
}

/// The index after the `$` reference that starts at `at`.
pub fn after_reference(bytes: &[u8], at: usize) -> usize {
    let Some(open) = bytes.get(at + 1) else {
        return at + 1;
    };
    let close = match open {
        b'(' => b')',
        b'{' => b'}',
        byte if byte.is_ascii() => return at + 2,
        _ => return at + 1,
    };
    matching(bytes, at + 2, *open, close).map_or(bytes.len(), |end| end + 1)
}

/// The index of the delimiter that closes what was opened before `from`.
pub fn matching(bytes: &[u8], from: usize, open: u8, close: u8) -> Option<usize> {
    let mut depth = 0usize;
    for (index, byte) in bytes.iter().enumerate().skip(from) {
        if *byte == open {
            depth += 1;
        } else if *byte == close {
            if depth == 0 {
                return Some(index);
            }
            depth -= 1;
        }
    }
    None
}

/// The first byte for which `wanted` holds, outside of references.
pub fn find_outside(text: &str, wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] == b'$' {
            at = after_reference(bytes, at);
        } else if wanted(bytes[at]) {
            return Some(at);
        } else {
            at += 1;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn continuations_become_one_space() {
        let lines = logical_lines("a = b \\\n\t c\\\nd\ne\\\\\n");
        let lines: Vec<_> = lines
            .iter()
            .map(|line| (line.number, line.text.as_str()))
            .collect();
        assert_eq!(lines, [(1, "a = b c d"), (4, "e\\\\")]);
    }

    #[test]
    fn comments_end_lines_but_not_references() {
        let cases = [
            ("a # b", "a "),
            (r"a \# b # c", "a # b "),
            ("$(subst #,x,y) # z", "$(subst #,x,y) "),
            ("$", "$"),
            ("$(open # x", "$(open # x"),
        ];
        for (line, expected) in cases {
            assert_eq!(without_comment(line), expected);
        }
    }
}
