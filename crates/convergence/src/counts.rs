// SPDX-License-Identifier: Apache-2.0
//! The estimators, as functions of five numbers. Each is defined for every input, the formulas'
//! gaps included; what is said there is at its place.

/// What the estimators need of an incidence table. Numbers are real, since resampled tables have
/// halves.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Counts {
    /// T: windows.
    pub windows: f64,
    /// Species seen in at least one of them.
    pub observed: f64,
    /// Q1: species seen in exactly one window.
    pub uniques: f64,
    /// Q2: species seen in exactly two.
    pub duplicates: f64,
    /// U: species in windows, each as often as it was seen.
    pub incidences: f64,
}

impl Counts {
    /// From the number of windows, and in how many of them each species was seen.
    pub fn of_frequencies(windows: u32, frequencies: &[u32]) -> Self {
        let count = |wanted: &dyn Fn(u32) -> bool| {
            crate::float::float(frequencies.iter().filter(|seen| wanted(**seen)).count())
        };
        Self {
            windows: f64::from(windows),
            observed: count(&|seen| seen > 0),
            uniques: count(&|seen| seen == 1),
            duplicates: count(&|seen| seen == 2),
            incidences: frequencies.iter().map(|seen| f64::from(*seen)).sum(),
        }
    }

    /// Q0, how many species no window showed: a lower bound (Chao 1987). 0 before the second
    /// window, and where no species is unique.
    pub fn unseen(&self) -> f64 {
        if self.windows < 2.0 || self.uniques <= 0.0 {
            return 0.0;
        }
        let finite = (self.windows - 1.0) / self.windows;
        if self.duplicates > 0.0 {
            return finite * self.uniques * self.uniques / (2.0 * self.duplicates);
        }
        (finite * self.uniques * (self.uniques - 1.0) / 2.0).max(0.0)
    }

    /// The variance of Q0, given those of Q1 and Q2. With Q1 and Q2 themselves for them, as
    /// species have that come independently, it is the one of Chao (1987) with the factors for
    /// few windows, as the package vegan has it (Oksanen et al.). Where Q2 is 0 it is the one for
    /// the formula of that case, less a term that only narrows it.
    pub fn unseen_variance(&self, [spread, pairs]: [f64; 2]) -> f64 {
        let finite = ((self.windows - 1.0) / self.windows).max(0.0);
        let together = if self.uniques > 0.0 {
            spread / self.uniques
        } else {
            1.0
        };
        let (square, slope) = (finite * finite, 2.0 * self.uniques - 1.0);
        if self.duplicates <= 0.0 {
            return self.unseen() * together + square * spread * slope * slope / 4.0;
        }
        let ratio = self.uniques / self.duplicates;
        let own = finite / 2.0 * self.duplicates * ratio.powi(2) * together;
        own + square * ratio.powi(2) * spread + square / 4.0 * ratio.powi(4) * pairs
    }

    /// Chao2: how many species there are, as a lower bound.
    pub fn richness(&self) -> f64 {
        self.observed + self.unseen()
    }

    /// C, the share of all incidences that belongs to species seen (Chao and Jost 2012). 0
    /// before the second window, and where nothing was seen: nothing is known then.
    pub fn coverage(&self) -> f64 {
        self.coverage_after(0.0)
    }

    /// C after that many more windows.
    pub fn coverage_after(&self, windows: f64) -> f64 {
        if self.windows < 2.0 || self.incidences <= 0.0 {
            return 0.0;
        }
        let missing = self.uniques / self.incidences * self.attenuation().powf(windows + 1.0);
        (1.0 - missing).clamp(0.0, 1.0)
    }

    /// D, how many new species that many more windows are expected to show (Colwell et al.
    /// 2012). All that is said before the second window is the number seen up to then, for each.
    pub fn discoveries(&self, windows: f64) -> f64 {
        if self.windows < 2.0 {
            return self.observed * windows.max(0.0);
        }
        self.expected_unseen() * (1.0 - (1.0 - self.rate()).powf(windows.max(0.0)))
    }

    /// The smallest number of windows after which the next `ahead` windows are expected to show
    /// at most `limit` new species; `None` where no number is.
    pub fn until(&self, ahead: f64, limit: f64) -> Option<f64> {
        let first = self.discoveries(ahead);
        if first <= limit {
            return Some(0.0);
        }
        let kept = 1.0 - self.rate();
        let fits = self.windows >= 2.0 && limit > 0.0 && kept > 0.0 && kept < 1.0;
        fits.then(|| (limit / first).ln() / kept.ln())
    }

    /// Q0 as predictions use it. With one unique and no duplicate the formula says that nothing
    /// is unseen, and so that nothing can be discovered; Good (1953) says 1/T for the next
    /// window. That is what one unseen species comes to.
    fn expected_unseen(&self) -> f64 {
        let unseen = self.unseen();
        if self.duplicates > 0.0 || self.uniques <= 0.0 || self.windows < 2.0 {
            return unseen;
        }
        unseen.max((self.windows - 1.0) / self.windows)
    }

    /// A of Chao and Jost: T Q0 / (T Q0 + Q1).
    fn attenuation(&self) -> f64 {
        let unseen = self.windows * self.expected_unseen();
        if unseen <= 0.0 {
            return 0.0;
        }
        unseen / (unseen + self.uniques)
    }

    /// The chance that a window shows a given one of the unseen species.
    pub fn rate(&self) -> f64 {
        let unseen = self.windows * self.expected_unseen();
        if unseen <= 0.0 {
            return 0.0;
        }
        self.uniques / (unseen + self.uniques)
    }
}

/// What `quiet` windows in a row say with 95 % confidence about the next `ahead`, whatever the
/// load is like as long as it goes on: were the chance of a discovery higher, they would not
/// have been quiet. About 3 / `quiet` for one window.
pub fn bound(quiet: f64, ahead: f64) -> f64 {
    if quiet <= 0.0 {
        return 1.0;
    }
    (1.0 - 0.05_f64.powf(ahead / quiet)).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(windows: u32, frequencies: &[u32]) -> Counts {
        Counts::of_frequencies(windows, frequencies)
    }

    #[test]
    fn nothing_seen_is_nothing_known() {
        for windows in [0, 1, 2, 100] {
            let none = counts(windows, &[]);
            assert_eq!(none.richness().to_bits(), 0.0_f64.to_bits());
            assert_eq!(none.coverage().to_bits(), 0.0_f64.to_bits());
            assert_eq!(none.discoveries(12.0).to_bits(), 0.0_f64.to_bits());
        }
    }

    #[test]
    fn one_window_tells_neither_what_is_unseen_nor_when() {
        let one = counts(1, &[1, 1, 1]);
        assert!((one.richness() - 3.0).abs() < 1e-12);
        assert!(one.coverage() < 1e-12);
        assert!((one.discoveries(2.0) - 6.0).abs() < 1e-12);
        assert_eq!(one.until(12.0, 0.05), None);
    }

    #[test]
    fn a_single_unique_is_not_taken_for_none() {
        let one = counts(100, &[1, 90, 95]);
        assert!(one.unseen() < 1e-12, "as published");
        assert!((one.discoveries(1.0) - 0.01).abs() < 2e-4, "as Good says");
        assert!(one.coverage() < 1.0);
        assert!(one.until(12.0, 0.05).is_some_and(|windows| windows > 50.0));
    }

    #[test]
    fn without_uniques_nothing_is_expected() {
        let none = counts(100, &[2, 90, 95]);
        assert!(none.discoveries(1e9) < 1e-12);
        assert!((none.coverage() - 1.0).abs() < 1e-12);
        assert_eq!(none.until(12.0, 0.05), Some(0.0));
    }

    #[test]
    fn waiting_until_is_the_inverse_of_what_is_expected() {
        let some = counts(50, &[1, 1, 1, 1, 2, 2, 30]);
        let windows = some.until(12.0, 0.05).unwrap();
        let later = some.discoveries(windows + 12.0) - some.discoveries(windows);
        assert!((later - 0.05).abs() < 1e-9, "{later}");
    }

    #[test]
    fn certifying_an_hour_takes_seven_hundred_quiet_windows() {
        assert!((bound(700.0, 12.0) - 0.05).abs() < 0.001);
        assert!((bound(1_000.0, 1.0) - 3.0 / 1_000.0).abs() < 1e-5);
        assert!((bound(0.0, 12.0) - 1.0).abs() < 1e-12);
    }
}
