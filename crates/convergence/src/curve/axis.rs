// SPDX-License-Identifier: Apache-2.0
//! From values to places, and the round values between which people read.

/// One direction of a picture: `from..=to` lie between the places `start` and `end`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) start: f64,
    pub(super) end: f64,
}

impl Axis {
    /// Values beyond the ends are at the ends.
    pub(super) fn place(&self, value: f64) -> f64 {
        let length = (self.to - self.from).max(f64::MIN_POSITIVE);
        let share = ((value - self.from) / length).clamp(0.0, 1.0);
        self.start + share * (self.end - self.start)
    }

    /// Every `step` from the first multiple in range on; not more than a picture can bear.
    pub(super) fn ticks(&self, step: f64) -> Vec<f64> {
        let first = (self.from / step).ceil() * step;
        (0..20)
            .map(|tick| first + f64::from(tick) * step)
            .take_while(|value| *value <= self.to)
            .collect()
    }
}

/// The least of 1, 2, 5, 10, 20 ... that makes at most `most` steps of `length`.
pub(super) fn count_step(length: f64, most: f64) -> f64 {
    let mut decade = 1.0;
    while decade < 1e12 {
        for factor in [1.0, 2.0, 5.0] {
            if length / (decade * factor) <= most {
                return decade * factor;
            }
        }
        decade *= 10.0;
    }
    decade
}

/// The same for seconds, in the units of clocks and calendars.
pub(super) fn time_step(length: f64, most: f64) -> f64 {
    const MINUTE: f64 = 60.0;
    const HOUR: f64 = 3_600.0;
    const DAY: f64 = 86_400.0;
    let steps = [1.0, 5.0, 15.0, 30.0].map(|step| step * MINUTE);
    let hours = [1.0, 2.0, 3.0, 6.0, 12.0].map(|step| step * HOUR);
    let fits = |step: &&f64| length / **step <= most;
    let clock = steps.iter().chain(&hours).find(fits).copied();
    clock.unwrap_or_else(|| DAY * count_step(length / DAY, most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        assert!((count_step(9_301.0, 6.0) - 2_000.0).abs() < 1e-9);
        assert!((count_step(3.0, 6.0) - 1.0).abs() < 1e-9);
        assert!((time_step(7.0 * 3_600.0, 8.0) - 3_600.0).abs() < 1e-9);
        assert!((time_step(30.0 * 86_400.0, 8.0) - 5.0 * 86_400.0).abs() < 1e-9);
        for length in [0.0, f64::INFINITY, f64::NAN] {
            assert!(count_step(length, 6.0) > 0.0 && time_step(length, 8.0) > 0.0);
        }
    }

    #[test]
    fn nothing_is_beyond_the_ends() {
        let axis = Axis {
            from: 10.0,
            to: 20.0,
            start: 300.0,
            end: 100.0,
        };
        assert!((axis.place(15.0) - 200.0).abs() < 1e-9);
        assert!((axis.place(1e300) - 100.0).abs() < 1e-9);
        assert_eq!(axis.ticks(5.0), [10.0, 15.0, 20.0]);
        let none = Axis {
            from: 1.0,
            to: 1.0,
            start: 0.0,
            end: 1.0,
        };
        assert!(none.place(1.0).abs() < 1e-9);
    }
}
