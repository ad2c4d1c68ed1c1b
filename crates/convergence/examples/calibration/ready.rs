// SPDX-License-Identifier: Apache-2.0
//! What is true when the advice says READY: looking at it again and again, until it says so, picks
//! the lucky moments.

use convergence::{Boot, Incidence, Level, Settings, advise};

use crate::measure::{AHEAD, observe};
use crate::population::{Kind, Population};

/// Sums over the runs that became READY, but for `runs`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ready {
    pub(crate) runs: u32,
    pub(crate) became: u32,
    /// Windows up to READY.
    pub(crate) windows: Vec<f64>,
    /// READY, and something new within the hour: as stated, as it was probable, as it came.
    pub(crate) stated: f64,
    pub(crate) probable: f64,
    pub(crate) came: u32,
    /// The wait after a day, over the one that was announced then as the earliest; and how often
    /// it was not longer than the one announced as the latest.
    pub(crate) waited: Vec<f64>,
    pub(crate) in_time: u32,
}

const DAY: u32 = 288;
const LONGEST: u32 = 14 * DAY;

pub(crate) fn ready(kind: Kind, settings: Settings, runs: u32) -> Ready {
    let mut sums = Ready {
        runs,
        ..Ready::default()
    };
    for run in 0..runs {
        sums.add(&mut Population::new(kind, !u64::from(run)), settings);
    }
    sums.windows.sort_by(f64::total_cmp);
    sums.waited.sort_by(f64::total_cmp);
    sums
}

impl Ready {
    fn add(&mut self, population: &mut Population, settings: Settings) {
        let mut table = Incidence::new(settings, Boot::Captured);
        let mut announced = None;
        observe(population, &mut table, 1);
        while table.counted() < LONGEST {
            observe(population, &mut table, AHEAD);
            let advice = advise(&table);
            if table.counted() == DAY && advice.level != Level::Ready {
                announced = advice.eta.zip(advice.eta_latest);
            }
            if advice.level != Level::Ready {
                continue;
            }
            self.became += 1;
            self.windows.push(f64::from(table.counted()));
            if let Some((eta, latest)) = announced {
                let waited = f64::from(table.counted() - DAY) * 300.0;
                self.waited.push(waited / seconds(eta));
                self.in_time += u32::from(waited <= seconds(latest) + 3_600.0);
            }
            self.stated += advice.probability.value;
            self.probable += population.truth(AHEAD).probability;
            let before = population.found();
            (0..AHEAD).for_each(|_| drop(population.next()));
            self.came += u32::from(population.found() > before);
            return;
        }
    }
}

/// The middle of sorted values.
pub(crate) fn median(sorted: &[f64]) -> Option<f64> {
    sorted.get(sorted.len() / 2).copied()
}

pub(crate) fn length(values: &[f64]) -> f64 {
    f64::from(u32::try_from(values.len()).unwrap_or(u32::MAX))
}

fn seconds(time: u64) -> f64 {
    f64::from(u32::try_from(time).unwrap_or(u32::MAX))
}
