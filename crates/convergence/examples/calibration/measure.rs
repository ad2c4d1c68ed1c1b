// SPDX-License-Identifier: Apache-2.0
//! How often the intervals are right, over many observations of populations of known truth.

use convergence::{Boot, Estimate, Forecast, Incidence, Settings, Window, estimate};

use crate::population::{Kind, Population};

/// One hour of windows of five minutes.
pub(crate) const AHEAD: u32 = 12;

/// Sums over all runs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Measured {
    pub(crate) runs: u32,
    pub(crate) richness: Hits,
    pub(crate) coverage: Hits,
    pub(crate) discoveries: Hits,
    /// As if species came independently: limits of Q1 alone.
    pub(crate) independent: Hits,
    pub(crate) probability: Hits,
    /// Runs in which not more came than the limit said.
    pub(crate) limited: u32,
    pub(crate) limit: f64,
    pub(crate) came: f64,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Hits {
    pub(crate) held: u32,
    /// Runs in which the truth was below the interval.
    pub(crate) below: u32,
    pub(crate) value: f64,
    pub(crate) truth: f64,
    pub(crate) width: f64,
}

impl Hits {
    fn add(&mut self, estimate: Estimate, truth: f64) {
        let slack = 1e-9 * truth.abs().max(1.0);
        let is_below = truth < estimate.low - slack;
        self.held += u32::from(!is_below && truth <= estimate.high + slack);
        self.below += u32::from(is_below);
        self.value += estimate.value;
        self.truth += truth;
        self.width += estimate.high - estimate.low;
    }
}

/// Windows without a pause.
pub(crate) fn observe(population: &mut Population, table: &mut Incidence, windows: u32) {
    for _ in 0..windows {
        let window = Window {
            start: table.active(),
            active: 300,
        };
        let taken = table.add(window, &population.next());
        assert_eq!(taken, Ok(()), "less species and windows than there may be");
    }
}

pub(crate) fn measure(kind: Kind, windows: u32, runs: u32) -> Measured {
    let mut measured = Measured {
        runs,
        ..Measured::default()
    };
    for run in 0..runs {
        let mut population = Population::new(kind, u64::from(run));
        let mut table = Incidence::new(Settings::default(), Boot::Captured);
        observe(&mut population, &mut table, windows + 1);
        measured.add(&mut population, &table);
    }
    measured
}

impl Measured {
    fn add(&mut self, population: &mut Population, table: &Incidence) {
        let forecast = Forecast::of(table);
        let truth = population.truth(AHEAD);
        let ahead = f64::from(AHEAD);
        self.richness.add(forecast.richness(), truth.richness);
        self.coverage.add(forecast.coverage(), truth.coverage);
        self.discoveries
            .add(forecast.discoveries(ahead), truth.discoveries);
        self.probability
            .add(forecast.probability(ahead), truth.probability);
        let counts = forecast.counts();
        let per_unique = ahead / f64::from(table.counted());
        let independent =
            estimate::of_events(counts.uniques, 0.95).map(|uniques| uniques * per_unique);
        self.independent.add(independent, truth.discoveries);
        let before = population.found();
        for _ in 0..AHEAD {
            population.next();
        }
        let came = population.found() - before;
        let limit = u32::try_from(forecast.at_most(ahead)).unwrap_or(u32::MAX);
        self.limited += u32::from(came <= limit);
        self.limit += f64::from(limit);
        self.came += f64::from(came);
    }
}
