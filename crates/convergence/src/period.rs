// SPDX-License-Identifier: Apache-2.0
//! Which parts of the load's period were observed: a day of work at daytime says nothing
//! about the backup at night.

const SLOTS: u32 = 96;

/// The period in 96 parts (a quarter of an hour of a day), each observed or not.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Period {
    slots: u128,
}

impl Period {
    /// Marks what `start..start + length` touches of a period of `period` seconds.
    pub(crate) fn observe(&mut self, start: u64, length: u32, period: u32) {
        let period = u64::from(period.max(1));
        if u64::from(length) >= period {
            self.slots = (1 << SLOTS) - 1;
        }
        let slot = |time: u64| time % period * u64::from(SLOTS) / period;
        // A window touches less slots than there are; walk them in steps of less than one.
        let step = (period / u64::from(SLOTS) / 2).max(1);
        let last = u64::from(length.saturating_sub(1)).min(period);
        let mut offset = 0;
        while offset < last {
            self.slots |= 1 << slot(start.wrapping_add(offset));
            offset += step;
        }
        self.slots |= 1 << slot(start.wrapping_add(last));
    }

    /// How much of a period of that many seconds was never touched.
    pub(crate) fn missing(self, period: u32) -> u32 {
        let missing = SLOTS - self.slots.count_ones();
        if missing == 0 {
            0
        } else {
            (period / SLOTS * missing).max(u32::from(period > 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_windows_is_a_day_and_two_nights_off_are_not() {
        let mut whole = Period::default();
        let mut days = Period::default();
        for window in 0..288 * 2 {
            let start = 1_000_200 + window * 300;
            whole.observe(start, 300, 86_400);
            if start % 86_400 >= 43_200 {
                days.observe(start, 300, 86_400);
            }
        }
        assert_eq!(whole.missing(86_400), 0);
        assert_eq!(days.missing(86_400), 43_200);
    }

    #[test]
    fn windows_longer_than_a_part_leave_no_part_out() {
        let mut period = Period::default();
        period.observe(0, 100, 200);
        period.observe(100, 100, 200);
        assert_eq!(period.missing(200), 0);
        let mut none = Period::default();
        none.observe(u64::MAX, u32::MAX, 0);
        assert_eq!(none.missing(0), 0);
    }
}
