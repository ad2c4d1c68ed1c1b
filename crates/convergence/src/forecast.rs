// SPDX-License-Identifier: Apache-2.0
//! What goes on to come, of a load that goes on as it was: the formulas of [`Counts`], with
//! intervals that know that species come together.

use crate::arrivals::Arrivals;
use crate::compound::Events;
use crate::counts::Counts;
use crate::estimate::{self, Estimate};
use crate::incidence::Incidence;

/// Times are in windows of the table, fractions included.
#[derive(Clone, Debug)]
pub struct Forecast {
    arrivals: Arrivals,
    confidence: f64,
}

impl Forecast {
    pub fn of(incidence: &Incidence) -> Self {
        let settings = incidence.settings();
        Self {
            arrivals: Arrivals::of(incidence, settings.visit),
            confidence: settings.sound_confidence(),
        }
    }

    /// Sightings less than so many windows apart were taken as one.
    pub fn visit(&self) -> u32 {
        self.arrivals.block
    }

    /// The counts on which the estimates of species rest; their windows are blocks.
    pub fn counts(&self) -> Counts {
        self.arrivals.species
    }

    /// Chao2, with the log-normal interval of Chao (1987). The estimate is a lower bound, and so
    /// the interval is one of the bound: there may be any number of species that never come.
    pub fn richness(&self) -> Estimate {
        let counts = self.arrivals.species;
        let counts = with(counts, counts.uniques - self.arrivals.staying);
        let unseen = counts.unseen();
        if unseen <= 0.0 {
            let high = with(counts, self.uniques().high).richness();
            return Estimate {
                value: counts.observed,
                low: counts.observed,
                high,
            };
        }
        let variance = counts.unseen_variance(self.arrivals.spread);
        let z = estimate::two_sided(self.confidence);
        let factor = (z * (variance / (unseen * unseen)).ln_1p().sqrt()).exp();
        Estimate {
            value: counts.observed + unseen,
            low: counts.observed + unseen / factor,
            high: counts.observed + unseen * factor,
        }
    }

    /// The share of what happens, by how often it happens, that belongs to species seen.
    pub fn coverage(&self) -> Estimate {
        let counts = self.arrivals.species;
        self.uniques()
            .map(|uniques| with(counts, uniques).coverage())
            .clamp(0.0, 1.0)
    }

    /// How many new species are expected within that time. Where events are rare, it is events
    /// that run out, each with the species that it brings: a hundred species that came once, but
    /// together, do not say that many more such hundreds are unseen.
    pub fn discoveries(&self, windows: f64) -> Estimate {
        let Arrivals {
            species, events, ..
        } = self.arrivals;
        let blocks = self.blocks(windows);
        if species.windows < 2.0 || !self.arrivals.is_sparse() {
            return self
                .uniques()
                .map(|uniques| with(species, uniques).discoveries(blocks));
        }
        let number = events.uniques.max(1.0);
        let each = with(events, number).discoveries(blocks) / number;
        self.uniques().map(|uniques| uniques * each)
    }

    /// The probability that any new species comes within that time.
    pub fn probability(&self, windows: f64) -> Estimate {
        let events = self.arrivals.events;
        let blocks = self.blocks(windows);
        self.events()
            .map(|number| at_least_one(with(events, number), blocks))
    }

    /// How many new species come within that time at most, with the confidence of the settings
    /// in this limit alone.
    pub fn at_most(&self, windows: f64) -> u64 {
        let events = self.arrivals.events;
        if events.windows < 2.0 {
            return u64::MAX;
        }
        // As many events as there were, and the one that could come next, as large as the largest;
        // and what is unseen varies as well (Esty 1983).
        let number = events.uniques + 1.0;
        let evidence = number * number / (number + self.arrivals.doubt[1]);
        let mean = with(events, number).discoveries(self.blocks(windows));
        let mean = mean.min(number * self.blocks(windows) / events.windows);
        let mut sizes = self.arrivals.sizes.clone();
        sizes.extend(self.arrivals.sizes.iter().max());
        Events { mean, evidence }.at_most(&sizes, self.confidence)
    }

    /// The time after which the probability for `ahead` is expected to be at most `limit`.
    pub fn until(&self, ahead: f64, limit: f64) -> Option<f64> {
        let events = self.arrivals.events;
        let expected = -(-limit.clamp(0.0, 1.0)).ln_1p();
        let blocks = if events.uniques > 0.0 {
            events.until(self.blocks(ahead), expected)
        } else {
            self.until_latest_blocks(ahead, expected)
        };
        blocks.map(|blocks| blocks * f64::from(self.arrivals.block))
    }

    /// The same for a load that has ever rarer things in store: what is new in a window then
    /// falls with the time of observation, and not faster.
    pub fn until_latest(&self, ahead: f64, limit: f64) -> Option<f64> {
        let expected = -(-limit.clamp(0.0, 1.0)).ln_1p();
        let blocks = self.until_latest_blocks(ahead, expected);
        blocks.map(|blocks| blocks * f64::from(self.arrivals.block))
    }

    /// The time after which the coverage is expected to be `wanted`, if what is missing becomes
    /// rarer as events do.
    pub fn until_covered(&self, wanted: f64) -> Option<f64> {
        let missing = 1.0 - self.coverage().value;
        let Counts { windows, .. } = self.arrivals.events;
        let ratio = missing / (1.0 - wanted);
        if ratio <= 1.0 {
            return Some(0.0);
        }
        let kept = 1.0 - self.arrivals.events.rate();
        let blocks = if kept > 0.0 && kept < 1.0 {
            -ratio.ln() / kept.ln()
        } else {
            windows * (ratio - 1.0)
        };
        Some(blocks * f64::from(self.arrivals.block)).filter(|windows| windows.is_finite())
    }

    /// The same if what is missing falls with the time of observation, and not faster.
    pub fn until_covered_latest(&self, wanted: f64) -> Option<f64> {
        let ratio = (1.0 - self.coverage().value) / (1.0 - wanted);
        let Counts { windows, .. } = self.arrivals.events;
        let windows = windows * f64::from(self.arrivals.block) * (ratio - 1.0).max(0.0);
        Some(windows).filter(|windows| windows.is_finite())
    }

    fn until_latest_blocks(&self, ahead: f64, expected: f64) -> Option<f64> {
        let events = self.arrivals.events;
        if events.windows < 2.0 || expected <= 0.0 {
            return None;
        }
        let now = events.uniques.max(HALF) * self.blocks(ahead) / events.windows;
        Some((events.windows * (now / expected - 1.0)).max(0.0))
    }

    fn blocks(&self, windows: f64) -> f64 {
        windows.max(0.0) / f64::from(self.arrivals.block.max(1))
    }

    /// The uniques that the estimates of species rest on, and those that they might rest on.
    fn uniques(&self) -> Estimate {
        let Counts { uniques, .. } = self.arrivals.species;
        let spread = self.arrivals.spread[0];
        let number = if spread > 0.0 {
            uniques * uniques / spread
        } else {
            0.0
        };
        let size = if uniques > 0.0 {
            spread / uniques
        } else {
            self.arrivals.company()
        };
        let limits = estimate::of_events(number, self.confidence).map(|events| events * size);
        self.wider(
            Estimate {
                value: uniques,
                ..limits
            },
            self.arrivals.doubt[0],
        )
    }

    /// The same of events. None seen is not none to come: half an event is assumed then, as
    /// the prior of Jeffreys (1946) has it.
    fn events(&self) -> Estimate {
        let Counts { uniques, .. } = self.arrivals.events;
        let limits = estimate::of_events(uniques, self.confidence);
        let value = uniques.max(HALF);
        self.wider(Estimate { value, ..limits }, self.arrivals.doubt[1])
    }

    /// By what varies besides.
    fn wider(&self, limits: Estimate, variance: f64) -> Estimate {
        let more = estimate::two_sided(self.confidence) * variance.sqrt();
        let Estimate { value, low, high } = limits;
        Estimate {
            value,
            low: (value - (value - low).hypot(more)).max(0.0),
            high: value + (high - value).hypot(more),
        }
    }
}

const HALF: f64 = 0.5;

fn with(counts: Counts, uniques: f64) -> Counts {
    Counts { uniques, ..counts }
}

/// That any of so many blocks has an event, each with the probability that is left for it.
fn at_least_one(events: Counts, blocks: f64) -> f64 {
    let mut none = 1.0;
    let mut expected = 0.0;
    for block in 1..=SINGLY {
        let end = f64::from(block);
        let next = events.discoveries(end);
        let without = (1.0 - (next - expected)).clamp(0.0, 1.0);
        if blocks < end {
            return 1.0 - none * without.powf((blocks - (end - 1.0)).max(0.0));
        }
        none *= without;
        expected = next;
    }
    1.0 - none * (expected - events.discoveries(blocks)).min(0.0).exp()
}

/// Events of later blocks are rare, and taken for a Poisson process.
const SINGLY: u32 = 256;
