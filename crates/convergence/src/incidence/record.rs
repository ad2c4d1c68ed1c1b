// SPDX-License-Identifier: Apache-2.0
//! What is remembered of a species: not each window, but all that the estimators ask.

/// One species. Windows are numbered among the counted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Record {
    /// How often it came, when sightings that are less than 1, 2, 4, 8, 16 windows apart are one
    /// visit. The first is the number of windows with it.
    pub(crate) visits: [u32; Record::SCALES],
    pub(crate) first: u32,
    pub(crate) last: u32,
    /// Seen in something that is left out.
    pub(crate) known: bool,
}

impl Record {
    pub(crate) const SCALES: usize = 5;

    /// In how many it was seen.
    pub(crate) fn windows(&self) -> u32 {
        self.visits[0]
    }

    pub(crate) fn was_seen(&self) -> bool {
        self.known || self.windows() > 0
    }

    /// Seen in that window, for the first time in it.
    pub(crate) fn count_in(&mut self, window: u32) {
        let is_first = self.windows() == 0;
        if is_first {
            self.first = window;
        }
        for (scale, visits) in self.visits.iter_mut().enumerate() {
            *visits += u32::from(is_first || (window - self.last) >> scale > 0);
        }
        self.last = window;
    }
}
