// SPDX-License-Identifier: Apache-2.0
//! Which species were seen in which windows: filled a window at a time, in bounded memory.

use std::fmt;

use crate::period::Period;
use crate::settings::Settings;

mod record;

pub(crate) use record::Record;

/// A window as it was observed. Times are seconds of a clock that goes on while the observed
/// machine sleeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub start: u64,
    /// How long species were observed; pauses within the window do not count.
    pub active: u32,
}

/// Whether what was seen before the first window is all that the boot showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Boot {
    Captured,
    Missed,
}

/// An incidence table. What it takes: 32 bytes for each species up to the highest one named, and
/// 16 for each window, so 1.6 MB for 46,000 species and 5,000 windows: the estimators need to
/// know the first and the last window of a species, and in how many it was seen.
///
/// The first window is left out of the estimate: everything is new in it. So are windows that
/// are too short. What they show is *known*: it is not new when it is seen later, and no later
/// sighting of it counts as a discovery.
#[derive(Clone, Debug)]
pub struct Incidence {
    settings: Settings,
    boot: Boot,
    pub(crate) species: Vec<Record>,
    pub(crate) windows: Vec<Summary>,
    period: Period,
    counted: u32,
    found: u32,
    active: u64,
    quiet: u32,
    /// A bit for each species: seen in the window that is being added.
    marks: Vec<u64>,
}

/// One window.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Summary {
    pub(crate) active: u32,
    /// Species in it, and those of them that nothing before had shown.
    pub(crate) seen: u32,
    pub(crate) new: u32,
    pub(crate) counted: bool,
}

/// Why a window was refused. Nothing of it was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A species whose number is not below [`Incidence::MOST_SPECIES`].
    Species(u32),
    /// There are [`Incidence::MOST_WINDOWS`] already.
    Windows,
}

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Species(species) => write!(
                out,
                "species {species} is beyond the limit of {}; number them from 0 without gaps",
                Incidence::MOST_SPECIES
            ),
            Self::Windows => write!(
                out,
                "there are {} windows already; begin a new table, or take longer windows",
                Incidence::MOST_WINDOWS
            ),
        }
    }
}

impl std::error::Error for Refused {}

impl Incidence {
    pub const MOST_SPECIES: u32 = 1 << 20;
    pub const MOST_WINDOWS: u32 = 1 << 20;

    pub fn new(settings: Settings, boot: Boot) -> Self {
        Self {
            settings,
            boot,
            species: vec![],
            windows: vec![],
            period: Period::default(),
            counted: 0,
            found: 0,
            active: 0,
            quiet: 0,
            marks: vec![],
        }
    }

    /// Species that were seen outside of any window.
    pub fn know(&mut self, seen: &[u32]) -> Result<(), Refused> {
        self.reserve(seen)?;
        for species in seen {
            let record = &mut self.species[*species as usize];
            if !record.was_seen() {
                self.found += 1;
                self.quiet = 0;
            }
            record.known = true;
        }
        Ok(())
    }

    /// The next window, and the species seen in it, in any order; named twice is seen once.
    pub fn add(&mut self, window: Window, seen: &[u32]) -> Result<(), Refused> {
        if self.windows.len() >= Self::MOST_WINDOWS as usize {
            return Err(Refused::Windows);
        }
        self.reserve(seen)?;
        let counted = !self.windows.is_empty() && self.is_complete(window);
        let mut summary = Summary {
            active: window.active,
            seen: 0,
            new: 0,
            counted,
        };
        for species in seen {
            self.see(*species, &mut summary);
        }
        for species in seen {
            self.marks[*species as usize / 64] = 0;
        }
        self.finish(window, summary);
        Ok(())
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    pub fn boot(&self) -> Boot {
        self.boot
    }

    /// Seconds of the load's period that no window touched, to a 96th of it.
    pub fn period_missing(&self) -> u32 {
        self.period.missing(self.settings.period)
    }

    /// Windows that the estimate rests on.
    pub fn counted(&self) -> u32 {
        self.counted
    }

    /// Species seen, wherever.
    pub fn found(&self) -> u32 {
        self.found
    }

    /// Seconds of observation, in windows of any kind.
    pub fn active(&self) -> u64 {
        self.active
    }

    /// Counted windows since the last discovery.
    pub fn quiet(&self) -> u32 {
        self.quiet
    }

    /// Species found up to the end of each window, the first one included, and the seconds of
    /// observation up to then.
    pub fn discovery(&self) -> Vec<(u64, u32)> {
        let before = self.found - self.windows.iter().map(|window| window.new).sum::<u32>();
        let add = |(time, found): &mut (u64, u32), window: &Summary| {
            *time += u64::from(window.active);
            *found += window.new;
            Some((*time, *found))
        };
        self.windows.iter().scan((0, before), add).collect()
    }

    fn is_complete(&self, window: Window) -> bool {
        f64::from(window.active) >= f64::from(self.settings.window) * self.settings.complete
    }

    /// Makes room for these species, or takes none.
    fn reserve(&mut self, seen: &[u32]) -> Result<(), Refused> {
        let Some(highest) = seen.iter().copied().max() else {
            return Ok(());
        };
        if highest >= Self::MOST_SPECIES {
            return Err(Refused::Species(highest));
        }
        let length = highest as usize + 1;
        if length > self.species.len() {
            self.species.resize(length, Record::default());
            self.marks.resize(length.div_ceil(64), 0);
        }
        Ok(())
    }

    fn see(&mut self, species: u32, summary: &mut Summary) {
        let mark = &mut self.marks[species as usize / 64];
        let bit = 1 << (species % 64);
        if *mark & bit != 0 {
            return;
        }
        *mark |= bit;
        let record = &mut self.species[species as usize];
        summary.seen += 1;
        summary.new += u32::from(!record.was_seen());
        if summary.counted {
            record.count_in(self.counted);
        } else {
            record.known = true;
        }
    }

    fn finish(&mut self, window: Window, summary: Summary) {
        self.counted += u32::from(summary.counted);
        self.found += summary.new;
        self.active += u64::from(window.active);
        self.period
            .observe(window.start, window.active, self.settings.period);
        self.quiet = match summary.new {
            0 => self.quiet + u32::from(summary.counted),
            _ => 0,
        };
        self.windows.push(summary);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Incidence {
        Incidence::new(Settings::default(), Boot::Captured)
    }

    fn window(number: u64) -> Window {
        Window {
            start: number * 300,
            active: 300,
        }
    }

    #[test]
    fn the_first_window_and_short_ones_are_known_but_not_counted() {
        let mut table = table();
        table.add(window(0), &[1, 2]).unwrap();
        table
            .add(
                Window {
                    start: 300,
                    active: 100,
                },
                &[3],
            )
            .unwrap();
        table.add(window(2), &[1, 3, 4]).unwrap();
        assert_eq!(
            (table.counted(), table.found(), table.active()),
            (1, 4, 700)
        );
        let known: Vec<bool> = table.species[1..]
            .iter()
            .map(|record| record.known)
            .collect();
        assert_eq!(known, [true, true, true, false]);
        assert_eq!(table.discovery(), [(300, 2), (400, 3), (700, 4)]);
    }

    #[test]
    fn sightings_near_each_other_are_one_visit() {
        let mut table = table();
        for number in 0..40 {
            let is_there = [1, 2, 4, 8, 30].contains(&number);
            table
                .add(window(number), if is_there { &[5, 5] } else { &[] })
                .unwrap();
        }
        assert_eq!(table.species[5].visits, [5, 4, 3, 2, 2]);
        assert_eq!((table.species[5].first, table.species[5].last), (0, 29));
    }

    #[test]
    fn quiet_windows_are_those_since_the_last_discovery() {
        let mut table = table();
        for number in 0..10 {
            table
                .add(window(number), if number < 7 { &[0] } else { &[0, 1] })
                .unwrap();
        }
        assert_eq!(table.quiet(), 2);
        table.know(&[9]).unwrap();
        assert_eq!((table.quiet(), table.found()), (0, 3));
    }

    #[test]
    fn too_much_is_refused_and_nothing_of_it_taken() {
        let mut table = table();
        let refused = table.add(window(0), &[1, u32::MAX]);
        assert_eq!(refused, Err(Refused::Species(u32::MAX)));
        assert!(table.know(&[Incidence::MOST_SPECIES]).is_err());
        assert_eq!(
            (table.found(), table.windows.len(), table.species.len()),
            (0, 0, 0)
        );
        assert!(
            refused
                .unwrap_err()
                .to_string()
                .contains("number them from 0")
        );
    }

    /// What the agent has to hold: see [`Incidence`].
    #[test]
    fn a_species_takes_32_bytes_and_a_window_16() {
        assert_eq!((size_of::<Record>(), size_of::<Summary>()), (32, 16));
    }
}
