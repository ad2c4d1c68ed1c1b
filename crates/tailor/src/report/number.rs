// SPDX-License-Identifier: Apache-2.0
//! Numbers as they are read: `13,647`, and a change that never claims more than was measured.

use std::fmt;

/// With a comma between thousands.
#[derive(Clone, Copy)]
pub(super) struct Grouped(pub(super) u64);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        f.pad(&text)
    }
}

/// From one count to another, in percent of the first; towards zero, so that 99.96 % is
/// not told as 100 %. A dash when there is nothing to compare with.
#[derive(Clone, Copy)]
pub(super) struct Change {
    pub(super) before: u64,
    pub(super) after: u64,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.before == self.after {
            return f.pad("±0 %");
        }
        if self.before == 0 {
            return f.pad("–");
        }
        let tenths = per_mille(self.before.abs_diff(self.after), self.before);
        let sign = if self.after < self.before { "−" } else { "+" };
        f.pad(&format!("{sign}{}.{} %", tenths / 10, tenths % 10))
    }
}

/// A part of a whole in percent, towards zero; of nothing, all of it.
#[derive(Clone, Copy)]
pub(super) struct Share {
    pub(super) part: u64,
    pub(super) whole: u64,
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = match self.whole {
            0 => 10_000,
            whole => u128::from(self.part) * 10_000 / u128::from(whole),
        };
        f.pad(&format!("{}.{:02} %", hundredths / 100, hundredths % 100))
    }
}

fn per_mille(part: u64, whole: u64) -> u128 {
    u128::from(part) * 1000 / u128::from(whole)
}

/// `1 file`, `2 files`.
pub(super) fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", Grouped(count), if count == 1 { one } else { many })
}

/// The length of a list, as a count.
pub(super) fn len<T>(list: &[T]) -> u64 {
    list.len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let shown = [0, 7, 999, 1000, 13_647, 1_000_000].map(|n| Grouped(n).to_string());
        assert_eq!(shown, ["0", "7", "999", "1,000", "13,647", "1,000,000"]);
        assert_eq!(format!("{:>6}|", Grouped(1000)), " 1,000|");
        assert_eq!(Grouped(u64::MAX).to_string(), "18,446,744,073,709,551,615");
    }

    #[test]
    fn a_change_never_claims_more_than_was_measured() {
        let change = |before, after| Change { before, after }.to_string();
        assert_eq!(change(13_647, 1_325), "−90.2 %");
        assert_eq!(change(10_000, 4), "−99.9 %");
        assert_eq!(change(10, 0), "−100.0 %");
        assert_eq!(change(100, 150), "+50.0 %");
        assert_eq!(change(5, 5), "±0 %");
        assert_eq!(change(0, 0), "±0 %");
        assert_eq!(change(0, 3), "–");
        assert_eq!(change(u64::MAX, 0), "−100.0 %");
    }

    #[test]
    fn a_share_is_rounded_down() {
        let share = |part, whole| Share { part, whole }.to_string();
        assert_eq!(share(12_347, 12_350), "99.97 %");
        assert_eq!(share(12_350, 12_350), "100.00 %");
        assert_eq!(share(0, 0), "100.00 %");
    }

    #[test]
    fn one_is_not_many() {
        assert_eq!(counted(1, "file", "files"), "1 file");
        assert_eq!(counted(1200, "file", "files"), "1,200 files");
        assert_eq!(counted(0, "file", "files"), "0 files");
    }
}
