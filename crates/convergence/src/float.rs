// SPDX-License-Identifier: Apache-2.0
//! Whole numbers as floating point and back, without a silent loss.

/// Exact below 2^32, which no count here reaches; more is as much as can be said.
pub(crate) fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Seconds: exact below 2^53, 285 million years.
#[expect(clippy::cast_precision_loss, reason = "exact for every time there is")]
pub(crate) fn seconds(time: u64) -> f64 {
    time as f64
}

/// The next whole number from `value` on; `None` for what is no number, or beyond 2^53.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked first"
)]
pub(crate) fn at_least(value: f64) -> Option<u64> {
    let whole = value.max(0.0).ceil();
    (value.is_finite() && whole < 9.0e15).then_some(whole as u64)
}
