// SPDX-License-Identifier: Apache-2.0
//! The laws.

use super::check::{assert_part, read, written};
use super::generator::Generator;
use std::collections::BTreeSet;

use ftrace::{Ending, ErrorKind, Kernel, Phases, Sighting, Trace, Window, WindowSet};
use ftrace::{format, inventory};

const TRACES: u64 = 500;

#[test]
fn a_trace_is_read_as_it_was_written() {
    for seed in 0..TRACES {
        let trace = Generator::new(seed).trace();
        assert_eq!(
            read(&written(&trace), Ending::Required),
            Ok(trace),
            "seed {seed}"
        );
    }
}

#[test]
fn an_inventory_is_read_as_it_was_written() {
    for seed in 0..TRACES {
        let inventory = Generator::new(seed).inventory();
        let bytes = inventory::write(&inventory, Vec::new()).unwrap();
        let again = inventory::read(&bytes[..], Ending::Required);
        assert_eq!(again, Ok(inventory), "seed {seed}");
    }
}

/// Wherever the writer is stopped: what is left is recognised as a part, and is one.
#[test]
fn a_trace_that_is_cut_anywhere_is_recognised_and_readable() {
    for seed in 0..TRACES / 50 {
        let trace = Generator::new(seed).trace();
        let bytes = written(&trace);
        for length in 0..bytes.len() {
            let part = &bytes[..length];
            let strict = read(part, Ending::Required).unwrap_err();
            assert_eq!(
                strict.kind,
                ErrorKind::Truncated,
                "seed {seed}, {length} bytes"
            );
            match read(part, Ending::UpToTheCut) {
                Ok(part) => assert_part(&part, &trace),
                Err(error) => assert_eq!(error.kind, ErrorKind::Truncated, "seed {seed}"),
            }
        }
    }
}

/// What a crash may leave: the length is there, the bytes are not.
#[test]
fn zeros_at_the_end_are_a_cut() {
    let mut bytes = written(&Generator::new(1).trace());
    let half = bytes.len() / 2;
    bytes[half..].fill(0);
    assert_eq!(
        read(&bytes, Ending::Required).unwrap_err().kind,
        ErrorKind::Truncated
    );
    assert!(
        read(&bytes, Ending::UpToTheCut)
            .unwrap()
            .recordings
            .last()
            .unwrap()
            .is_truncated
    );
}

#[test]
fn a_changed_byte_is_noticed() {
    for seed in 0..TRACES / 10 {
        let mut generator = Generator::new(seed);
        let trace = generator.trace();
        let bytes = written(&trace);
        for _ in 0..50 {
            let mut changed = bytes.clone();
            let place = generator.below(bytes.len());
            changed[place] ^= 1 << generator.below(8);
            assert!(
                read(&changed, Ending::Required).is_err(),
                "seed {seed}, byte {place}"
            );
        }
    }
}

#[test]
fn merging_one_by_one_is_merging_all_at_once() {
    for seed in 0..TRACES / 5 {
        let mut generator = Generator::new(seed);
        let traces = [generator.trace(), generator.trace(), generator.trace()];
        let kernel = Kernel::default();
        let traces = traces.map(|trace| Trace {
            kernel: kernel.clone(),
            ..trace
        });
        let [a, b, c] = &traces;
        let left = Trace::merge(&[Trace::merge(&[a.clone(), b.clone()]).unwrap(), c.clone()]);
        let right = Trace::merge(&[a.clone(), Trace::merge(&[b.clone(), c.clone()]).unwrap()]);
        let all = Trace::merge(&traces);
        assert_eq!(left, all, "seed {seed}");
        assert_eq!(right, all, "seed {seed}");
    }
}

/// A merged trace says of each recording what the trace of that recording said.
#[test]
fn merging_loses_nothing() {
    for seed in 0..TRACES / 5 {
        let mut generator = Generator::new(seed);
        let traces = [generator.trace(), generator.trace()];
        let traces = traces.map(|trace| Trace {
            kernel: Kernel::default(),
            ..trace
        });
        let merged = Trace::merge(&traces).unwrap();
        let mut number = 0;
        for trace in &traces {
            for (own, recording) in (0..).zip(&trace.recordings) {
                assert_eq!(&merged.recordings[number as usize], recording);
                let before = trace.seen_by(own);
                let before = before.map(|(function, sighting)| (&function.entry, sighting.phases));
                let after = merged.seen_by(number);
                let after = after.map(|(function, sighting)| (&function.entry, sighting.phases));
                assert!(before.eq(after), "seed {seed}");
                number += 1;
            }
        }
    }
}

/// The agent's way: functions as they come, windows as they end, and no end at all.
#[test]
fn a_trace_that_is_written_while_it_happens_is_the_same_trace() {
    for seed in 0..TRACES {
        let mut generator = Generator::new(seed);
        let mut writer = format::Writer::new(Vec::new(), &Kernel::default()).unwrap();
        let mut recording = generator.recording();
        recording.windows.clear();
        recording.is_truncated = false;
        writer.recording(&recording).unwrap();
        let entries = generator.entries();
        let mut sightings = Vec::new();
        for entry in &entries {
            let sighting = Sighting {
                windows: WindowSet::new(),
                ..generator.sighting(0, 0)
            };
            writer.function(entry, &sighting).unwrap();
            sightings.push(sighting);
        }
        for number in 0..generator.below(20) {
            let length = u64::try_from(number).unwrap();
            let window = Window {
                start: length * 10,
                length,
            };
            let seen = generator.some_of(entries.len());
            writer.window(window, &seen).unwrap();
            recording.windows.push(window);
            let number = u32::try_from(number).unwrap();
            for function in &seen {
                sightings[*function as usize]
                    .windows
                    .insert(number, number + 1);
            }
            let again = generator.some_of(entries.len());
            let phases = Phases::only(generator.phase());
            writer.seen(phases, &again).unwrap();
            for function in again {
                let sighting = &mut sightings[function as usize];
                sighting.phases = sighting.phases.union(phases);
                sighting.unobserved = sighting.unobserved.without(phases);
            }
        }
        let mut builder = ftrace::Builder::default();
        builder.recording(recording).unwrap();
        for (entry, sighting) in entries.into_iter().zip(sightings) {
            builder.see(entry, sighting).unwrap();
        }
        let bytes = writer.finish().unwrap();
        assert_eq!(
            read(&bytes, Ending::Required),
            Ok(builder.build()),
            "seed {seed}"
        );
    }
}

/// What could not be read again is not written.
#[test]
fn a_writer_refuses_what_no_trace_holds() {
    let mut writer = format::Writer::new(Vec::new(), &Kernel::default()).unwrap();
    let mut generator = Generator::new(0);
    let entry = generator.entries().remove(0);
    let sighting = Sighting::default();
    assert!(
        writer.function(&entry, &sighting).is_err(),
        "before a recording"
    );
    writer.recording(&ftrace::Recording::default()).unwrap();
    for name in ["", "two words", &"long".repeat(200)] {
        let entry = ftrace::Entry {
            name: name.into(),
            ..entry.clone()
        };
        assert!(writer.function(&entry, &sighting).is_err(), "{name}");
    }
    assert_eq!(writer.function(&entry, &sighting).unwrap(), 0);
    assert!(
        writer.seen(Phases::ALL, &[0, 1]).is_err(),
        "a function that was not named"
    );
    let bytes = writer.finish().unwrap();
    assert_eq!(read(&bytes, Ending::Required).unwrap().functions.len(), 1);
}

/// Windows may be added in any order, and as runs.
#[test]
fn a_set_of_windows_is_a_set_of_numbers() {
    for seed in 0..TRACES {
        let mut generator = Generator::new(seed);
        let (mut windows, mut numbers) = (WindowSet::new(), BTreeSet::new());
        for _ in 0..generator.below(20) {
            let start = u32::try_from(generator.below(40)).unwrap();
            let end = start + u32::try_from(generator.below(5)).unwrap();
            windows.insert(start, end);
            numbers.extend(start..end);
        }
        assert!(windows.iter().eq(numbers.iter().copied()), "seed {seed}");
        assert!((0..50).all(|number| windows.contains(number) == numbers.contains(&number)));
        assert_eq!(windows.count(), numbers.len());
        assert!(
            windows.runs().is_sorted_by(|left, right| left.1 < right.0),
            "seed {seed}"
        );
        let more: WindowSet = generator.some_of(45).into_iter().collect();
        let both = numbers.into_iter().chain(more.iter()).collect();
        assert_eq!(windows.union(&more), both, "seed {seed}");
    }
}
