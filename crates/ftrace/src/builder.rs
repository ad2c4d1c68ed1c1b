// SPDX-License-Identifier: Apache-2.0
//! Makes a trace of sightings that come in any order.

use std::collections::HashMap;

use crate::Kernel;
use crate::error::Error;
use crate::limit;
use crate::trace::{Entry, Function, Recording, Sighting, Trace};

/// Collects recordings and what they saw.
#[derive(Debug, Default)]
pub struct Builder {
    pub kernel: Kernel,
    recordings: Vec<Recording>,
    functions: Vec<Function>,
    by_entry: HashMap<Entry, usize>,
    sightings: usize,
}

impl Builder {
    pub fn new(kernel: Kernel) -> Self {
        Self {
            kernel,
            ..Self::default()
        }
    }

    /// Begins a recording: its number, for [`Sighting::recording`].
    pub fn recording(&mut self, recording: Recording) -> Result<u32, Error> {
        let number = self.recordings.len();
        if number == limit::RECORDINGS {
            return Err(Error::too_large("recordings", limit::RECORDINGS));
        }
        self.recordings.push(recording);
        u32::try_from(number).map_err(|_| Error::too_large("recordings", limit::RECORDINGS))
    }

    /// The recording of a number that [`Self::recording`] gave.
    pub fn recording_mut(&mut self, number: u32) -> Option<&mut Recording> {
        self.recordings.get_mut(number as usize)
    }

    /// Adds to what a recording says of a function: the index by which
    /// [`Self::sighting_mut`] finds the function again.
    pub fn see(&mut self, entry: Entry, sighting: Sighting) -> Result<usize, Error> {
        let index = self.index(entry)?;
        let number = sighting.recording;
        let before = self.sighting_mut(index, number)?;
        let former = std::mem::take(before);
        *before = former.and(sighting);
        Ok(index)
    }

    /// What a recording says so far of the function with an index that [`Self::see`] gave.
    pub fn sighting_mut(&mut self, index: usize, recording: u32) -> Result<&mut Sighting, Error> {
        let Some(function) = self.functions.get_mut(index) else {
            return Err(Error::malformed("a function that was not yet named"));
        };
        let of = |sighting: &Sighting| sighting.recording;
        let place = function.sightings.binary_search_by_key(&recording, of);
        let place = match place {
            Ok(place) => place,
            Err(_) if self.sightings == limit::SIGHTINGS => {
                return Err(Error::too_large("sightings", limit::SIGHTINGS));
            }
            Err(place) => {
                self.sightings += 1;
                let empty = Sighting {
                    recording,
                    ..Sighting::default()
                };
                function.sightings.insert(place, empty);
                place
            }
        };
        Ok(&mut function.sightings[place])
    }

    /// Adds all recordings of a trace of the same kernel.
    pub fn add(&mut self, trace: &Trace) -> Result<(), Error> {
        self.kernel = self.kernel.unite(&trace.kernel)?;
        let mut numbers = Vec::new();
        for recording in &trace.recordings {
            numbers.push(self.recording(recording.clone())?);
        }
        for function in &trace.functions {
            for sighting in &function.sightings {
                let Some(recording) = numbers.get(sighting.recording as usize).copied() else {
                    return Err(Error::malformed(
                        "a sighting of a recording that is not there",
                    ));
                };
                let sighting = Sighting {
                    recording,
                    ..sighting.clone()
                };
                self.see(function.entry.clone(), sighting)?;
            }
        }
        Ok(())
    }

    /// Whether no function was seen.
    pub fn is_empty(&self) -> bool {
        self.functions.is_empty()
    }

    pub fn build(mut self) -> Trace {
        self.functions
            .retain(|function| !function.sightings.is_empty());
        self.functions
            .sort_by(|left, right| left.entry.cmp(&right.entry));
        Trace {
            kernel: self.kernel,
            recordings: self.recordings,
            functions: self.functions,
        }
    }

    fn index(&mut self, entry: Entry) -> Result<usize, Error> {
        if let Some(index) = self.by_entry.get(&entry) {
            return Ok(*index);
        }
        let index = self.functions.len();
        if index == limit::FUNCTIONS {
            return Err(Error::too_large("functions", limit::FUNCTIONS));
        }
        self.functions.push(Function {
            entry: entry.clone(),
            sightings: Vec::new(),
        });
        self.by_entry.insert(entry, index);
        Ok(index)
    }
}

impl Sighting {
    /// What two sightings of a function in one recording say together.
    fn and(self, other: Self) -> Self {
        let phases = self.phases.union(other.phases);
        Self {
            recording: other.recording,
            phases,
            unobserved: self.unobserved.union(other.unobserved).without(phases),
            first: either(self.first, other.first, u64::min),
            hits: either(self.hits, other.hits, u64::saturating_add),
            windows: if self.windows.is_empty() {
                other.windows
            } else {
                self.windows.union(&other.windows)
            },
        }
    }
}

fn either(left: Option<u64>, right: Option<u64>, both: fn(u64, u64) -> u64) -> Option<u64> {
    match (left, right) {
        (Some(left), Some(right)) => Some(both(left, right)),
        (left, right) => left.or(right),
    }
}
