// SPDX-License-Identifier: Apache-2.0
//! Jobs that are cancelled, and builders that are killed.
#![expect(
    clippy::disallowed_methods,
    reason = "a builder that is killed has to be a process of its own"
)]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use kaas_builder::{Cancel, Event, Outcome, Sink, Step};

use crate::bench::{Bench, HELPER, bits};

/// Asks for the end when a step begins, or in the middle of compiling.
struct Canceller<'c> {
    at: Option<Step>,
    cancel: &'c Cancel,
}

impl Sink for Canceller<'_> {
    fn tell(&self, event: &Event) {
        let is_there = match (event, self.at) {
            (Event::Began { step, .. }, Some(at)) => *step == at,
            (Event::Log { text, .. }, None) => text.contains("d2/d2_f9.o"),
            _ => false,
        };
        if is_there {
            self.cancel.ask();
        }
    }
}

#[test]
fn a_cancelled_job_ends_in_every_step_and_stays_so() {
    let bench = Bench::new();
    let settings = bench.settings();
    let moments = Step::ALL[..4].iter().copied().map(Some).chain([None]);
    for (number, at) in moments.enumerate() {
        let cancel = Cancel::new().unwrap();
        let sink = Canceller {
            at,
            cancel: &cancel,
        };
        let work = format!("work-{number}");
        let outcome = bench.build_with(&bench.document(), &work, (&settings, &sink, &cancel));
        assert_eq!(outcome, Outcome::Cancelled, "{at:?}");
        assert!(!bench.path(&format!("{work}/scratch")).exists(), "{at:?}");
        let again = bench.build(&bench.document(), &work, &settings).0;
        assert_eq!(again, Outcome::Cancelled, "{at:?}");
    }
    assert!(!bench.path("store").exists());
}

/// Kills the builder with -9 when it says `mark`, and counts what it still started.
fn killed_at(bench: &Bench, work: &str, mark: &str) {
    let mut builder = Command::new(HELPER)
        .args(["build", "--json", "--scheme", "file", "--no-ccache"])
        .arg("--job")
        .arg(bench.path("inputs/job.json"))
        .arg("--work")
        .arg(bench.path(work))
        .arg("--cache")
        .arg(bench.path("cache"))
        .arg("--store")
        .arg(bench.path("store"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(builder.stdout.take().unwrap()).lines();
    let found = lines.map_while(Result::ok).any(|line| line.contains(mark));
    builder.kill().unwrap();
    builder.wait().unwrap();
    assert!(found, "it never said {mark}");
}

#[test]
fn a_builder_that_is_killed_goes_on_and_makes_the_same() {
    let bench = Bench::new();
    let document = bench.document();
    fs::write(bench.path("inputs/job.json"), document.to_string()).unwrap();
    let began = |step: &str| format!("\"event\":\"began\",\"step\":\"{step}\"");
    let mut marks: Vec<String> = Step::ALL.map(|step| began(step.name())).into();
    marks.insert(4, "d4/d4_f9.o".to_owned());
    for mark in &marks {
        killed_at(&bench, "work", mark);
    }
    let (outcome, events) = bench.build(&document, "work", &bench.settings());
    assert_eq!(outcome, Outcome::Success);
    let kept = events
        .iter()
        .filter(|it| matches!(it, Event::Done { kept: true, .. }));
    assert_eq!(kept.count(), 6);
    let mut calm = bench.settings();
    (calm.cache, calm.store) = (bench.path("calm-cache"), bench.path("calm-store"));
    assert_eq!(bench.build(&document, "calm", &calm).0, Outcome::Success);
    assert_eq!(
        bits(&bench.path("store/job")),
        bits(&bench.path("calm-store/job"))
    );
}
