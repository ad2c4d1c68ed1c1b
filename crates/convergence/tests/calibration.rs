// SPDX-License-Identifier: Apache-2.0
//! Whether intervals hold about as often as they say, for populations of known truth: a quick
//! part of what the example of this name measures at length.

#[cfg(test)]
#[expect(
    dead_code,
    reason = "the example prints more of it than is checked here"
)]
#[path = "../examples/calibration/measure.rs"]
mod measure;
#[cfg(test)]
#[path = "../examples/calibration/population.rs"]
mod population;
#[cfg(test)]
#[path = "../examples/calibration/random.rs"]
mod random;

#[cfg(test)]
mod intervals {
    use crate::measure::{Hits, Measured, measure};
    use crate::population::Kind;

    /// Two days and some; few enough runs for every day, so that the bound on what is measured is
    /// three standard errors below 90 %.
    const WINDOWS: u32 = 96;
    const RUNS: u32 = 60;
    const LEAST: u32 = 47;

    const INDEPENDENT: [Kind; 3] = [Kind::Homogeneous, Kind::LogNormal, Kind::PowerLaw];
    const TOGETHER: [Kind; 4] = [
        Kind::Clustered,
        Kind::Loose,
        Kind::Sessions,
        Kind::DayAndNight,
    ];

    fn check(kind: Kind) -> Measured {
        let measured = measure(kind, WINDOWS, RUNS);
        let held = [
            ("discoveries", measured.discoveries.held),
            ("probability", measured.probability.held),
            ("coverage", measured.coverage.held),
            ("limit", measured.limited),
        ];
        for (what, held) in held {
            assert!(
                held >= LEAST,
                "{}: {what} held in {held} of {RUNS}",
                kind.name()
            );
        }
        measured
    }

    fn ratio(hits: &Hits) -> f64 {
        hits.value / hits.truth
    }

    #[test]
    fn intervals_hold_where_species_are_independent() {
        for kind in INDEPENDENT {
            let measured = check(kind);
            let ratio = ratio(&measured.discoveries);
            assert!((0.93..1.07).contains(&ratio), "{}: {ratio}", kind.name());
        }
    }

    #[test]
    fn intervals_hold_where_species_come_together() {
        for kind in TOGETHER {
            let measured = check(kind);
            let ratio = ratio(&measured.discoveries);
            assert!((0.7..1.4).contains(&ratio), "{}: {ratio}", kind.name());
        }
    }

    /// What the correction is for: without it, half of the intervals are wrong.
    #[test]
    fn intervals_that_take_species_for_independent_do_not_hold() {
        let measured = measure(Kind::Clustered, WINDOWS, RUNS);
        assert!(
            measured.independent.held < measured.discoveries.held - RUNS / 5,
            "{measured:?}"
        );
    }

    /// Chao2 is a lower bound: its interval may be too low, but not too high.
    #[test]
    fn there_are_not_less_species_than_stated() {
        for kind in Kind::ALL {
            let below = measure(kind, WINDOWS, RUNS / 3).richness.below;
            assert!(below <= 3, "{}: {below}", kind.name());
        }
    }
}
