// SPDX-License-Identifier: Apache-2.0
//! What `undertaker-traceutil` of the Undertaker project writes: a line is a hexadecimal
//! number without a prefix. Alone it is an address in vmlinux; with the name of a module after
//! it, it counts from that module's base. Half of the addresses are those of callers, in the
//! midst of a function.

use super::Context;
use super::input::Input;
use super::word::whole_lines;
use crate::builder::Builder;
use crate::error::{Error, ErrorKind};
use crate::phase::Phases;
use crate::record::{is_name, shorten};
use crate::trace::{Entry, Sighting, Trace};

/// Whether all lines that are there as a whole are such addresses.
pub(super) fn detect(head: &[u8]) -> bool {
    let Some(text) = whole_lines(head) else {
        return false;
    };
    let mut lines = text.lines().filter(|line| !line.is_empty()).peekable();
    lines.peek().is_some() && lines.all(|line| Address::parse(line).is_some())
}

/// Whether it is a list of `FILE:LINE`, which is what becomes of the addresses later.
pub(super) fn is_resolved(head: &[u8]) -> bool {
    let lines = whole_lines(head).unwrap_or_default().lines();
    let mut lines = lines.filter(|line| !line.is_empty()).peekable();
    lines.peek().is_some()
        && lines.all(|line| {
            let number = line.rsplit_once(':').map(|(_, number)| number);
            number.is_some_and(|number| number.parse::<u32>().is_ok())
        })
}

pub(super) fn read(input: Input<'_>) -> Result<Trace, Error> {
    let (mut lines, context, mut notes) = input.lines();
    let mut builder = Builder::new(context.kernel.clone());
    let recording = builder.recording(context.recording())?;
    let sighting = Sighting {
        recording,
        phases: Phases::only(context.phase),
        ..Sighting::default()
    };
    let (mut resolved, mut unresolved) = (0_u64, 0);
    while let Some(line) = lines.next()? {
        let text = line.text()?;
        let Some(address) = Address::parse(text) else {
            if text.trim().is_empty() {
                continue;
            }
            let message = format!("`{}` is no hexadecimal address", shorten(text));
            return Err(Error::malformed(message).at(line.number));
        };
        match address.entry(context) {
            Ok(entry) => {
                let seen = builder.see(entry, sighting.clone());
                seen.map_err(|error| error.at(line.number))?;
                resolved += 1;
            }
            Err(message) => {
                notes.add(line.number, message);
                unresolved += 1;
            }
        }
    }
    check(resolved, unresolved, context)?;
    if let Some(recording) = builder.recording_mut(recording) {
        recording.started = Some(context.phase);
        recording.unresolved = unresolved;
    }
    Ok(builder.build())
}

/// A trace of another boot resolves to nothing, or to nonsense that ends outside of the
/// kernel's text now and then.
fn check(resolved: u64, unresolved: u64, context: &Context<'_>) -> Result<(), Error> {
    if resolved > unresolved {
        return Ok(());
    }
    let message = match context.kallsyms {
        None => "addresses say nothing without /proc/kallsyms of the same boot: give it",
        Some(_) => {
            "most addresses are in no function: take /proc/kallsyms and /proc/modules of the boot \
             that was traced"
        }
    };
    Err(Error::new(ErrorKind::Incomplete, message))
}

struct Address<'a> {
    number: u64,
    module: Option<&'a str>,
}

impl<'a> Address<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let (digits, module) = match line.trim_end().split_once(' ') {
            Some((digits, module)) => (digits, Some(Some(module).filter(|name| is_name(name))?)),
            None => (line.trim_end(), None),
        };
        let is_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = u64::from_str_radix(digits, 16)
            .ok()
            .filter(|_| is_hexadecimal)?;
        Some(Self { number, module })
    }

    /// The function; an error says why it can't be told.
    fn entry(&self, context: &Context<'_>) -> Result<Entry, String> {
        let Some(kallsyms) = context.kallsyms else {
            return Err("an address, and no /proc/kallsyms".to_owned());
        };
        let base = match self.module {
            None => 0,
            Some(module) => kallsyms.base(module).ok_or_else(|| {
                format!("nobody knows where the module {module} was: give /proc/modules")
            })?,
        };
        let address = base.wrapping_add(self.number);
        let found = kallsyms.holding(address).map(|(entry, _)| entry);
        let found = found.filter(|entry| {
            self.module
                .is_none_or(|module| entry.module.as_deref() == Some(module))
        });
        found
            .cloned()
            .ok_or_else(|| format!("{address:x} is in no function"))
    }
}
