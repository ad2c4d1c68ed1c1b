// SPDX-License-Identifier: Apache-2.0
//! Populations of which everything is known: what may happen, how often, and which species show
//! when it does.

use crate::random::Random;

/// A kind of load.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// All equally rare.
    Homogeneous,
    /// Some often, some rarely.
    LogNormal,
    /// Ever rarer things in store.
    PowerLaw,
    /// Log-normal, but what happens brings 1 to 100 species at once.
    Clustered,
    /// The same; a species of a cluster shows in 7 of 10 cases.
    Loose,
    /// Clustered, and what began stays for four windows on average.
    Sessions,
    /// Clustered and rare, and what began stays for ever.
    Services,
    /// Clustered; a tenth of the load at night, for half of 48 windows.
    DayAndNight,
    /// Clustered, and 20 jobs that run once every 288 windows, at fixed times.
    Jobs,
}

impl Kind {
    pub(crate) const ALL: [Self; 9] = [
        Self::Homogeneous,
        Self::LogNormal,
        Self::PowerLaw,
        Self::Clustered,
        Self::Loose,
        Self::Sessions,
        Self::Services,
        Self::DayAndNight,
        Self::Jobs,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Homogeneous => "homogeneous",
            Self::LogNormal => "log-normal",
            Self::PowerLaw => "power law",
            Self::Clustered => "clusters",
            Self::Loose => "loose clusters",
            Self::Sessions => "sessions",
            Self::Services => "services",
            Self::DayAndNight => "day and night",
            Self::Jobs => "daily jobs",
        }
    }
}

/// Something that happens.
#[derive(Clone, Debug)]
struct Event {
    /// The probability that it begins in a window.
    rate: f64,
    /// Its species: `first..first + size`.
    first: u32,
    size: u32,
    /// For jobs: the window of the period.
    at: Option<u32>,
    goes_on: bool,
}

/// A load that runs, and what was seen of it.
pub(crate) struct Population {
    kind: Kind,
    events: Vec<Event>,
    seen: Vec<bool>,
    window: u32,
    /// When the observation begins, of the day.
    phase: u32,
    random: Random,
}

/// What is true of a population at a time, about a stretch of windows to come (for day and night:
/// at an unknown time of the day).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Truth {
    pub(crate) richness: f64,
    pub(crate) coverage: f64,
    pub(crate) discoveries: f64,
    pub(crate) probability: f64,
}

/// Species of every window.
const COMMON: u32 = 300;
const PERIOD: u32 = 288;
const DAY: u32 = 48;

impl Population {
    pub(crate) fn new(kind: Kind, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut first = COMMON;
        let mut events = vec![];
        for number in 0..events_of(kind) {
            let size = size(kind, &mut random);
            let rate = rate(kind, number, &mut random);
            let is_job = kind == Kind::Jobs && number < 20;
            let at = is_job.then(|| random.below(PERIOD));
            events.push(Event {
                rate,
                first,
                size,
                at,
                goes_on: false,
            });
            first += size;
        }
        let phase = random.below(DAY);
        Self {
            kind,
            events,
            seen: vec![false; first as usize],
            window: 0,
            phase,
            random,
        }
    }

    /// The species of the next window.
    pub(crate) fn next(&mut self) -> Vec<u32> {
        let mut species: Vec<u32> = (0..COMMON).collect();
        let load = self.load(self.window);
        let at = self.window % PERIOD;
        let (show, lasting) = (self.show(), self.lasting());
        for event in &mut self.events {
            let begins = match event.at {
                Some(time) => time == at,
                None => self.random.share() < event.rate * load,
            };
            let happens = begins || event.goes_on;
            event.goes_on = happens && self.random.share() < lasting;
            if happens {
                let shown = event.first..event.first + event.size;
                species.extend(shown.filter(|_| show >= 1.0 || self.random.share() < show));
            }
        }
        self.window += 1;
        for one in &species {
            self.seen[*one as usize] = true;
        }
        species
    }

    pub(crate) fn found(&self) -> u32 {
        number_of(self.seen.iter().filter(|seen| **seen).count())
    }

    pub(crate) fn truth(&self, ahead: u32) -> Truth {
        let mut truth = Truth {
            richness: f64::from(number_of(self.seen.len())),
            coverage: 0.0,
            discoveries: 0.0,
            probability: 0.0,
        };
        let (mut all, mut missing, mut nothing) = (f64::from(COMMON), 0.0, 1.0);
        for event in &self.events {
            let unseen = self.unseen(event);
            let often = self.often(event);
            all += often * f64::from(event.size);
            missing += often * f64::from(unseen);
            let one = 1.0 - self.none(event, 1, ahead);
            truth.discoveries += one * f64::from(unseen);
            nothing *= self.none(event, unseen, ahead);
        }
        truth.coverage = 1.0 - missing / all;
        truth.probability = 1.0 - nothing;
        truth
    }

    fn unseen(&self, event: &Event) -> u32 {
        let species = event.first..event.first + event.size;
        let unseen = species.filter(|species| !self.seen[*species as usize]);
        number_of(unseen.count())
    }

    /// The probability that none of so many unseen species shows in the next windows.
    fn none(&self, event: &Event, unseen: u32, ahead: u32) -> f64 {
        let shows = 1.0 - (1.0 - self.show()).powf(f64::from(unseen));
        let mut none = 1.0;
        for window in self.window..self.window + ahead {
            none *= match event.at {
                Some(time) if time == window % PERIOD => 1.0 - shows,
                Some(_) => 1.0,
                None => 1.0 - event.rate * self.average_load() * shows,
            };
        }
        none
    }

    /// The share of windows that show one of its species.
    fn often(&self, event: &Event) -> f64 {
        let rate = match event.at {
            Some(_) => 1.0 / f64::from(PERIOD),
            None => event.rate * self.average_load(),
        };
        match self.kind {
            Kind::Services => {
                if event.goes_on {
                    1.0
                } else {
                    rate
                }
            }
            Kind::Sessions => rate / (rate + 0.25 * (1.0 - rate)),
            _ => rate * self.show(),
        }
    }

    fn show(&self) -> f64 {
        if self.kind == Kind::Loose { 0.7 } else { 1.0 }
    }

    /// The probability that what is there goes on.
    fn lasting(&self) -> f64 {
        match self.kind {
            Kind::Sessions => 0.75,
            Kind::Services => 1.0,
            _ => 0.0,
        }
    }

    fn load(&self, window: u32) -> f64 {
        let is_night = self.kind == Kind::DayAndNight && (window + self.phase) % DAY >= DAY / 2;
        if is_night { 0.1 } else { 1.0 }
    }

    fn average_load(&self) -> f64 {
        if self.kind == Kind::DayAndNight {
            0.55
        } else {
            1.0
        }
    }
}

fn events_of(kind: Kind) -> u32 {
    match kind {
        Kind::Homogeneous => 300,
        Kind::LogNormal => 1_500,
        Kind::PowerLaw => 3_000,
        _ => 150,
    }
}

fn rate(kind: Kind, number: u32, random: &mut Random) -> f64 {
    match kind {
        Kind::Homogeneous => 0.01,
        Kind::Services => (-7.5 + 1.2 * random.normal()).exp(),
        Kind::PowerLaw => 0.5 / f64::from(number + 1).powf(1.2),
        _ => (-5.0 + 2.0 * random.normal()).exp().min(0.9),
    }
}

/// 1 to 100 species, most of them few.
fn size(kind: Kind, random: &mut Random) -> u32 {
    match kind {
        Kind::Homogeneous | Kind::LogNormal | Kind::PowerLaw => 1,
        _ => (1..100)
            .find(|size| random.share() < 1.5 / f64::from(size + 1))
            .unwrap_or(100),
    }
}

fn number_of(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
