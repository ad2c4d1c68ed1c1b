// SPDX-License-Identifier: Apache-2.0
//! That the muted recording advises what all calls would, and what traces say besides.

use convergence::{Advice, Boot, Estimate, Level, Reason, Settings, Visit, advise};
use ftrace::{Ending, Trace};

use super::table::{self, TooMuch};
use super::testing::{Calls, Random, independent, recorded, sessions, truth};

fn both(calls: &Calls, settings: Settings) -> (Advice, Advice) {
    let muted = table::of(&recorded(calls), settings).unwrap();
    (advise(&muted), advise(&truth(calls, settings)))
}

fn near(one: Estimate, other: Estimate, tolerance: f64) -> bool {
    let close = |one: f64, other: f64| (one - other).abs() <= tolerance;
    close(one.value, other.value) && close(one.low, other.low) && close(one.high, other.high)
}

/// Functions that are always called, and those that come at most now and then.
#[test]
fn of_frequent_and_rare_functions_nothing_is_different() {
    for seed in 0..12 {
        let mut random = Random::new(seed);
        let chances: Vec<u32> = (0..500)
            .map(|number| {
                if number < 300 {
                    1_000_000
                } else {
                    200 + random.below(8_000)
                }
            })
            .collect();
        let calls = independent(&chances, 400, &mut random);
        let settings = Settings {
            visit: Visit::Windows(1),
            ..Settings::default()
        };
        let (muted, all) = both(&calls, settings);
        assert_eq!((muted.level, &muted.reasons), (all.level, &all.reasons));
        assert_eq!((muted.found, muted.windows), (all.found, all.windows));
        assert_eq!((muted.quiet, muted.active), (all.quiet, all.active));
        assert_eq!((muted.eta, muted.at_most), (all.eta, all.at_most));
        assert!(near(muted.probability, all.probability, 1e-12), "{seed}");
        assert!(near(muted.discoveries, all.discoveries, 1e-12), "{seed}");
        assert!(near(muted.richness, all.richness, 1e-9), "{seed}");
        assert!(near(muted.coverage, all.coverage, 1e-4), "{seed}");
    }
}

/// What is imputed makes the share of what was seen right on the average.
#[test]
fn of_functions_of_any_rate_the_coverage_is_right() {
    let mut random = Random::new(5);
    let chances: Vec<u32> = (0..2_000_u32)
        .map(|number| 500_000 / (number / 20 + 1))
        .collect();
    let calls = independent(&chances, 300, &mut random);
    let settings = Settings {
        visit: Visit::Windows(1),
        ..Settings::default()
    };
    let (muted, all) = both(&calls, settings);
    assert!(
        (muted.coverage.value - all.coverage.value).abs() < 1e-3,
        "{muted:?} {all:?}"
    );
    assert!(near(muted.probability, all.probability, 1e-12));
}

#[test]
fn a_load_that_began_late_is_ready_when_it_would_be() {
    let windows = 800_u32;
    let load = |window: u32| if window < 20 { 0..100 } else { 0..3_000 };
    let calls: Calls = (0..windows).map(|window| load(window).collect()).collect();
    let (muted, all) = both(&calls, Settings::default());
    assert_eq!(
        (muted.level, all.level),
        (Level::Ready, Level::Ready),
        "{}",
        muted.claim
    );
}

/// Muting hides how long a session was, and whether it came again.
#[test]
fn of_sessions_nothing_is_ready_too_early() {
    let (mut too_early, mut ready) = (0, 0);
    for seed in 0..12 {
        let calls = sessions(60, 700, &mut Random::new(seed));
        let (muted, all) = both(&calls, Settings::default());
        ready += u32::from(all.level == Level::Ready);
        too_early += u32::from(muted.level > all.level);
    }
    assert_eq!(too_early, 0, "{ready} are ready in truth");
}

fn read(text: &str) -> Trace {
    ftrace::format::read(text.as_bytes(), Ending::UpToTheCut).unwrap()
}

const SMALL: &str = "kaas-trace\t1\nrecording\tkaas-guest\nstarted\tinitramfs\n\
    f\tone\t\t\ti\t\t5\nf\ttwo\t\t\ts\t\t1000\nf\tthree\t\t\ts\t\t1100\n\
    window\t1000\t300000000000\t0-1\nwindow\t300000001000\t300000000000\t0-2\n";

#[test]
fn what_the_boot_showed_is_known_and_what_came_last_is_new() {
    let settings = Settings::default();
    let small = table::of(&read(SMALL), settings).unwrap();
    assert_eq!((small.found(), small.counted(), small.quiet()), (3, 1, 0));
    assert_eq!(small.boot(), Boot::Captured);
    // The boot's function again is nothing new, and one after the last window is.
    let quiet = format!("{SMALL}window\t600000001000\t300000000000\t0\n");
    assert_eq!(table::of(&read(&quiet), settings).unwrap().quiet(), 1);
    let late = format!("{quiet}f\tfour\t\t\ts\t\t950000000000\n");
    let late = table::of(&read(&late), settings).unwrap();
    assert_eq!((late.quiet(), late.found()), (0, 4));
}

#[test]
fn a_recording_that_began_late_missed_the_boot() {
    let late = SMALL.replace("started\tinitramfs", "started\tboot");
    let table = table::of(&read(&late), Settings::default()).unwrap();
    assert!(advise(&table).reasons.contains(&Reason::Boot));
}

#[test]
fn windows_are_as_long_as_most_are() {
    assert_eq!(table::usual_window(&read(SMALL)), Some(300));
    let none = "kaas-trace\t1\nrecording\tx\n";
    assert_eq!(table::usual_window(&read(none)), None);
    let empty = table::of(&read(none), Settings::default()).unwrap();
    assert_eq!(advise(&empty).level, Level::Wait);
}

/// Few lines that stand for much work.
#[test]
fn a_trace_that_is_too_large_is_refused() {
    let mut text = "kaas-trace\t1\nrecording\tx\n".to_owned();
    for number in 0..30_000 {
        text.push_str(&format!("f\tf{number}\t\t\ts\n"));
    }
    text.push_str("window\t0\t1\t0-29999\n");
    for number in 1..10_000 {
        text.push_str(&format!("window\t{number}\t1\n"));
    }
    let refused = table::of(&read(&text), Settings::default());
    assert!(
        matches!(refused, Err(TooMuch::Incidences(_))),
        "{:?}",
        refused.err()
    );
}
