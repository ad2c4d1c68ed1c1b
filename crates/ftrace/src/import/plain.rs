// SPDX-License-Identifier: Apache-2.0
//! The plain trace: a function a line, `name` or `name [module]`. A line `# phase: NAME` gives
//! the phase of all that follow; other lines with `#` are comments.

use super::input::Input;
use super::word::{in_brackets, is_function, module, whole_lines};
use crate::builder::Builder;
use crate::error::Error;
use crate::phase::Phases;
use crate::record::shorten;
use crate::trace::{Recording, Sighting, Trace};

/// Whether all lines that are there as a whole are such lines, and one is a function.
pub(super) fn detect(head: &[u8]) -> bool {
    let Some(text) = whole_lines(head) else {
        return false;
    };
    let mut lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !is_comment(line))
        .peekable();
    lines.peek().is_some() && lines.all(|line| function(line).is_some())
}

pub(super) fn read(input: Input<'_>) -> Result<Trace, Error> {
    let (mut lines, context, _) = input.lines();
    let mut phase = context.phase;
    let mut started = None;
    let mut builder = Builder::new(context.kernel.clone());
    let recording = builder.recording(context.recording())?;
    while let Some(line) = lines.next()? {
        let text = line.text()?.trim();
        if is_comment(text) {
            let named = text
                .trim_start_matches('#')
                .trim_start()
                .strip_prefix("phase:");
            if let Some(name) = named {
                let wrong = |message: String| Error::malformed(message).at(line.number);
                phase = name.trim().parse().map_err(wrong)?;
            }
            continue;
        }
        let Some((name, module)) = function(text) else {
            let shown = shorten(text);
            let message = format!("`{shown}` is no function; write `name` or `name [module]`");
            return Err(Error::malformed(message).at(line.number));
        };
        started = started.into_iter().chain([phase]).min();
        let sighting = Sighting {
            recording,
            phases: Phases::only(phase),
            ..Sighting::default()
        };
        let seen = builder.see(context.named(module, name), sighting);
        seen.map_err(|error| error.at(line.number))?;
    }
    if let Some(recording) = builder.recording_mut(recording) {
        *recording = Recording {
            started,
            ..context.recording()
        };
    }
    Ok(builder.build())
}

fn is_comment(line: &str) -> bool {
    line.is_empty() || line.starts_with('#')
}

/// A function's name and its module.
fn function(line: &str) -> Option<(&str, Option<&str>)> {
    let mut words = line.split_ascii_whitespace();
    let name = words.next().filter(|name| is_function(name))?;
    let module = match words.next() {
        Some(word) => module(in_brackets(word)?),
        None => None,
    };
    words.next().is_none().then_some((name, module))
}
