// SPDX-License-Identifier: Apache-2.0
//! What an operator may set, and what is sensible where nothing was.

/// Times are in seconds. Every value is taken as it is: nonsense (a window of no length, a
/// probability above one) makes advice that is of no use, never a panic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// What is counted.
    pub species: Species,
    /// Active length of a window.
    pub window: u32,
    /// A window of a smaller share of that length is left out of the estimate.
    pub complete: f64,
    /// How far ahead the claim looks.
    pub horizon: u32,
    /// The period of the load: all of it has to be observed. 0 where the load has none.
    pub period: u32,
    /// READY at or below this probability of something new within the horizon ...
    pub probability: f64,
    /// ... at or above this coverage ...
    pub coverage: f64,
    /// ... and after this many windows in a row that showed nothing new.
    pub quiet: u32,
    /// Of the stated intervals and limits, each for itself.
    pub confidence: f64,
    pub visit: Visit,
}

/// What the numbers of an incidence table stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
pub enum Species {
    Functions,
    Files,
    Symbols,
}

/// How close sightings have to be to be one visit, since load goes on: what the second window of
/// a session shows is no new evidence. In windows; 1 is none at all, and 2 are neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visit {
    /// As far apart as what came once tends to come again.
    Automatic,
    /// Less than so many, or the next power of two up to [`Visit::LONGEST`].
    Windows(u32),
}

impl Visit {
    pub const LONGEST: u32 = 16;
}

impl Species {
    pub fn plural(self) -> &'static str {
        match self {
            Self::Functions => "functions",
            Self::Files => "files",
            Self::Symbols => "symbols",
        }
    }

    /// The word for so many of them.
    pub fn word(self, number: u64) -> &'static str {
        let plural = self.plural();
        if number == 1 {
            &plural[..plural.len() - 1]
        } else {
            plural
        }
    }
}

impl Settings {
    /// A length of time in windows; a fraction where it is no multiple.
    pub fn windows(&self, seconds: u32) -> f64 {
        f64::from(seconds) / f64::from(self.window.max(1))
    }

    /// The confidence, less than 1 and a number in any case.
    pub fn sound_confidence(&self) -> f64 {
        const MOST: f64 = 0.999_999;
        if self.confidence.is_nan() {
            MOST
        } else {
            self.confidence.clamp(0.0, MOST)
        }
    }

    /// The horizon in windows.
    pub fn ahead(&self) -> f64 {
        self.windows(self.horizon)
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            species: Species::Functions,
            window: 300,
            complete: 0.9,
            horizon: 3_600,
            period: 86_400,
            probability: 0.05,
            coverage: 0.999,
            quiet: 12,
            confidence: 0.95,
            visit: Visit::Automatic,
        }
    }
}
