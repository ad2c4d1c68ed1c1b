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
        let (mut once, mut twice) = (vec![], vec![]);
        let (mut all, mut stayed) = (0.0, 0.0);
        for record in &incidence.species {
            all += f64::from(record.visits[0]);
            match record.visits[scale] {
                1 if !record.known => {
                    stayed += f64::from(record.visits[0]);
                    once.push((record.first, record.first));
                }
                2 if !record.known => twice.push((record.first, record.last)),
                _ => {}
            }
        }
        let species = Counts {
            windows: f64::from(incidence.counted()) / f64::from(block),
            observed: f64::from(incidence.found()),
            uniques: float(once.len()),
            duplicates: float(twice.len()),
            // In visits as long as those of the uniques, so that shares are shares of time.
            incidences: if stayed > 0.0 {
                all * float(once.len()) / stayed
            } else {
                all
            },
        };
        Self::new(
            block,
            species,
            together(once, block),
            together(twice, block),
        )
    }

    fn new(block: u32, species: Counts, once: Vec<u32>, twice: Vec<u32>) -> Self {
        let places = species.windows;
        let events = Counts {
            uniques: float(once.len()),
            duplicates: float(twice.len()),
            ..species
        };
        let spread = [
            spread_of_uniques(&once, &twice, places),
            spread(&twice, places * (places - 1.0) / 2.0),
        ];
        let sizes = if once.len() < FEW {
            [once, twice].concat()
        } else {
            once
        };
        Self {
            block,
            species,
            events,
            spread,
            sizes,
        }
    }

    /// How many species come with one that comes, itself included.
    pub(crate) fn company(&self) -> f64 {
        let sum = total(&self.sizes);
        if sum > 0.0 {
            mean_square(&self.sizes) * float(self.sizes.len()) / sum
        } else {
            1.0
        }
    }
}

/// See [`Arrivals::of`].
fn natural_scale(incidence: &Incidence) -> usize {
    let mut uniques = [0_u32; Record::SCALES];
    for record in incidence.species.iter().filter(|record| !record.known) {
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

fn mean_square(sizes: &[u32]) -> f64 {
    let squares: f64 = sizes.iter().map(|size| f64::from(*size).powi(2)).sum();
    squares / float(sizes.len().max(1))
}

/// Where events are rare, those of the duplicates say as much about their sizes. And the event
/// that comes next may be as large as the largest: without it, a few small ones that happen to be
/// all there is look as if they were all that there can be.
fn spread_of_uniques(once: &[u32], twice: &[u32], places: f64) -> f64 {
    let number = float(once.len());
    let all = [once, twice].concat();
    let mut spread = spread(once, places);
    if number * 3.0 < places {
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
    let squares = mean_square(sizes) * float(sizes.len());
    if places <= 1.0 {
        return squares.max(sum);
    }
    ((squares - sum * sum / places) * places / (places - 1.0)).max(sum)
}
