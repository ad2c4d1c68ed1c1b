// SPDX-License-Identifier: Apache-2.0
//! The lines of an input, one at a time and none longer than allowed.

use std::io::BufRead;

use crate::error::{Error, ErrorKind};

/// Reads lines; holds one in memory.
pub(crate) struct Lines<R> {
    reader: R,
    buffer: Vec<u8>,
    number: u64,
    limit: usize,
}

/// A line without its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    /// Counted from 1.
    pub(crate) number: u64,
    pub(crate) bytes: &'a [u8],
    /// Whether a newline ends it; only the last line of an input may lack it.
    pub(crate) is_whole: bool,
}

impl<R: BufRead> Lines<R> {
    /// `limit` is the longest line in bytes.
    pub(crate) fn new(reader: R, limit: usize) -> Self {
        Self {
            reader,
            buffer: Vec::new(),
            number: 0,
            limit,
        }
    }

    /// The next line, `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Line<'_>>, Error> {
        self.buffer.clear();
        self.number += 1;
        let is_whole = self.fill().map_err(|error| error.at(self.number))?;
        if self.buffer.is_empty() && !is_whole {
            return Ok(None);
        }
        Ok(Some(Line {
            number: self.number,
            bytes: &self.buffer,
            is_whole,
        }))
    }

    /// Reads up to the end of the line; whether a newline was there.
    fn fill(&mut self) -> Result<bool, Error> {
        loop {
            let available = match self.reader.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error.into()),
            };
            let end = available.iter().position(|byte| *byte == b'\n');
            let part = &available[..end.unwrap_or(available.len())];
            if self.buffer.len() + part.len() > self.limit {
                let limit = self.limit;
                let message = format!("longer than {limit} bytes: this is another kind of file");
                return Err(Error::new(ErrorKind::TooLarge, message));
            }
            self.buffer.extend_from_slice(part);
            let used = part.len() + usize::from(end.is_some());
            self.reader.consume(used);
            if end.is_some() || used == 0 {
                return Ok(end.is_some());
            }
        }
    }
}

impl<'a> Line<'a> {
    /// The line as text.
    pub(crate) fn text(&self) -> Result<&'a str, Error> {
        std::str::from_utf8(self.bytes).map_err(|error| {
            let column = error.valid_up_to() + 1;
            Error::malformed(format!("byte {column} is no UTF-8: this is no text")).at(self.number)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(input: &[u8], limit: usize) -> Result<Vec<(u64, Vec<u8>, bool)>, Error> {
        // A buffer of two bytes, so that lines cross it.
        let mut lines = Lines::new(std::io::BufReader::with_capacity(2, input), limit);
        let mut found = Vec::new();
        while let Some(line) = lines.next()? {
            found.push((line.number, line.bytes.to_vec(), line.is_whole));
        }
        Ok(found)
    }

    #[test]
    fn only_the_last_line_may_lack_its_end() {
        let expected = [
            (1, b"one".to_vec(), true),
            (2, vec![], true),
            (3, b"two".to_vec(), false),
        ];
        assert_eq!(read(b"one\n\ntwo", 3).unwrap(), expected);
        assert_eq!(read(b"", 3).unwrap(), []);
    }

    #[test]
    fn a_line_that_is_too_long_is_an_error_with_its_number() {
        let error = read(b"one\nthree", 4).unwrap_err();
        assert_eq!((error.kind, error.line), (ErrorKind::TooLarge, Some(2)));
    }

    #[test]
    fn bytes_that_are_no_text_are_an_error_with_their_place() {
        let mut lines = Lines::new(&b"\na\xff"[..], 9);
        lines.next().unwrap();
        let error = lines.next().unwrap().unwrap().text().unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 2: byte 2 is no UTF-8: this is no text"
        );
    }
}
