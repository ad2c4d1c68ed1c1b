// SPDX-License-Identifier: Apache-2.0
//! How small a result has to be: at most so many files, and by how many percent fewer
//! CVEs. Measured on traces of Debian's kernel serving memcached.

use super::cell::{Cell, Linking, Profile};
use super::figures::{Figures, less};

/// Of monolithic results.
fn of(profile: Profile) -> Option<(u64, f64)> {
    match profile {
        Profile::Conservative => None,
        Profile::Balanced => Some((1_600, 79.0)),
        Profile::Minimal => Some((1_350, 83.0)),
    }
}

pub(super) fn broken(cell: &Cell, figures: &Figures) -> Vec<String> {
    let Some((files, percent)) = of(cell.profile).filter(|_| cell.linking == Linking::Monolithic)
    else {
        return Vec::new();
    };
    let mut faults = Vec::new();
    if figures.files[1] > files {
        faults.push(format!("more than {files} files"));
    }
    if less(figures.cves) < percent {
        faults.push(format!("less than {percent} % fewer CVEs"));
    }
    faults
}
