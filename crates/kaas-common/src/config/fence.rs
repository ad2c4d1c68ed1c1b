// SPDX-License-Identifier: Apache-2.0
//! The fence before rust-ini: reads lines as `oslo_config/iniparser.py` does, and hands on
//! text that rust-ini can only read the same way: a header or an assignment a line, no comment,
//! no blank line, no continuation. What it guards from is in `tests/config/lines.md`.

use crate::python::is_space;

/// Stands for a line break inside a value; Unicode reserves it for such use, and a file has none.
pub(super) const BREAK: char = '\u{fdd0}';

/// A file, fenced.
#[derive(Debug, Default)]
pub(super) struct Fenced {
    /// For rust-ini, with escapes on and quotes off: headers are `[index of their section]`.
    pub(super) text: String,
    /// The names of the sections, in the order of their headers.
    pub(super) sections: Vec<String>,
    /// The lines of the assignments, in their order.
    pub(super) numbers: Vec<usize>,
    /// Whether the last line takes a continuation.
    open: bool,
}

/// What is wrong with a line, and what to do.
type Malformed = (&'static str, &'static str);

/// Checks every line and writes those that say something; an error is that of the first line
/// that no file may have, counted from 1.
pub(super) fn fence(text: &str) -> Result<Fenced, (usize, Malformed)> {
    let mut fenced = Fenced::default();
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    for (index, line) in text.split('\n').enumerate() {
        let line = line.trim_end_matches(is_space);
        fenced
            .take(line, index + 1)
            .map_err(|malformed| (index + 1, malformed))?;
    }
    Ok(fenced)
}

impl Fenced {
    fn take(&mut self, line: &str, number: usize) -> Result<(), Malformed> {
        if line.contains(BREAK) {
            return Err(("a character that is none (U+FDD0)", "take it out"));
        }
        match line.chars().next() {
            Some(' ' | '\t') => return self.continuation(line),
            None | Some('#' | ';') => self.open = false,
            Some('[') => {
                self.open = false;
                self.header(line)?;
            }
            Some(_) => self.assignment(line, number)?,
        }
        Ok(())
    }

    fn continuation(&mut self, line: &str) -> Result<(), Malformed> {
        if !self.open {
            return Err((
                "an indented line that continues nothing",
                "take the blanks before it away; a value goes on only on the lines right below it",
            ));
        }
        self.text.pop();
        self.text.push(BREAK);
        self.write(line.trim_start_matches(is_space));
        Ok(())
    }

    fn header(&mut self, line: &str) -> Result<(), Malformed> {
        let name = line[1..].strip_suffix(']').ok_or((
            "a section header that does not end in `]`",
            "write `[name]` with nothing behind it, not even a comment",
        ))?;
        if name.is_empty() {
            return Err(("a section without a name", "write `[name]`"));
        }
        let header = format!("[{}]", self.sections.len());
        self.write(&header);
        self.sections.push(name.to_owned());
        Ok(())
    }

    fn assignment(&mut self, line: &str, number: usize) -> Result<(), Malformed> {
        let end = line.find([':', '=']).ok_or((
            "neither an assignment nor a section nor a comment",
            "write `name = value`, or `#` in front of it",
        ))?;
        if line[..end].trim_matches(is_space).is_empty() {
            return Err(("a value without a name", "write `name = value`"));
        }
        if self.sections.is_empty() {
            return Err(("an option before any section", "write `[DEFAULT]` above it"));
        }
        self.open = true;
        self.numbers.push(number);
        // Behind a blank that is neither space nor tab, a name may begin like a comment.
        let line = line.trim_start_matches(is_space);
        if line.starts_with([';', '#', '[']) {
            self.text.push('\\');
        }
        self.write(line);
        Ok(())
    }

    /// A backslash is rust-ini's escape, and at the end of a line it would join two.
    fn write(&mut self, line: &str) {
        self.text.push_str(&line.replace('\\', "\\\\"));
        self.text.push('\n');
    }
}
