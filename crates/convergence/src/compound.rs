// SPDX-License-Identifier: Apache-2.0
//! How many may come at most, when events come rarely and each brings several at once.

use crate::estimate::quantile;
use crate::float::{at_least, float};

/// A number of events of which the mean is itself known from few: negative binomial.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Events {
    pub(crate) mean: f64,
    /// The number of events on which the mean rests.
    pub(crate) evidence: f64,
}

/// Beyond this the recursion is left, for a normal distribution.
const LARGE: f64 = 300.0;
const LONGEST: usize = 1 << 14;

impl Events {
    /// What the sum of as many draws from `sizes` exceeds with at most 1 - `confidence`.
    pub(crate) fn at_most(self, sizes: &[u32], confidence: f64) -> u64 {
        let one = [1];
        let sizes = if sizes.is_empty() { &one } else { sizes };
        self.counted(sizes, confidence)
            .or_else(|| at_least(self.normal(sizes, confidence)))
            .unwrap_or(u64::MAX)
    }

    /// The probabilities of 0, 1, 2 ... summed up (Panjer 1981).
    fn counted(self, sizes: &[u32], confidence: f64) -> Option<u64> {
        let odds = self.mean / (self.evidence + self.mean);
        let none = self.evidence * (1.0 - odds).ln();
        if !none.is_finite() || none < -LARGE {
            return None;
        }
        let weights = weights(sizes);
        let mut probabilities = vec![none.exp()];
        let mut sum = none.exp();
        while sum < confidence {
            let number = probabilities.len();
            let term = |(size, weight): &(usize, f64)| {
                let earlier = probabilities.get(number.checked_sub(*size)?)?;
                let share = 1.0 + (self.evidence - 1.0) * float(*size) / float(number);
                Some(odds * share * weight * earlier)
            };
            let next = weights.iter().filter_map(term).sum::<f64>();
            sum += next;
            probabilities.push(next);
            if number > LONGEST {
                return None;
            }
        }
        u64::try_from(probabilities.len() - 1).ok()
    }

    fn normal(self, sizes: &[u32], confidence: f64) -> f64 {
        let number = float(sizes.len());
        let size = sizes.iter().map(|size| f64::from(*size)).sum::<f64>() / number;
        let square = sizes
            .iter()
            .map(|size| f64::from(*size).powi(2))
            .sum::<f64>()
            / number;
        let variance = self.mean * square + (self.mean * size).powi(2) / self.evidence;
        self.mean * size + quantile(confidence) * variance.sqrt()
    }
}

/// The share of each size.
fn weights(sizes: &[u32]) -> Vec<(usize, f64)> {
    let mut sorted = sizes.to_vec();
    sorted.sort_unstable();
    let share = |same: &[u32]| (same[0] as usize, float(same.len()) / float(sizes.len()));
    sorted
        .chunk_by(|one, other| one == other)
        .map(share)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_most(mean: f64, evidence: f64, sizes: &[u32]) -> u64 {
        Events { mean, evidence }.at_most(sizes, 0.95)
    }

    /// With much evidence it is a Poisson distribution; its 95 % quantiles are in every table.
    #[test]
    fn single_arrivals_are_as_in_the_tables() {
        for (mean, published) in [(0.05, 0), (0.06, 1), (1.0, 3), (5.0, 9), (10.0, 15)] {
            assert_eq!(at_most(mean, 1e7, &[1]), published, "{mean}");
        }
    }

    #[test]
    fn what_comes_in_threes_is_a_multiple_of_three() {
        assert_eq!(at_most(5.0, 1e7, &[3, 3, 3]), 27);
        assert_eq!(at_most(0.01, 1e7, &[500]), 0);
    }

    #[test]
    fn little_evidence_means_more_caution() {
        assert!(at_most(1.0, 1.0, &[1]) > at_most(1.0, 100.0, &[1]));
        // Geometric: the chance of none at all is 12 / (12 + 1).
        assert_eq!(at_most(1.0 / 12.0, 1.0, &[1]), 1);
        assert_eq!(at_most(1.0 / 20.0, 1.0, &[1]), 0);
    }

    #[test]
    fn large_numbers_and_nonsense_end() {
        let large = at_most(1_000.0, 1e7, &[2]);
        assert!((2_090..2_120).contains(&large), "{large}");
        assert!(at_most(5.0, 2.0, &[u32::MAX, 1]) > 1_000_000);
        for mean in [0.0, f64::NAN, f64::INFINITY, -1.0] {
            at_most(mean, 1.0, &[1]);
            at_most(1.0, mean, &[]);
        }
    }
}
