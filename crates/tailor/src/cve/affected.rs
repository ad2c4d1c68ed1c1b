// SPDX-License-Identifier: Apache-2.0
//! Which releases a bug is in: mainline history plus what each stable series picked up.

use super::Version;

/// Releases from the one that brought the bug to the one that fixed it. Either end lies in
/// the mainline or in a stable series; an end in a stable series says nothing about others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The first release with the bug; none: it was there from the start.
    pub introduced: Option<Version>,
    /// The first release without it; none: not fixed.
    pub fixed: Option<Version>,
}

/// Whether the ranges of one CVE contain the release.
pub(super) fn affects(ranges: &[Range], version: &Version) -> bool {
    let own_fix = last_fix_in_own_series(ranges, version);
    ranges
        .iter()
        .any(|range| range.contains(version) && !range.ended_by(own_fix, version))
}

/// The last stable release up to this one, in its series, that fixed the bug.
fn last_fix_in_own_series(ranges: &[Range], version: &Version) -> Option<Version> {
    let fixes = ranges.iter().filter_map(|range| range.fixed);
    fixes
        .filter(|fix| fix.is_stable_of(version) && fix <= version)
        .max()
}

impl Range {
    fn contains(&self, version: &Version) -> bool {
        let speaks_of_it =
            |end: &Option<Version>| end.is_none_or(|e| e.is_mainline() || e.is_stable_of(version));
        speaks_of_it(&self.introduced)
            && speaks_of_it(&self.fixed)
            && self.introduced.is_none_or(|first| first <= *version)
            && self.fixed.is_none_or(|fix| *version < fix)
    }

    /// The end of a range that reaches into a stable series from the mainline, or that is
    /// open, is the series' own fix.
    fn ended_by(&self, own_fix: Option<Version>, version: &Version) -> bool {
        let ends_here = self.fixed.is_some_and(|fix| fix.is_stable_of(version));
        !ends_here && own_fix.is_some_and(|fix| self.introduced.is_none_or(|first| first < fix))
    }
}
