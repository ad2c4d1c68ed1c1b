// SPDX-License-Identifier: Apache-2.0
//! What is advised, and in which words.

#[cfg(test)]
mod words {
    use convergence::{Advice, Boot, Incidence, Level, Reason, Settings, Window, advise};

    /// One window after another from the given second on; what each shows.
    fn table(settings: Settings, boot: Boot, windows: &[Vec<u32>]) -> Incidence {
        let mut table = Incidence::new(settings, boot);
        for (number, seen) in (0..).zip(windows) {
            let window = Window {
                start: number * 300,
                active: 300,
            };
            table.add(window, seen).unwrap();
        }
        table
    }

    fn quiet(settings: Settings, boot: Boot, windows: usize) -> Advice {
        advise(&table(settings, boot, &vec![(0..100).collect(); windows]))
    }

    #[test]
    fn a_quiet_day_with_its_boot_is_ready() {
        let advice = quiet(Settings::default(), Boot::Captured, 290);
        assert_eq!(
            (advice.level, advice.reasons.len()),
            (Level::Ready, 0),
            "{advice:?}"
        );
        assert_eq!((advice.eta, advice.at_most), (Some(0), Some(0)));
        assert!(
            advice
                .claim
                .starts_with("READY: in 24.1 hours of observation (289 windows) 100")
        );
        assert!(
            advice.probability.value > 0.0,
            "none seen is not none to come"
        );
    }

    #[test]
    fn half_a_day_is_almost_ready_and_says_when() {
        let advice = quiet(Settings::default(), Boot::Captured, 144);
        assert_eq!(
            (advice.level, advice.reasons),
            (Level::Almost, vec![Reason::Period])
        );
        assert_eq!(advice.eta, Some(43_200));
        assert!(
            advice
                .claim
                .contains("period is 1 day; about 12 hours of it were never observed")
        );
    }

    #[test]
    fn a_load_without_a_period_needs_none() {
        let settings = Settings {
            period: 0,
            ..Settings::default()
        };
        assert_eq!(quiet(settings, Boot::Captured, 144).level, Level::Ready);
    }

    #[test]
    fn a_boot_that_was_missed_is_not_waited_for() {
        let advice = quiet(Settings::default(), Boot::Missed, 290);
        assert_eq!(
            (advice.level, advice.reasons),
            (Level::Almost, vec![Reason::Boot])
        );
        assert_eq!(advice.eta, None);
        assert!(advice.claim.contains("restart the machine"));
    }

    #[test]
    fn the_first_windows_say_that_they_say_nothing() {
        for windows in [0, 1, 2] {
            let advice = quiet(Settings::default(), Boot::Captured, windows);
            assert_eq!(advice.level, Level::Wait);
            assert_eq!(advice.reasons[0], Reason::FewWindows);
            assert!(
                advice.claim.contains("too little to say"),
                "{}",
                advice.claim
            );
            assert!(advice.at_most.is_none() && advice.eta.is_none());
        }
    }

    #[test]
    fn ever_new_species_are_waited_for() {
        let windows: Vec<Vec<u32>> = (0..300).map(|number| vec![0, 1, number + 2]).collect();
        let advice = advise(&table(Settings::default(), Boot::Captured, &windows));
        assert_eq!(advice.level, Level::Wait);
        assert!(
            advice.probability.value > 0.99 && advice.coverage.value < 0.8,
            "{advice:?}"
        );
        assert_eq!(advice.quiet, 0);
        assert!(
            advice
                .at_most
                .is_some_and(|number| (12..24).contains(&number)),
            "{advice:?}"
        );
    }

    /// A module is loaded: 300 functions at once, once. One event, not 300.
    #[test]
    fn a_loaded_module_is_one_event() {
        let mut windows: Vec<Vec<u32>> = vec![(0..100).collect(); 400];
        windows[50].extend(1_000..1_300);
        let advice = advise(&table(Settings::default(), Boot::Captured, &windows));
        assert!(
            (0.02..0.04).contains(&advice.probability.value),
            "{:?}",
            advice.probability
        );
        assert!(
            (8.0..10.0).contains(&advice.discoveries.value),
            "{:?}",
            advice.discoveries
        );
        assert!(advice.discoveries.high > 40.0, "{:?}", advice.discoveries);
    }

    /// Load begins an hour after the trace, and goes on: what it needs is not rare.
    #[test]
    fn load_that_begins_late_is_not_waited_for() {
        let mut windows: Vec<Vec<u32>> = vec![(0..100).collect(); 290];
        for (number, window) in windows.iter_mut().enumerate().skip(12) {
            window.extend(1_000..1_600);
            window.extend(2_000..2_000 + u32::try_from(number).unwrap().min(40));
        }
        let advice = advise(&table(Settings::default(), Boot::Captured, &windows));
        assert_eq!(advice.level, Level::Ready, "{}", advice.claim);
    }

    /// Services are started one after another, and stay: so may the next one be.
    #[test]
    fn services_that_are_started_now_and_then_are_waited_for() {
        let services = |number: u32| (0..number / 30).map(|service| 1_000 + service);
        let windows: Vec<Vec<u32>> = (0..400)
            .map(|number| (0..100).chain(services(number)).collect())
            .collect();
        let advice = advise(&table(Settings::default(), Boot::Captured, &windows));
        assert!(
            (0.25..0.45).contains(&advice.probability.value),
            "{}",
            advice.claim
        );
    }

    /// A session of ten windows brings the same species in each: they were not seen ten times.
    #[test]
    fn a_session_is_one_visit() {
        let mut windows: Vec<Vec<u32>> = vec![(0..100).collect(); 400];
        for window in &mut windows[50..60] {
            window.extend(1_000..1_010);
        }
        let advice = advise(&table(Settings::default(), Boot::Captured, &windows));
        assert!(
            advice.visit > 1 && advice.discoveries.value > 0.2,
            "{advice:?}"
        );
    }

    #[test]
    fn hostile_settings_never_advise_to_build() {
        for nonsense in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let settings = Settings {
                window: 0,
                horizon: u32::MAX,
                period: u32::MAX,
                probability: nonsense,
                confidence: nonsense,
                ..Settings::default()
            };
            let advice = quiet(settings, Boot::Captured, 20);
            assert_ne!(advice.level, Level::Ready);
        }
    }

    #[cfg(feature = "serde")]
    #[test]
    fn advice_is_json() {
        let advice = quiet(Settings::default(), Boot::Missed, 20);
        let json = serde_json::to_value(&advice).unwrap();
        assert_eq!(json["level"], "WAIT");
        assert_eq!(
            json["reasons"],
            serde_json::json!(["probability", "period", "boot"])
        );
        assert_eq!(json["species"], "functions");
        assert!(json["probability"]["high"].is_number());
    }
}
