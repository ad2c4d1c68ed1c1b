// SPDX-License-Identifier: Apache-2.0
//! A writer that was killed is followed by another, which goes on in the same file.

use ftrace::{Ending, Entry, Phase, Phases, Recording, Sighting, Trace, format};

use super::check::{assert_part, read, written};
use super::generator::Generator;

#[test]
fn a_trace_that_was_cut_anywhere_is_gone_on_with() {
    for seed in 0..10 {
        let trace = Generator::new(seed).trace();
        let bytes = written(&trace);
        for length in 0..bytes.len() {
            let part = &bytes[..length];
            if let Ok(before) = read(part, Ending::UpToTheCut) {
                let after = gone_on_with(part);
                assert_both(&after, &before);
                assert_part_of_all(&after, &trace);
            }
        }
    }
}

#[test]
fn a_trace_that_was_finished_is_gone_on_with_and_not_called_truncated() {
    for seed in 0..50 {
        let trace = Generator::new(seed).trace();
        let after = gone_on_with(&written(&trace));
        assert_both(&after, &trace);
    }
}

#[test]
fn zeros_that_a_crash_left_are_cut_off() {
    let mut bytes = written(&Generator::new(1).trace());
    let half = bytes.len() / 2;
    bytes[half..].fill(0);
    let before = read(&bytes, Ending::UpToTheCut).unwrap();
    assert_both(&gone_on_with(&bytes), &before);
}

#[test]
fn what_is_no_trace_is_not_gone_on_with() {
    for foreign in [&b""[..], b"#!/bin/sh\n", b"\0\0\0\0", b"kaas-trace"] {
        assert!(format::Writer::resume(Vec::new(), foreign).is_err());
    }
}

/// As whoever goes on with a file does: it is cut, and a recording is written behind it.
fn gone_on_with(part: &[u8]) -> Trace {
    let mut behind = Vec::new();
    let (mut writer, length) = format::Writer::resume(&mut behind, part).unwrap();
    let recording = Recording {
        name: "again".to_owned(),
        ..Recording::default()
    };
    writer.recording(&recording).unwrap();
    writer.function(&entry(), &sighting()).unwrap();
    writer.finish().unwrap();
    let whole = [&part[..length], &behind].concat();
    read(&whole, Ending::Required).unwrap()
}

fn entry() -> Entry {
    Entry {
        module: None,
        name: "seen_by_the_second".into(),
        offset: None,
    }
}

fn sighting() -> Sighting {
    Sighting {
        phases: Phases::only(Phase::SteadyState),
        ..Sighting::default()
    }
}

fn assert_both(after: &Trace, before: &Trace) {
    let (last, others) = after.recordings.split_last().unwrap();
    assert_eq!((last.name.as_str(), last.is_truncated), ("again", false));
    assert_eq!(others, before.recordings);
    assert!(after.function(&entry()).is_some());
    for function in &before.functions {
        let again = after.function(&function.entry).unwrap();
        assert!(again.sightings.starts_with(&function.sightings));
    }
}

fn assert_part_of_all(after: &Trace, all: &Trace) {
    let mut part = after.clone();
    part.recordings.pop();
    part.functions.retain(|function| function.entry != entry());
    if part.recordings.last().is_some_and(|last| last.is_truncated) {
        assert_part(&part, all);
    }
}
