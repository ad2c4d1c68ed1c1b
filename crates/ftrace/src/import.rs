// SPDX-License-Identifier: Apache-2.0
//! Traces in any format, also those of others. To add one: a file in `import/`, and a line
//! in [`FORMATS`].

mod context;
mod funcs;
mod input;
mod plain;
mod trace_pipe;
mod undertaker;
mod word;

use std::io::{BufRead, Read};

use crate::error::{Error, ErrorKind};
use crate::format;
use crate::trace::Trace;

pub use context::Context;
use input::Input;
pub use input::Note;

/// A format of traces.
#[derive(Debug)]
pub struct Format {
    /// What a user calls it.
    pub name: &'static str,
    /// Whether an input may be of this format, by its first [`HEAD`] bytes.
    detect: fn(&[u8]) -> bool,
    read: fn(Input<'_>) -> Result<Trace, Error>,
}

/// All formats, in the order in which they are tried; a new one goes here.
pub const FORMATS: [Format; 5] = [
    Format {
        name: "kaas",
        detect: |head| head.starts_with(format::NAME.as_bytes()),
        read: |input| format::read(input.reader, input.context.ending),
    },
    Format {
        name: "funcs",
        detect: funcs::detect,
        read: funcs::read,
    },
    Format {
        name: "trace_pipe",
        detect: trace_pipe::detect,
        read: trace_pipe::read,
    },
    Format {
        name: "undertaker",
        detect: undertaker::detect,
        read: undertaker::read,
    },
    Format {
        name: "plain",
        detect: plain::detect,
        read: plain::read,
    },
];

/// How much of an input is looked at to tell its format.
pub const HEAD: usize = 4096;

/// A trace, and what could not be taken of the input.
#[derive(Clone, Debug)]
pub struct Imported {
    pub trace: Trace,
    /// Its name in [`FORMATS`].
    pub format: &'static str,
    /// In the order of the input; at most [`crate::limit::NOTES`].
    pub notes: Vec<Note>,
}

/// Reads a trace in any format, our own included. It is an error when the input and the
/// context are of different kernels.
pub fn import(mut input: impl BufRead, context: &Context<'_>) -> Result<Imported, Error> {
    let mut head = Vec::new();
    input.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    match FORMATS.iter().find(|format| (format.detect)(&head)) {
        Some(format) => read(format, head.chain(input), context),
        None => Err(unknown(&head)),
    }
}

/// Reads a trace in the format of this name.
pub fn import_as(
    name: &str,
    input: impl BufRead,
    context: &Context<'_>,
) -> Result<Imported, Error> {
    match FORMATS.iter().find(|format| format.name == name) {
        Some(format) => read(format, input, context),
        None => Err(Error::new(
            ErrorKind::Unknown,
            format!("no format is called `{name}`; there are {}", names()),
        )),
    }
}

fn read(
    format: &Format,
    mut reader: impl BufRead,
    context: &Context<'_>,
) -> Result<Imported, Error> {
    let mut notes = Vec::new();
    let mut trace = (format.read)(Input {
        reader: &mut reader,
        context,
        notes: &mut notes,
    })?;
    trace.kernel = trace.kernel.unite(&context.kernel)?;
    for recording in trace
        .recordings
        .iter_mut()
        .filter(|recording| recording.name.is_empty())
    {
        context.name.clone_into(&mut recording.name);
    }
    Ok(Imported {
        trace,
        format: format.name,
        notes,
    })
}

fn names() -> String {
    FORMATS.map(|format| format.name).join(", ")
}

/// Says what an input is, as far as one can tell, when it is no trace.
fn unknown(head: &[u8]) -> Error {
    const PACKED: [(&[u8], &str); 4] = [
        (b"\xfd7zXZ\0", "xz"),
        (b"\x1f\x8b", "gzip"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"BZh", "bzip2"),
    ];
    let packed = PACKED.iter().find(|(magic, _)| head.starts_with(magic));
    let message = if let Some((_, name)) = packed {
        format!("compressed by {name}: decompress it first")
    } else if head.is_empty() {
        "empty: nothing was recorded".to_owned()
    } else if undertaker::is_resolved(head) {
        "a list of lines of source files, as `undertaker-tailor -l` prints it: it names no \
         functions; give the list of addresses that it was made of"
            .to_owned()
    } else {
        format!(
            "no format of a trace that is known here; known are {}",
            names()
        )
    };
    Error::new(ErrorKind::Unknown, message)
}
