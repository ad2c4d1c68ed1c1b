// SPDX-License-Identifier: Apache-2.0
//! What the properties have in common.

use ftrace::{Ending, Error, Trace, format};

pub(crate) fn written(trace: &Trace) -> Vec<u8> {
    format::write(trace, Vec::new()).unwrap()
}

pub(crate) fn read(bytes: &[u8], ending: Ending) -> Result<Trace, Error> {
    format::read(bytes, ending)
}

pub(crate) fn assert_part(part: &Trace, whole: &Trace) {
    assert!(part.recordings.last().unwrap().is_truncated);
    for function in &part.functions {
        let known = whole.function(&function.entry).unwrap();
        for (sighting, all) in function.sightings.iter().zip(&known.sightings) {
            assert_eq!(sighting.phases, all.phases);
            assert!(
                sighting
                    .windows
                    .iter()
                    .all(|window| all.windows.contains(window))
            );
        }
    }
}
