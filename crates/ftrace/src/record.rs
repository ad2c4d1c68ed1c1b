// SPDX-License-Identifier: Apache-2.0
//! What our formats have in common: a line is a record, its fields are parted by tabs; the
//! first line names the format, and the last says that nothing is missing.

use std::borrow::Cow;
use std::io::{self, BufRead, Write};

use crate::error::{Error, ErrorKind};
use crate::limit;
use crate::lines::Lines;

const END: &str = "end";

/// What to make of an input that has no last line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It is an error.
    Required,
    /// What is there is taken, up to the last whole line.
    UpToTheCut,
}

/// Writes records.
#[derive(Debug)]
pub(crate) struct RecordWriter<W> {
    out: W,
    digest: Digest,
    lines: u64,
    buffer: String,
}

impl<W: Write> RecordWriter<W> {
    pub(crate) fn new(out: W, format: &str, version: u32) -> io::Result<Self> {
        let mut writer = Self {
            out,
            digest: Digest::default(),
            lines: 0,
            buffer: String::new(),
        };
        writer.record(&[format, &version.to_string()])?;
        Ok(writer)
    }

    /// Goes on behind the whole lines of what was written before, without its last line: how
    /// long that is, to which the output has to be cut, and whether there was a last line.
    pub(crate) fn resume(out: W, written: &[u8]) -> (Self, usize, bool) {
        let mut writer = Self {
            out,
            digest: Digest::default(),
            lines: 0,
            buffer: String::new(),
        };
        let mut length = 0;
        for line in written.split_inclusive(|byte| *byte == b'\n') {
            let (is_whole, is_end) = (line.ends_with(b"\n"), line.starts_with(b"end\t"));
            if is_end || !is_whole || line.starts_with(b"\0") {
                return (writer, length, is_end && is_whole);
            }
            writer.digest.add(line);
            writer.lines += 1;
            length += line.len();
        }
        (writer, length, false)
    }

    /// Writes a line. Trailing fields that are empty are left out.
    pub(crate) fn record(&mut self, fields: &[&str]) -> io::Result<()> {
        let used = fields.iter().rposition(|field| !field.is_empty());
        let fields = &fields[..used.map_or(0, |last| last + 1)];
        self.buffer.clear();
        for (index, field) in fields.iter().enumerate() {
            if index > 0 {
                self.buffer.push('\t');
            }
            escape(field, &mut self.buffer);
        }
        self.buffer.push('\n');
        self.digest.add(self.buffer.as_bytes());
        self.lines += 1;
        self.out.write_all(self.buffer.as_bytes())
    }

    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// Writes the last line.
    pub(crate) fn finish(mut self) -> io::Result<W> {
        let (lines, digest) = (self.lines.to_string(), self.digest.to_string());
        self.record(&[END, &lines, &digest])?;
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Reads records.
pub(crate) struct Records<R> {
    lines: Lines<R>,
    digest: Digest,
    count: u64,
    ending: Ending,
    was_cut: bool,
    is_over: bool,
}

/// A line's fields. One that is left out is empty.
#[derive(Debug)]
pub(crate) struct Record<'a> {
    pub(crate) line: u64,
    fields: Vec<Cow<'a, str>>,
}

impl<R: BufRead> Records<R> {
    /// Reads the first line. `newest` is the highest version that is understood.
    pub(crate) fn open(
        reader: R,
        format: &str,
        newest: u32,
        ending: Ending,
    ) -> Result<Self, Error> {
        let mut records = Self {
            lines: Lines::new(reader, limit::RECORD),
            digest: Digest::default(),
            count: 0,
            ending,
            was_cut: false,
            is_over: false,
        };
        if let Some(record) = records.next()? {
            check_head(&record, format, newest)?;
        }
        Ok(records)
    }

    /// Whether the input ended before its last line.
    pub(crate) fn was_cut(&self) -> bool {
        self.was_cut
    }

    /// The next record; `None` at the end, or at the cut where that is allowed.
    pub(crate) fn next(&mut self) -> Result<Option<Record<'_>>, Error> {
        if self.is_over {
            return Ok(None);
        }
        // What a power failure leaves of a file may be zeros.
        let line = self
            .lines
            .next()?
            .filter(|line| line.is_whole && !line.bytes.starts_with(b"\0"));
        let Some(line) = line else {
            self.is_over = true;
            self.was_cut = true;
            return cut(self.ending, self.count + 1);
        };
        let record = Record::parse(line.number, line.text()?)?;
        if record.kind() == END {
            check_end(&record, self.count, &self.digest)?;
            self.is_over = true;
            return Ok(None);
        }
        self.count += 1;
        self.digest.add(line.bytes);
        self.digest.add(b"\n");
        Ok(Some(record))
    }
}

fn cut<T>(ending: Ending, line: u64) -> Result<Option<T>, Error> {
    match ending {
        Ending::UpToTheCut => Ok(None),
        Ending::Required => Err(Error::new(
            ErrorKind::Truncated,
            "the last line is missing: whoever wrote this was stopped, or still writes; \
             ask for what is there, or take a complete one",
        )
        .at(line)),
    }
}

fn check_head(record: &Record<'_>, format: &str, newest: u32) -> Result<(), Error> {
    if record.kind() != format {
        let message = format!("no {format} file: its first word would be `{format}`");
        return Err(Error::new(ErrorKind::Unknown, message).at(record.line));
    }
    let version: u32 = record.number(1)?;
    if !(1..=newest).contains(&version) {
        let message = format!(
            "version {version} of {format}; this program knows up to {newest}: take a newer one"
        );
        return Err(Error::new(ErrorKind::Unknown, message).at(record.line));
    }
    Ok(())
}

fn check_end(record: &Record<'_>, count: u64, digest: &Digest) -> Result<(), Error> {
    if record.number::<u64>(1)? == count && record.field(2) == digest.to_string() {
        return Ok(());
    }
    let message = "the last line counts other lines than these: the file was damaged or edited; \
                   take it again from where it came from";
    Err(Error::malformed(message).at(record.line))
}

impl<'a> Record<'a> {
    fn parse(line: u64, text: &'a str) -> Result<Self, Error> {
        let fields = text.split('\t').map(unescape).collect::<Option<_>>();
        fields.map(|fields| Self { line, fields }).ok_or_else(|| {
            let message = "a backslash without `t`, `n`, `r`, `0` or a backslash after it";
            Error::malformed(message).at(line)
        })
    }

    /// The first field.
    pub(crate) fn kind(&self) -> &str {
        self.field(0)
    }

    pub(crate) fn field(&self, index: usize) -> &str {
        self.fields.get(index).map_or("", |field| field)
    }

    /// A field that may be empty.
    pub(crate) fn text(&self, index: usize) -> Option<&str> {
        Some(self.field(index)).filter(|field| !field.is_empty())
    }

    /// A name: not empty, not too long, and without blanks.
    pub(crate) fn name(&self, index: usize) -> Result<&str, Error> {
        let name = self.field(index);
        if is_name(name) {
            return Ok(name);
        }
        let message = format!(
            "field {index} is no name of 1 to {} characters",
            limit::NAME
        );
        Err(self.error(message))
    }

    /// A decimal number.
    pub(crate) fn number<N: std::str::FromStr>(&self, index: usize) -> Result<N, Error> {
        let field = self.field(index);
        let is_plain = field.bytes().all(|byte| byte.is_ascii_digit());
        field.parse().ok().filter(|_| is_plain).ok_or_else(|| {
            let shown = shorten(field);
            self.error(format!("field {index} is `{shown}`, not a number in range"))
        })
    }

    /// A decimal number, unless the field is empty.
    pub(crate) fn number_if_any<N: std::str::FromStr>(
        &self,
        index: usize,
    ) -> Result<Option<N>, Error> {
        self.text(index).map(|_| self.number(index)).transpose()
    }

    pub(crate) fn error(&self, message: impl Into<String>) -> Error {
        Error::malformed(message).at(self.line)
    }
}

/// Whether a text can be the name of a function or a module.
pub(crate) fn is_name(text: &str) -> bool {
    (1..=limit::NAME).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The beginning of a text, for a message.
pub(crate) fn shorten(text: &str) -> Cow<'_, str> {
    const SHOWN: usize = 60;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => Cow::Owned(format!("{}...", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

fn escape(field: &str, out: &mut String) {
    for character in field.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\0' => out.push_str("\\0"),
            other => out.push(other),
        }
    }
}

fn unescape(field: &str) -> Option<Cow<'_, str>> {
    if !field.contains('\\') {
        return Some(Cow::Borrowed(field));
    }
    let mut text = String::with_capacity(field.len());
    let mut characters = field.chars();
    while let Some(character) = characters.next() {
        text.push(match character {
            '\\' => match characters.next()? {
                '\\' => '\\',
                't' => '\t',
                'n' => '\n',
                'r' => '\r',
                '0' => '\0',
                _ => return None,
            },
            other => other,
        });
    }
    Some(Cow::Owned(text))
}

/// FNV-1a of 64 bits: it notices damage, not malice.
#[derive(Debug)]
struct Digest(u64);

impl Default for Digest {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Digest {
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}
