// SPDX-License-Identifier: Apache-2.0
//! Build now, or wait, and how long: the answer, all numbers behind it, and what they claim.

use std::fmt;

use crate::counts::bound;
use crate::estimate::Estimate;
use crate::float::at_least;
use crate::forecast::Forecast;
use crate::incidence::{Boot, Incidence};
use crate::settings::Species;

mod claim;

pub(crate) use claim::{grouped, percent, time};

/// Every field is in the answer because somebody asks "why" next. Times are in seconds,
/// probabilities and shares in 0..=1.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Advice {
    pub level: Level,
    /// What is missing for READY.
    pub reasons: Vec<Reason>,
    /// In how many seconds READY is to be expected at the earliest, if only what was seen to be
    /// rare is still to come; `None` where no time is known, 0 where it is reached.
    pub eta: Option<u64>,
    /// The same for a load that has ever rarer things in store.
    pub eta_latest: Option<u64>,
    /// All that is claimed, in sentences.
    pub claim: String,
    pub species: Species,
    /// Species seen.
    pub found: u32,
    /// Windows that the estimates rest on. Sightings less than `visit` windows apart were taken as
    /// one.
    pub windows: u32,
    pub visit: u32,
    /// Of observation.
    pub active: u64,
    /// Counted windows since the last discovery.
    pub quiet: u32,
    /// How far ahead the next three look.
    pub horizon: u32,
    /// That anything new comes.
    pub probability: Estimate,
    /// How many new species are expected.
    pub discoveries: Estimate,
    /// How many new species come at most, with that confidence; `None` where nothing can be said.
    pub at_most: Option<u64>,
    /// That anything new comes is less probable than this with 95 % confidence, from the quiet
    /// windows alone, without any model.
    pub bound: f64,
    /// How many species there are at least.
    pub richness: Estimate,
    /// The share of what happens that belongs to species seen.
    pub coverage: Estimate,
    pub confidence: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "UPPERCASE")
)]
pub enum Level {
    Wait,
    /// The numbers are good enough; the circumstances are not yet.
    Almost,
    Ready,
}

/// What is missing for READY.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(
    feature = "serde",
    derive(serde::Serialize),
    serde(rename_all = "snake_case")
)]
pub enum Reason {
    /// Too few windows for any estimate.
    FewWindows,
    /// Something new is too probable.
    Probability,
    Coverage,
    /// There was a discovery not long ago.
    Quiet,
    /// Parts of the load's period were not observed.
    Period,
    /// What ran before the first window is unknown.
    Boot,
}

impl Reason {
    /// Whether the numbers say so, and not the circumstances.
    fn is_numeric(self) -> bool {
        matches!(self, Self::FewWindows | Self::Probability | Self::Coverage)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Wait => "WAIT",
            Self::Almost => "ALMOST",
            Self::Ready => "READY",
        })
    }
}

/// What to do, by the settings of the table.
pub fn advise(incidence: &Incidence) -> Advice {
    let settings = incidence.settings();
    let forecast = Forecast::of(incidence);
    let mut advice = measured(incidence, &forecast);
    advice.reasons = reasons(&advice, incidence);
    advice.level = level(&advice.reasons);
    let (ahead, limit) = (settings.ahead(), settings.probability);
    let covered = settings.coverage;
    let earliest = Wait {
        improbable: forecast.until(ahead, limit),
        covered: forecast.until_covered(covered),
    };
    let latest = Wait {
        improbable: forecast.until_latest(ahead, limit),
        covered: forecast.until_covered_latest(covered),
    };
    let eta = earliest.seconds(&advice, incidence);
    let latest = latest.seconds(&advice, incidence);
    advice.eta = eta;
    advice.eta_latest = eta.zip(latest).map(|(eta, latest)| eta.max(latest));
    advice.claim = claim::of(&advice, incidence);
    advice
}

fn measured(incidence: &Incidence, forecast: &Forecast) -> Advice {
    let settings = incidence.settings();
    let ahead = settings.ahead();
    Advice {
        level: Level::Wait,
        reasons: vec![],
        eta: None,
        eta_latest: None,
        claim: String::new(),
        species: settings.species,
        found: incidence.found(),
        windows: incidence.counted(),
        visit: forecast.visit(),
        active: incidence.active(),
        quiet: incidence.quiet(),
        horizon: settings.horizon,
        probability: forecast.probability(ahead),
        discoveries: forecast.discoveries(ahead),
        at_most: Some(forecast.at_most(ahead)).filter(|number| *number < u64::MAX),
        bound: bound(f64::from(incidence.quiet()), ahead),
        richness: forecast.richness(),
        coverage: forecast.coverage(),
        confidence: settings.sound_confidence(),
    }
}

fn reasons(advice: &Advice, incidence: &Incidence) -> Vec<Reason> {
    let settings = incidence.settings();
    // A threshold that is no number is never reached.
    let is_improbable = advice.probability.value <= settings.probability;
    let is_covered = advice.coverage.value >= settings.coverage;
    let missing = [
        (advice.windows < 2, Reason::FewWindows),
        (!is_improbable, Reason::Probability),
        (!is_covered, Reason::Coverage),
        (advice.quiet < settings.quiet, Reason::Quiet),
        (incidence.period_missing() > 0, Reason::Period),
        (incidence.boot() == Boot::Missed, Reason::Boot),
    ];
    missing
        .into_iter()
        .filter_map(|(is_missing, reason)| is_missing.then_some(reason))
        .collect()
}

fn level(reasons: &[Reason]) -> Level {
    if reasons.is_empty() {
        Level::Ready
    } else if reasons.iter().any(|reason| reason.is_numeric()) {
        Level::Wait
    } else {
        Level::Almost
    }
}

/// How long until what is missing is there.
#[derive(Clone, Copy, Debug)]
struct Wait {
    /// Windows until something new is improbable enough ...
    improbable: Option<f64>,
    /// ... and until enough is covered.
    covered: Option<f64>,
}

impl Wait {
    /// Until the last of it is expected.
    fn seconds(self, advice: &Advice, incidence: &Incidence) -> Option<u64> {
        let mut waits = advice
            .reasons
            .iter()
            .map(|reason| self.of(*reason, incidence));
        waits.try_fold(0, |longest, wait| Some(at_least(wait?)?.max(longest)))
    }

    fn of(self, reason: Reason, incidence: &Incidence) -> Option<f64> {
        let settings = incidence.settings();
        let window = f64::from(settings.window);
        let quiet = settings.quiet.saturating_sub(incidence.quiet());
        match reason {
            Reason::Probability => Some(self.improbable? * window),
            Reason::Coverage => Some(self.covered? * window),
            Reason::Quiet => Some(f64::from(quiet) * window),
            Reason::Period => Some(f64::from(incidence.period_missing())),
            Reason::FewWindows | Reason::Boot => None,
        }
    }
}
