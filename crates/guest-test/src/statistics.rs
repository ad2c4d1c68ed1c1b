// SPDX-License-Identifier: Apache-2.0
//! What a few pairs of measurements say.

/// The mean of ratios, and its 95 % interval (Student's t).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ratio {
    pub(crate) mean: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// Two-sided 95 % points of Student's t by degrees of freedom, from 1.
const STUDENT: [f64; 19] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093,
];

/// Of the logarithms: a ratio and its reverse are then the same finding. `None` for less than two.
#[expect(clippy::cast_precision_loss, reason = "a few measurements")]
pub(crate) fn ratio(pairs: &[(f64, f64)]) -> Option<Ratio> {
    let logarithms: Vec<f64> = pairs
        .iter()
        .map(|(with, without)| (with / without).ln())
        .collect();
    let count = logarithms.len();
    let free = count.checked_sub(1).filter(|free| *free > 0)?;
    let mean = logarithms.iter().sum::<f64>() / count as f64;
    let squares: f64 = logarithms.iter().map(|value| (value - mean).powi(2)).sum();
    let error = (squares / free as f64 / count as f64).sqrt();
    let student = STUDENT.get(free - 1).copied().unwrap_or(2.09);
    let half = error * student;
    let [mean, low, high] = [mean, mean - half, mean + half].map(f64::exp);
    Some(Ratio { mean, low, high })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_ratios_leave_no_doubt() {
        let found = ratio(&[(2.0, 1.0), (4.0, 2.0), (1.0, 0.5)]).unwrap();
        assert!((found.mean - 2.0).abs() < 1e-9 && (found.high - found.low).abs() < 1e-9);
        assert_eq!(ratio(&[(1.0, 1.0)]), None);
    }

    #[test]
    fn the_interval_is_students() {
        // exp(±t·s/√n), with s = 0.1·√2, n = 2, t = 12.706.
        let found = ratio(&[(0.1f64.exp(), 1.0), ((-0.1f64).exp(), 1.0)]).unwrap();
        assert!((found.high.ln() - 12.706 * 0.1).abs() < 1e-9);
    }
}
