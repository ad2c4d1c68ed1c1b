// SPDX-License-Identifier: Apache-2.0
//! What the records of a buffer mean: the formats that the kernel states of its events.

use super::folder::Folder;
use super::page::{Record, number};
use crate::failure::Result;

/// Something that was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Event<'a> {
    /// Nanoseconds of the tracer's clock.
    pub(crate) time: u64,
    /// The task that was interrupted or running.
    pub(crate) task: i32,
    /// In a hard or soft interrupt, or an NMI: not what the task itself does.
    pub(crate) is_interrupt: bool,
    pub(crate) what: Happening<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Happening<'a> {
    /// A function was entered; the address of its traced instruction.
    Call(u64),
    /// A module is there, and is initialised next.
    ModuleLoaded(&'a str),
    ModuleFreed(&'a str),
}

/// Numbers and offsets of the events, which differ between kernels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Formats {
    call: usize,
    ip: usize,
    loaded: Option<Named>,
    freed: Option<Named>,
}

/// An event with a name of varying length.
#[derive(Clone, Copy, Debug)]
struct Named {
    id: usize,
    name: usize,
}

/// `TRACE_FLAG_HARDIRQ | TRACE_FLAG_SOFTIRQ | TRACE_FLAG_NMI` (`include/linux/trace_events.h`).
const INTERRUPT: u8 = 0x08 | 0x10 | 0x40;

impl Formats {
    pub(crate) fn read(tracefs: &Folder) -> Result<Self> {
        let path = "events/ftrace/function/format";
        let text = tracefs.text(path)?;
        let unknown = || tracefs.failure(path, "is not a format that is known here");
        let call = id(&text).ok_or_else(unknown)?;
        let ip = offset(&text, "ip").ok_or_else(unknown)?;
        let named = |event: &str| {
            let text = tracefs
                .text(&format!("events/module/{event}/format"))
                .ok()?;
            let (id, name) = (id(&text)?, offset(&text, "name")?);
            Some(Named { id, name })
        };
        Ok(Self {
            call,
            ip,
            loaded: named("module_load"),
            freed: named("module_free"),
        })
    }

    /// `None` when it is of another kind.
    pub(crate) fn event<'a>(&self, record: Record<'a>) -> Option<Event<'a>> {
        // `struct trace_entry`: type, flags, preempt count, task.
        let [low, high, flags, _, task @ ..] = record.data.get(..8)? else {
            return None;
        };
        let kind = usize::from(u16::from_le_bytes([*low, *high]));
        Some(Event {
            time: record.time,
            task: i32::from_le_bytes(task.try_into().ok()?),
            is_interrupt: flags & INTERRUPT != 0,
            what: self.happening(kind, record.data)?,
        })
    }

    fn happening<'a>(&self, kind: usize, data: &'a [u8]) -> Option<Happening<'a>> {
        if kind == self.call {
            let address = data.get(self.ip..self.ip + 8)?;
            return Some(Happening::Call(u64::from_le_bytes(
                address.try_into().ok()?,
            )));
        }
        let is = |named: Option<Named>| named.filter(|named| named.id == kind);
        match (is(self.loaded), is(self.freed)) {
            (Some(named), _) => Some(Happening::ModuleLoaded(named.name_in(data)?)),
            (_, Some(named)) => Some(Happening::ModuleFreed(named.name_in(data)?)),
            _ => None,
        }
    }
}

impl Named {
    /// `__data_loc`: the length in the upper half of a word, the place in the lower.
    fn name_in(self, data: &[u8]) -> Option<&str> {
        let place = data.get(self.name..self.name + 4)?;
        let place = u32::from_le_bytes(place.try_into().ok()?);
        let (from, length) = ((place & 0xffff) as usize, (place >> 16) as usize);
        let name = data.get(from..from.checked_add(length)?)?;
        let name = name.split(|byte| *byte == 0).next()?;
        std::str::from_utf8(name).ok()
    }
}

fn id(text: &str) -> Option<usize> {
    text.lines().find_map(|line| number(line, "ID: "))
}

/// Of a field in a text such as `\tfield:unsigned long ip;\toffset:8;\tsize:8;\tsigned:0;`.
fn offset(text: &str, field: &str) -> Option<usize> {
    let line = text.lines().find(|line| {
        let declared = line.split(';').next().unwrap_or_default();
        declared.ends_with(&format!(" {field}"))
    })?;
    number(line, "offset:").filter(|offset| *offset < 4096)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FUNCTION: &str = "name: function\nID: 1\nformat:\n\
        \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\
        \tfield:unsigned long ip;\toffset:8;\tsize:8;\tsigned:0;\n\
        \tfield:unsigned long parent_ip;\toffset:16;\tsize:8;\tsigned:0;\n";

    const FORMATS: Formats = Formats {
        call: 1,
        ip: 8,
        loaded: Some(Named { id: 300, name: 12 }),
        freed: None,
    };

    #[test]
    fn a_format_says_where_fields_are() {
        assert_eq!(id(FUNCTION), Some(1));
        assert_eq!(offset(FUNCTION, "ip"), Some(8));
        assert_eq!(offset(FUNCTION, "parent_ip"), Some(16));
        assert_eq!(offset(FUNCTION, "name"), None);
    }

    #[test]
    fn a_call_has_an_address_and_a_task() {
        let mut data = vec![1, 0, 0x08, 0, 42, 0, 0, 0];
        data.extend(0xffff_ffff_8100_0010u64.to_le_bytes());
        let event = FORMATS
            .event(Record {
                time: 5,
                data: &data,
            })
            .unwrap();
        assert_eq!((event.time, event.task, event.is_interrupt), (5, 42, true));
        assert_eq!(event.what, Happening::Call(0xffff_ffff_8100_0010));
        assert_eq!(
            FORMATS.event(Record {
                time: 5,
                data: &data[..12]
            }),
            None
        );
    }

    #[test]
    fn a_module_has_a_name() {
        let mut data = vec![0x2c, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
        data.extend((16u32 | 5 << 16).to_le_bytes());
        data.extend(b"loop\0");
        let event = FORMATS
            .event(Record {
                time: 5,
                data: &data,
            })
            .unwrap();
        assert_eq!(event.what, Happening::ModuleLoaded("loop"));
        data[12..16].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(
            FORMATS.event(Record {
                time: 5,
                data: &data
            }),
            None
        );
    }
}
