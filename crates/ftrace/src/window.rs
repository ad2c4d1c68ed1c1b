// SPDX-License-Identifier: Apache-2.0
//! Windows: intervals of the steady state that are observed each for itself, so that one
//! can say how often a function is seen, and not only that it is.

/// Nanoseconds on the recording's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub start: u64,
    /// How long functions were observed; pauses within the window do not count.
    pub length: u64,
}

/// A set of windows of one recording, by their numbers, as runs `start..end`:
/// sorted, not empty, and with a gap between any two.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WindowSet(Vec<(u32, u32)>);

impl WindowSet {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many windows.
    pub fn count(&self) -> usize {
        self.0
            .iter()
            .map(|(start, end)| (end - start) as usize)
            .sum()
    }

    pub fn contains(&self, window: u32) -> bool {
        let after = self.0.partition_point(|(start, _)| *start <= window);
        after > 0 && window < self.0[after - 1].1
    }

    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.0.iter().flat_map(|(start, end)| *start..*end)
    }

    /// The runs, each `start..end`.
    pub fn runs(&self) -> &[(u32, u32)] {
        &self.0
    }

    /// Adds the windows `start..end`.
    pub fn insert(&mut self, start: u32, end: u32) {
        if start >= end {
            return;
        }
        // All runs from `first` to `past` overlap or touch the new one.
        let first = self.0.partition_point(|run| run.1 < start);
        let past = self.0.partition_point(|run| run.0 <= end);
        let start = self.0[first..past]
            .first()
            .map_or(start, |run| run.0.min(start));
        let end = self.0[first..past].last().map_or(end, |run| run.1.max(end));
        self.0.splice(first..past, [(start, end)]);
    }

    #[must_use]
    pub fn union(mut self, other: &Self) -> Self {
        self.0.extend_from_slice(&other.0);
        self.0.sort_unstable();
        let mut united = Self::new();
        for (start, end) in self.0 {
            united.insert(start, end);
        }
        united
    }
}

impl FromIterator<u32> for WindowSet {
    fn from_iter<I: IntoIterator<Item = u32>>(windows: I) -> Self {
        let mut set = Self::new();
        for window in windows {
            set.insert(window, window.saturating_add(1));
        }
        set
    }
}
