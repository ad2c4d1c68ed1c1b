// SPDX-License-Identifier: Apache-2.0
//! Any bytes as a trace in our format: as they are, and as what follows a good beginning.

use ftrace::{Ending, Trace, format};

const BEGINNING: &[u8] = b"kaas-trace\t1\nrecording\tone\nf\ta\nf\tb\text4\t1f\tib\ts\t5\t6\n";

/// What can be read is written so that it is read as the same, and complete.
pub fn ftrace_trace(data: &[u8]) {
    for bytes in [data, &[BEGINNING, data].concat()] {
        for ending in [Ending::Required, Ending::UpToTheCut] {
            if let Ok(trace) = format::read(bytes, ending) {
                check(&trace);
            }
        }
    }
}

/// A trace is what it says it is, and survives being written and being merged.
pub(crate) fn check(trace: &Trace) {
    assert!(
        trace
            .functions
            .is_sorted_by(|left, right| left.entry < right.entry)
    );
    for function in &trace.functions {
        assert!(!function.sightings.is_empty());
        for sighting in &function.sightings {
            assert!((sighting.recording as usize) < trace.recordings.len());
            assert!(
                sighting
                    .phases
                    .iter()
                    .all(|phase| !sighting.unobserved.contains(phase))
            );
        }
    }
    let written = format::write(trace, Vec::new());
    let read = written.map(|bytes| format::read(&bytes[..], Ending::Required));
    assert!(
        matches!(&read, Ok(Ok(read)) if read == trace),
        "{read:?} was {trace:?}"
    );
    let twice = Trace::merge(&[trace.clone(), trace.clone()]);
    assert!(twice.is_ok_and(|twice| twice.functions.len() == trace.functions.len()));
}
