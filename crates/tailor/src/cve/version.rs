// SPDX-License-Identifier: Apache-2.0
//! Kernel releases, ordered as they appeared in their series.

use std::fmt;
use std::str::FromStr;

/// `6.1.192`, `6.2-rc3`, `2.6.32.71`; `6.1` is `6.1.0`. What a distributor appends
/// (`6.1.0-56-amd64`, `6.1.0+`) is not part of the version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    numbers: [u32; 4],
    /// A release candidate comes before the release, which has `u32::MAX` here.
    candidate: u32,
}

impl Version {
    /// A stable release in the series of the other version.
    pub(crate) fn is_stable_of(&self, other: &Self) -> bool {
        !self.is_mainline() && self.series() == other.series()
    }

    /// Whether both are of one stable series, or of the mainline before it.
    pub(crate) fn is_of_series(&self, other: &Self) -> bool {
        self.series() == other.series()
    }

    /// The mainline release that its stable series began with.
    #[must_use]
    pub fn first_of_series(&self) -> Self {
        let mut numbers = [0; 4];
        let length = self.series_length();
        numbers[..length].copy_from_slice(&self.numbers[..length]);
        Self {
            numbers,
            candidate: u32::MAX,
        }
    }

    /// A release of the mainline, not of a stable series.
    pub(crate) fn is_mainline(&self) -> bool {
        self.numbers
            .iter()
            .skip(self.series_length())
            .all(|n| *n == 0)
    }

    /// What the releases of one stable series have in common: `6.1`; of old, `2.6.32`.
    fn series(&self) -> &[u32] {
        self.numbers.get(..self.series_length()).unwrap_or_default()
    }

    fn series_length(&self) -> usize {
        if self.numbers[0] <= 2 { 3 } else { 2 }
    }
}

/// The text is not a kernel version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAVersion(pub String);

impl fmt::Display for NotAVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is not a kernel version", self.0.escape_debug())
    }
}

impl std::error::Error for NotAVersion {}

impl FromStr for Version {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        parsed(text).ok_or_else(|| NotAVersion(text.chars().take(64).collect()))
    }
}

fn parsed(text: &str) -> Option<Version> {
    let end = text.find(['-', '+', '_']).unwrap_or(text.len());
    let (dotted, suffix) = text.split_at(end);
    let mut numbers = [0; 4];
    let mut parts = dotted.split('.');
    for (number, part) in numbers.iter_mut().zip(&mut parts) {
        *number = part.parse().ok()?;
    }
    if parts.next().is_some() {
        return None;
    }
    Some(Version {
        numbers,
        candidate: candidate(suffix),
    })
}

/// The number in `-rc3`, `-rc3-next`.
fn candidate(suffix: &str) -> u32 {
    let number = suffix.strip_prefix("-rc").map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit());
        rest.get(..end.unwrap_or(rest.len())).unwrap_or_default()
    });
    number.and_then(|n| n.parse().ok()).unwrap_or(u32::MAX)
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch, fourth] = self.numbers;
        write!(f, "{major}.{minor}.{patch}")?;
        if fourth > 0 {
            write!(f, ".{fourth}")?;
        }
        if self.candidate < u32::MAX {
            write!(f, "-rc{}", self.candidate)?;
        }
        Ok(())
    }
}
