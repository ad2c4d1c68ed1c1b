// SPDX-License-Identifier: Apache-2.0
//! A value with what it may be as well, and what a count of rare events says about how many were
//! to be expected.

/// A value, and the interval in which the truth lies at the confidence of the settings.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Estimate {
    pub value: f64,
    pub low: f64,
    pub high: f64,
}

impl Estimate {
    pub fn contains(&self, truth: f64) -> bool {
        (self.low..=self.high).contains(&truth)
    }

    /// Each of the three through a function that never turns back.
    #[must_use]
    pub fn map(self, monotone: impl Fn(f64) -> f64) -> Self {
        let (one, other) = (monotone(self.low), monotone(self.high));
        Self {
            value: monotone(self.value),
            low: one.min(other),
            high: one.max(other),
        }
    }

    #[must_use]
    pub(crate) fn clamp(self, low: f64, high: f64) -> Self {
        self.map(|value| value.clamp(low, high))
    }
}

/// The expectations under which `count` events or less, and as many or more, are not rarer than
/// the confidence allows (Garwood 1936), in the approximation of Byar (Rothman and Boice 1979),
/// which takes fractions of events too.
pub fn of_events(count: f64, confidence: f64) -> Estimate {
    let z = two_sided(confidence);
    let cubed = |events: f64, z: f64| {
        let root = 1.0 - 1.0 / (9.0 * events) + z / (3.0 * events.sqrt());
        events * root.max(0.0).powi(3)
    };
    let value = count.max(0.0);
    let low = if value > 0.0 { cubed(value, -z) } else { 0.0 };
    Estimate {
        value,
        low,
        high: cubed(value + 1.0, z),
    }
}

/// How many standard deviations a normal distribution has to have on either side.
pub(crate) fn two_sided(confidence: f64) -> f64 {
    quantile(f64::midpoint(1.0, confidence.clamp(0.0, 0.999_999)))
}

/// The value that a normal distribution does not exceed with that probability, from one half on;
/// within 0.00045 (Abramowitz and Stegun 1964, 26.2.23).
pub(crate) fn quantile(probability: f64) -> f64 {
    let root = (-2.0 * (1.0 - probability.clamp(0.5, 0.999_999_9)).ln()).sqrt();
    let above = 2.515_517 + root * (0.802_853 + root * 0.010_328);
    let below = 1.0 + root * (1.432_788 + root * (0.189_269 + root * 0.001_308));
    root - above / below
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Garwood, Biometrika 28 (1936), table 1: limits at 95 %.
    #[test]
    fn limits_are_the_published_ones() {
        let published = [
            (0, 0.0, 3.69),
            (1, 0.0253, 5.57),
            (5, 1.62, 11.67),
            (10, 4.80, 18.39),
        ];
        for (count, low, high) in published {
            let limits = of_events(f64::from(count), 0.95);
            assert!((limits.low - low).abs() < 0.02, "{count}: {limits:?}");
            assert!((limits.high - high).abs() < 0.03, "{count}: {limits:?}");
        }
    }

    #[test]
    fn quantiles_are_the_published_ones() {
        for (confidence, published) in [(0.8, 1.2816), (0.95, 1.9600), (0.99, 2.5758)] {
            assert!(
                (two_sided(confidence) - published).abs() < 5e-4,
                "{confidence}"
            );
        }
        assert!(quantile(0.5).abs() < 5e-4);
    }

    #[test]
    fn nonsense_has_limits_too() {
        for confidence in [-1.0, 0.0, 1.0, 7.0, f64::NAN] {
            let limits = of_events(-3.0, confidence);
            assert!(
                limits.low <= 0.0 && (limits.high >= 0.0 || confidence.is_nan()),
                "{confidence}: {limits:?}"
            );
        }
    }
}
