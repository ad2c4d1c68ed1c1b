// SPDX-License-Identifier: Apache-2.0
//! What was foretold after so many windows, and what came in the next ones.

use std::collections::BTreeMap;

use ftrace::Trace;
use serde_json::Value;

/// See above.
#[derive(Clone, Debug)]
pub(super) struct Forecast {
    /// WAIT, ALMOST or READY.
    level: String,
    /// Of an unseen function within the windows ahead, as it was stated.
    probability: f64,
    /// Whether one came.
    came: bool,
}

/// Forecasts of one trace, by how sure they were.
pub(super) struct Judgement {
    rows: Vec<Row>,
    levels: BTreeMap<String, (u32, u32)>,
}

/// Forecasts of about the same probability.
#[derive(Clone, Copy, Debug)]
struct Row {
    below: f64,
    forecasts: u32,
    stated: f64,
    came: u32,
}

/// Up to where the rows reach.
const LIMITS: [f64; 5] = [0.05, 0.2, 0.5, 0.8, 1.01];

/// Where the file ended when so many windows were over.
pub(super) fn cuts(text: &[u8]) -> Vec<(u32, usize)> {
    let (mut length, mut windows, mut cuts) = (0, 0, vec![]);
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        length += line.len();
        if line.starts_with(b"window\t") {
            windows += 1;
            cuts.push((windows, length));
        }
    }
    cuts
}

impl Forecast {
    /// `None` when nothing was stated, or when the windows ahead are not over.
    pub(super) fn of(advice: &Value, trace: &Trace, windows: u32, ahead: u32) -> Option<Self> {
        let level = advice["level"].as_str()?.to_owned();
        let probability = advice["probability"]["value"].as_f64()?;
        let (mut came, mut last) = (false, 0);
        for function in &trace.functions {
            for sighting in &function.sightings {
                let first = sighting.windows.iter().next();
                came |= first.is_some_and(|first| (windows..windows + ahead).contains(&first));
                last = last.max(sighting.windows.iter().last().unwrap_or(0));
            }
        }
        (last + 1 >= windows + ahead).then_some(Self {
            level,
            probability,
            came,
        })
    }
}

impl Judgement {
    pub(super) fn of(forecasts: &[Forecast]) -> Self {
        let row = |(index, below): (usize, &f64)| {
            let above = index.checked_sub(1).map_or(-1.0, |before| LIMITS[before]);
            let of_row = forecasts
                .iter()
                .filter(|forecast| forecast.probability >= above && forecast.probability < *below);
            let start = Row {
                below: *below,
                forecasts: 0,
                stated: 0.0,
                came: 0,
            };
            of_row.fold(start, Row::and)
        };
        let mut levels = BTreeMap::new();
        for forecast in forecasts {
            let (all, came) = levels.entry(forecast.level.clone()).or_insert((0, 0));
            *all += 1;
            *came += u32::from(forecast.came);
        }
        let rows = LIMITS.iter().enumerate().map(row).collect();
        Self { rows, levels }
    }

    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = vec!["stated below   forecasts   expected   came   at most".to_owned()];
        let rows = self.rows.iter().filter(|row| row.forecasts > 0);
        lines.extend(rows.map(|row| {
            format!(
                "{:>12.2} {:>11} {:>10.1} {:>6} {:>9.1}",
                row.below.min(1.0),
                row.forecasts,
                row.stated,
                row.came,
                row.at_most()
            )
        }));
        let levels = self.levels.iter();
        lines.extend(levels.map(|(level, (all, came))| {
            format!("{level}: {all} forecasts, after {came} of which something unseen came")
        }));
        lines
    }

    /// More did not come than what was stated allows.
    pub(super) fn is_good(&self) -> bool {
        let is_within = |row: &Row| f64::from(row.came) <= row.at_most();
        self.rows.iter().all(is_within) && self.rows.iter().any(|row| row.forecasts > 0)
    }
}

impl Row {
    fn and(self, forecast: &Forecast) -> Self {
        Self {
            forecasts: self.forecasts + 1,
            stated: self.stated + forecast.probability,
            came: self.came + u32::from(forecast.came),
            ..self
        }
    }

    /// Neighbouring forecasts look at the same windows, so they are one event for each stretch
    /// of windows ahead: the interval is that of so many fewer. Two standard deviations, and one.
    fn at_most(&self) -> f64 {
        let all = f64::from(self.forecasts).max(1.0);
        let mean = self.stated / all;
        let independent = (all / 5.0).max(1.0);
        let deviation = (mean * (1.0 - mean) / independent).sqrt();
        all * (mean + 2.0 * deviation) + 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forecast(probability: f64, came: bool) -> Forecast {
        Forecast {
            level: "WAIT".to_owned(),
            probability,
            came,
        }
    }

    #[test]
    fn a_file_is_cut_behind_its_windows() {
        let text = b"kaas-trace\t1\nf\ta\nwindow\t0\t5\t0\nf\tb\nwindow\t5\t5\t1\nend\t5\t0\n";
        let cuts = cuts(text);
        assert_eq!(cuts.len(), 2);
        assert!(text[..cuts[0].1].ends_with(b"window\t0\t5\t0\n"));
    }

    #[test]
    fn what_comes_more_often_than_stated_is_bad() {
        let often: Vec<Forecast> = (0..50).map(|n| forecast(0.03, n % 2 == 0)).collect();
        assert!(!Judgement::of(&often).is_good());
        let seldom: Vec<Forecast> = (0..50).map(|n| forecast(0.03, n == 7)).collect();
        assert!(Judgement::of(&seldom).is_good());
        let sure: Vec<Forecast> = (0..50).map(|_| forecast(1.0, true)).collect();
        assert!(Judgement::of(&sure).is_good());
        assert!(!Judgement::of(&[]).is_good());
    }
}
