// SPDX-License-Identifier: Apache-2.0
//! When what came once or twice came: species that arrive together are one piece of evidence,
//! and how many pieces there are decides how far an estimate may be off.

use crate::counts::Counts;
use crate::float::float;
use crate::incidence::{Incidence, Record};
use crate::settings::Visit;

/// A table as visits: sightings less than a number of windows apart are one, and so are arrivals
/// of several species (declustering by runs: Smith and Weissman 1994).
#[derive(Clone, Debug, Default)]
pub(crate) struct Arrivals {
    /// That number. Time is counted in as many windows, here called a block.
    pub(crate) block: u32,
    /// Of species.
    pub(crate) species: Counts,
    /// Of events, in which species came that came once, or that came twice together.
    pub(crate) events: Counts,
    /// The variance of the uniques and of the duplicates over other observations of the same
    /// load, as drawing the events anew would have it; at least that of species which come
    /// independently.
    pub(crate) spread: [f64; 2],
    /// How many of the uniques are there for what came to stay.
    pub(crate) staying: f64,
    /// How much what is unseen varies by itself, of species and of events.
    pub(crate) doubt: [f64; 2],
    /// How many species came together, for each event.
    pub(crate) sizes: Vec<u32>,
}

/// Fewer events than this say little about how large events are; those of the duplicates help.
const FEW: usize = 8;

impl Arrivals {
    /// The length of a visit is doubled as long as that makes a fifth more unique, and is a tenth
    /// of the time at most.
    pub(crate) fn of(incidence: &Incidence, visit: Visit) -> Self {
        let longest = Record::SCALES - 1;
        match visit {
            Visit::Windows(windows) => {
                let wanted = windows.clamp(1, Visit::LONGEST).next_power_of_two();
                Self::at(incidence, (wanted.trailing_zeros() as usize).min(longest))
            }
            Visit::Automatic => Self::at(incidence, natural_scale(incidence)),
        }
    }

    fn at(incidence: &Incidence, scale: usize) -> Self {
        let block = 1_u32 << scale;
        let mut came = Came::default();
        let mut all = 0.0;
        for record in &incidence.species {
            all += f64::from(record.windows());
            if !record.known {
                came.take(record, scale, incidence.counted() / 2);
            }
        }
        let uniques = float(came.once.len() + came.mirrored.len());
        let species = Counts {
            windows: f64::from(incidence.counted()) / f64::from(block),
            observed: f64::from(incidence.found()),
            uniques,
            duplicates: float(came.twice.len()),
            // In visits as long as those of the uniques, so that shares are shares of time.
            incidences: if came.stayed > 0.0 {
                all * uniques / came.stayed
            } else {
                all
            },
        };
        let [once, mirrored, twice] =
            [came.once, came.mirrored, came.twice].map(|times| together(times, block));
        let staying = 2.0 * total(&mirrored);
        let once = [once, mirrored.clone()].concat();
        Self {
            staying,
            ..Self::new(block, species, &once, &mirrored, &twice)
        }
    }

    fn new(block: u32, species: Counts, once: &[u32], mirrored: &[u32], twice: &[u32]) -> Self {
        let places = species.windows;
        let events = Counts {
            uniques: float(once.len()),
            duplicates: float(twice.len()),
            ..species
        };
        let spread = [
            spread_of_uniques(once, twice, places),
            spread(twice, places * (places - 1.0) / 2.0),
        ];
        // Esty (1983): the variance of the difference to the truth is that of Q1, and twice that of
        // Q2. And what was counted twice varies twice as much as its number says.
        let doubt = [
            2.0 * (spread[1] + squares(mirrored)),
            2.0 * (events.duplicates + float(mirrored.len())),
        ];
        let few = if once.len() < FEW { twice } else { &[] };
        let sizes = [once, few].concat();
        Self {
            block,
            species,
            events,
            spread,
            staying: 0.0,
            doubt,
            sizes,
        }
    }

    /// Whether events are rare enough not to come in the same window by chance.
    pub(crate) fn is_sparse(&self) -> bool {
        is_sparse(self.events.uniques, self.events.windows)
    }

    /// How many species come with one that comes, itself included.
    pub(crate) fn company(&self) -> f64 {
        let sum = total(&self.sizes);
        if sum > 0.0 {
            squares(&self.sizes) / sum
        } else {
            1.0
        }
    }
}

/// What was seen in more windows than this came to stay.
const LONG: u32 = 2 * Visit::LONGEST;

/// The times at which species came that came once, or twice.
#[derive(Default)]
struct Came {
    once: Vec<(u32, u32)>,
    mirrored: Vec<(u32, u32)>,
    twice: Vec<(u32, u32)>,
    /// In how many windows those that came once were seen.
    stayed: f64,
}

impl Came {
    /// What came to stay in the first half of the observation is no evidence of rare things: it
    /// is the load that began. In the second half it is, and stands for one in the first as well.
    fn take(&mut self, record: &Record, scale: usize, half: u32) {
        let at = |window: u32| (window, window);
        let is_long = record.windows() > LONG;
        if is_long && record.first >= half {
            self.once.push(at(record.first));
            self.mirrored.push(at(record.first - half));
            self.stayed += 2.0 * f64::from(LONG);
        } else if !is_long && record.visits[scale] == 1 {
            self.once.push(at(record.first));
            self.stayed += f64::from(record.windows());
        } else if !is_long && record.visits[scale] == 2 {
            self.twice.push((record.first, record.last));
        }
    }
}

/// See [`Arrivals::of`].
fn natural_scale(incidence: &Incidence) -> usize {
    let mut uniques = [0_u32; Record::SCALES];
    let is_meant = |record: &&Record| !record.known && record.windows() <= LONG;
    for record in incidence.species.iter().filter(is_meant) {
        for (scale, visits) in record.visits.iter().enumerate() {
            uniques[scale] += u32::from(*visits == 1);
        }
    }
    let grows = |scale: &usize| {
        let is_long_enough = incidence.counted() >> (scale + 1) >= 10;
        is_long_enough && uniques[scale + 1] * 5 > uniques[*scale] * 6
    };
    (0..Record::SCALES - 1)
        .find(|scale| !grows(scale))
        .unwrap_or(Record::SCALES - 1)
}

/// The numbers of those that came together: less than a block after another, both times.
fn together(mut times: Vec<(u32, u32)>, block: u32) -> Vec<u32> {
    times.sort_unstable();
    let is_near = |one: u32, other: u32| one.abs_diff(other) < block;
    times
        .chunk_by(|one, other| is_near(one.0, other.0) && is_near(one.1, other.1))
        .map(|event| u32::try_from(event.len()).unwrap_or(u32::MAX))
        .collect()
}

fn total(sizes: &[u32]) -> f64 {
    sizes.iter().map(|size| f64::from(*size)).sum()
}

fn is_sparse(events: f64, places: f64) -> bool {
    events * 3.0 < places
}

fn squares(sizes: &[u32]) -> f64 {
    sizes.iter().map(|size| f64::from(*size).powi(2)).sum()
}

fn mean_square(sizes: &[u32]) -> f64 {
    squares(sizes) / float(sizes.len().max(1))
}

/// Where events are rare, those of the duplicates say as much about their sizes. And the event
/// that comes next may be as large as the largest: without it, a few small ones that happen to be
/// all there is look as if they were all that there can be.
fn spread_of_uniques(once: &[u32], twice: &[u32], places: f64) -> f64 {
    let number = float(once.len());
    let all = [once, twice].concat();
    let mut spread = spread(once, places);
    if is_sparse(number, places) {
        spread = spread.max(number * mean_square(&all));
    }
    match all.iter().max() {
        Some(largest) if number > 0.0 => {
            spread
                + (f64::from(*largest) - total(once) / places)
                    .max(0.0)
                    .powi(2)
        }
        _ => spread,
    }
}

/// The variance of a sum over that many places, of which those not in `sizes` have nothing.
fn spread(sizes: &[u32], places: f64) -> f64 {
    let sum = total(sizes);
    let squares = squares(sizes);
    if places <= 1.0 {
        return squares.max(sum);
    }
    ((squares - sum * sum / places) * places / (places - 1.0)).max(sum)
}
