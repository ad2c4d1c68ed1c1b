// SPDX-License-Identifier: Apache-2.0
//! Traces in the formats of others. To add one: a file in `import/`, and a line in [`FORMATS`].

mod context;
mod funcs;
mod input;

use std::io::{BufRead, Read};

use crate::error::{Error, ErrorKind};
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
    read: fn(&mut Input<'_>) -> Result<Trace, Error>,
}

/// All formats, in the order in which they are tried; a new one goes here.
pub const FORMATS: [Format; 1] = [Format {
    name: "funcs",
    detect: funcs::detect,
    read: funcs::read,
}];

/// How much of an input is looked at to tell its format.
pub const HEAD: usize = 4096;

/// A trace, and what could not be taken of the input.
#[derive(Clone, Debug)]
pub struct Imported {
    pub trace: Trace,
    pub format: &'static str,
    /// In the order of the input; at most [`crate::limit::NOTES`].
    pub notes: Vec<Note>,
}

/// Reads a trace in any format, our own included; compressed inputs have to be
/// decompressed before.
pub fn import(mut input: impl BufRead, context: &Context<'_>) -> Result<Imported, Error> {
    let mut head = Vec::new();
    input.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    let Some(format) = FORMATS.iter().find(|format| (format.detect)(&head)) else {
        return Err(Error::new(
            ErrorKind::Unknown,
            "no format of a trace that is known here",
        ));
    };
    read(format, head.chain(input), context)
}

/// Reads a trace in the format of this name.
pub fn import_as(
    name: &str,
    input: impl BufRead,
    context: &Context<'_>,
) -> Result<Imported, Error> {
    let Some(format) = FORMATS.iter().find(|format| format.name == name) else {
        let names = FORMATS
            .iter()
            .map(|format| format.name)
            .collect::<Vec<_>>()
            .join(", ");
        let message = format!("no format is called `{name}`; there are {names}");
        return Err(Error::new(ErrorKind::Unknown, message));
    };
    read(format, input, context)
}

fn read(
    format: &Format,
    mut input: impl BufRead,
    context: &Context<'_>,
) -> Result<Imported, Error> {
    let mut input = Input::new(&mut input, context);
    let trace = (format.read)(&mut input)?;
    Ok(Imported {
        trace,
        format: format.name,
        notes: input.notes(),
    })
}
