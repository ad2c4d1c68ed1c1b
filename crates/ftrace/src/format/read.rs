// SPDX-License-Identifier: Apache-2.0
//! Reads traces in our format.

use std::io::BufRead;

use super::{NAME, VERSION, numbers};
use crate::builder::Builder;
use crate::error::{Error, ErrorKind};
use crate::limit;
use crate::phase::{Phase, Phases};
use crate::record::{Ending, Record, Records};
use crate::trace::{Entry, Recording, Sighting, Trace};
use crate::window::Window;

/// Reads a trace. One that was cut is an error, or read up to the cut and then said to be
/// truncated, as the caller asks.
pub fn read(input: impl BufRead, ending: Ending) -> Result<Trace, Error> {
    let mut records = Records::open(input, NAME, VERSION, ending)?;
    let mut reader = Reader::default();
    while let Some(record) = records.next()? {
        reader
            .record(&record)
            .map_err(|error| error.at(record.line))?;
    }
    reader.close_recording()?;
    if records.was_cut() {
        let nothing = || Error::new(ErrorKind::Truncated, "ends before anything was recorded");
        reader.recording().map_err(|_| nothing())?.is_truncated = true;
    }
    Ok(reader.builder.build())
}

#[derive(Default)]
struct Reader {
    builder: Builder,
    /// The recording that the lines speak of.
    number: Option<u32>,
    /// Its functions, by the order of their lines.
    functions: Vec<usize>,
    /// For each, since which window it has been in all.
    since: Vec<Option<u32>>,
    windows: u32,
    changes: usize,
}

impl Reader {
    fn record(&mut self, record: &Record<'_>) -> Result<(), Error> {
        match record.kind() {
            "kernel" => self.builder.kernel.read(record),
            "recording" => self.begin(record),
            "f" => self.function(record),
            "seen" => self.also(record, |sighting, phases| {
                sighting.phases = sighting.phases.union(phases);
                sighting.unobserved = sighting.unobserved.without(phases);
            }),
            "unobserved" => self.also(record, |sighting, phases| {
                let unseen = phases.without(sighting.phases);
                sighting.unobserved = sighting.unobserved.union(unseen);
            }),
            "hits" => self.hits(record),
            "window" => self.window(record),
            _ => self.fact(record),
        }
    }

    fn begin(&mut self, record: &Record<'_>) -> Result<(), Error> {
        self.close_recording()?;
        if record.field(1).len() > limit::NAME {
            return Err(record.error("the recording's name is too long"));
        }
        let recording = Recording {
            name: record.field(1).to_owned(),
            ..Recording::default()
        };
        self.number = Some(self.builder.recording(recording)?);
        Ok(())
    }

    /// Ends the runs of windows that are still open.
    fn close_recording(&mut self) -> Result<(), Error> {
        if let Some(number) = self.number {
            let since = std::mem::take(&mut self.since);
            for (function, since) in self.functions.iter().zip(since) {
                if let Some(since) = since {
                    let sighting = self.builder.sighting_mut(*function, number)?;
                    sighting.windows.insert(since, self.windows);
                }
            }
        }
        self.functions.clear();
        self.since.clear();
        self.windows = 0;
        Ok(())
    }

    /// A fact about the recording.
    fn fact(&mut self, record: &Record<'_>) -> Result<(), Error> {
        let recording = self.recording()?;
        match record.kind() {
            "started" => recording.started = Some(phase(record)?),
            "clock" => recording.clock = record.text(1).map(str::to_owned),
            "began" => *recording.began.get_mut(phase(record)?) = record.number_if_any(2)?,
            "lost" => *recording.lost.get_mut(phase(record)?) = record.number_if_any(2)?,
            "unresolved" => recording.unresolved = record.number(1)?,
            "truncated" => recording.is_truncated = true,
            other => {
                let shown = crate::record::shorten(other);
                return Err(record.error(format!("`{shown}` begins no line of a trace")));
            }
        }
        Ok(())
    }

    fn function(&mut self, record: &Record<'_>) -> Result<(), Error> {
        let recording = self.open()?;
        let entry = entry(record)?;
        let phases = phases(record, 4)?;
        let unobserved = self::phases(record, 5)?.without(phases);
        let sighting = Sighting {
            recording,
            phases,
            unobserved,
            first: record.number_if_any(6)?,
            hits: record.number_if_any(7)?,
            ..Sighting::default()
        };
        self.functions.push(self.builder.see(entry, sighting)?);
        self.since.push(None);
        Ok(())
    }

    fn also(
        &mut self,
        record: &Record<'_>,
        change: fn(&mut Sighting, Phases),
    ) -> Result<(), Error> {
        let recording = self.open()?;
        let phases = phases(record, 1)?;
        for function in self.numbered(record, 2)? {
            let index = self.functions[function as usize];
            change(self.builder.sighting_mut(index, recording)?, phases);
        }
        Ok(())
    }

    fn hits(&mut self, record: &Record<'_>) -> Result<(), Error> {
        let recording = self.open()?;
        let number: usize = record.number(1)?;
        let Some(function) = self.functions.get(number) else {
            return Err(record.error(format!("function {number} was not named yet")));
        };
        let sighting = self.builder.sighting_mut(*function, recording)?;
        let more = record.number(2)?;
        sighting.hits = Some(sighting.hits.map_or(more, |hits| hits.saturating_add(more)));
        Ok(())
    }

    fn window(&mut self, record: &Record<'_>) -> Result<(), Error> {
        let recording = self.open()?;
        let window = Window {
            start: record.number(1)?,
            length: record.number(2)?,
        };
        if self.windows as usize == limit::WINDOWS {
            return Err(Error::too_large("windows", limit::WINDOWS));
        }
        for function in self.numbered(record, 3)? {
            let since = &mut self.since[function as usize];
            match since.take() {
                None => *since = Some(self.windows),
                Some(start) => {
                    let index = self.functions[function as usize];
                    let sighting = self.builder.sighting_mut(index, recording)?;
                    sighting.windows.insert(start, self.windows);
                }
            }
        }
        self.windows += 1;
        self.recording()?.windows.push(window);
        Ok(())
    }

    /// The functions that a field lists. All fields of a trace together may list so many.
    fn numbered(&mut self, record: &Record<'_>, index: usize) -> Result<Vec<u32>, Error> {
        let runs = numbers::runs(record.field(index), self.functions.len());
        let runs = runs.map_err(|message| record.error(message))?;
        self.changes += runs
            .iter()
            .map(|(first, last)| (last - first) as usize + 1)
            .sum::<usize>();
        if self.changes > limit::CHANGES {
            return Err(Error::too_large("changes", limit::CHANGES));
        }
        Ok(runs
            .into_iter()
            .flat_map(|(first, last)| first..=last)
            .collect())
    }

    fn open(&self) -> Result<u32, Error> {
        self.number.ok_or_else(|| {
            Error::malformed("a line `recording` has to come before what was recorded")
        })
    }

    fn recording(&mut self) -> Result<&mut Recording, Error> {
        let number = self.open()?;
        let missing = || Error::new(ErrorKind::Malformed, "the recording is not there");
        self.builder.recording_mut(number).ok_or_else(missing)
    }
}

fn entry(record: &Record<'_>) -> Result<Entry, Error> {
    let module = record.text(2).map(|_| record.name(2)).transpose()?;
    let offset = record.text(3).map(|field| {
        u64::from_str_radix(field, 16).map_err(|_| record.error("the offset is not hexadecimal"))
    });
    Ok(Entry {
        module: module.map(Into::into),
        name: record.name(1)?.into(),
        offset: offset.transpose()?,
    })
}

fn phase(record: &Record<'_>) -> Result<Phase, Error> {
    record
        .field(1)
        .parse()
        .map_err(|message: String| record.error(message))
}

fn phases(record: &Record<'_>, index: usize) -> Result<Phases, Error> {
    let phases = Phases::from_letters(record.field(index));
    phases.ok_or_else(|| record.error(format!("field {index} has letters other than e, i, b, s")))
}
