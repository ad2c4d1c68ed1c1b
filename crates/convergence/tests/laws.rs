// SPDX-License-Identifier: Apache-2.0
//! What holds of any table, tried on hundreds that a small generator makes.

#[cfg(test)]
#[expect(dead_code, reason = "the calibration draws from more distributions")]
#[path = "../examples/calibration/random.rs"]
mod random;

#[cfg(test)]
mod laws {
    use convergence::{
        Advice, Boot, Estimate, Forecast, Incidence, Settings, Visit, Window, advise,
    };

    use crate::random::Random;

    const TABLES: u64 = 300;

    /// What each window shows.
    fn windows(random: &mut Random) -> Vec<Vec<u32>> {
        let number = random.below(60);
        let species = random.below(200) + 1;
        let often = random.share().powi(4);
        (0..number)
            .map(|_| (0..species).filter(|_| random.share() < often).collect())
            .collect()
    }

    fn settings(random: &mut Random) -> Settings {
        let visit = match random.below(4) {
            0 => Visit::Windows(random.below(40)),
            _ => Visit::Automatic,
        };
        Settings {
            horizon: random.below(20_000),
            window: random.below(600),
            confidence: random.share(),
            visit,
            ..Settings::default()
        }
    }

    fn table(settings: Settings, windows: &[Vec<u32>]) -> Incidence {
        let mut table = Incidence::new(settings, Boot::Captured);
        for (number, seen) in (0..).zip(windows) {
            table
                .add(
                    Window {
                        start: number * 300,
                        active: 300,
                    },
                    seen,
                )
                .unwrap();
        }
        table
    }

    fn each(check: impl Fn(&mut Random, Settings, &[Vec<u32>])) {
        for seed in 0..TABLES {
            let mut random = Random::new(seed);
            let settings = settings(&mut random);
            let windows = windows(&mut random);
            check(&mut random, settings, &windows);
        }
    }

    fn is_sound(estimate: Estimate, end: f64) -> bool {
        let Estimate { value, low, high } = estimate;
        0.0 <= low && low <= value && value <= high && high <= end && value.is_finite()
    }

    #[test]
    fn estimates_are_numbers_within_their_intervals() {
        each(|_, settings, windows| {
            let advice = advise(&table(settings, windows));
            assert!(is_sound(advice.probability, 1.0), "{advice:?}");
            assert!(is_sound(advice.coverage, 1.0), "{advice:?}");
            assert!(is_sound(advice.discoveries, f64::INFINITY), "{advice:?}");
            assert!(is_sound(advice.richness, f64::INFINITY), "{advice:?}");
            assert!(advice.richness.low >= f64::from(advice.found), "{advice:?}");
            assert!(advice.eta <= advice.eta_latest, "{advice:?}");
        });
    }

    #[test]
    fn more_time_shows_no_less() {
        each(|random, settings, windows| {
            let forecast = Forecast::of(&table(settings, windows));
            let (less, rest) = (random.share() * 50.0, random.share() * 50.0);
            let more = less + rest;
            let slack = 1e-9;
            assert!(forecast.at_most(less) <= forecast.at_most(more));
            assert!(forecast.discoveries(less).high <= forecast.discoveries(more).high + slack);
            assert!(forecast.probability(less).value <= forecast.probability(more).value + slack);
        });
    }

    #[test]
    fn names_and_repetitions_say_nothing() {
        each(|random, settings, windows| {
            let offset = random.below(1_000);
            let renamed: Vec<Vec<u32>> = windows
                .iter()
                .map(|seen| {
                    seen.iter()
                        .chain(seen)
                        .rev()
                        .map(|one| 1_500 - one + offset)
                        .collect()
                })
                .collect();
            let ours: Advice = advise(&table(settings, windows));
            assert_eq!(ours, advise(&table(settings, &renamed)));
        });
    }
}
