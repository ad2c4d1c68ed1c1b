// SPDX-License-Identifier: Apache-2.0
//! The discovery curve as a picture: what was found so far, what is to come, and when to build.
//! One SVG file that needs no other, for light and dark pages, of bounded size.

use std::fmt::Write as _;

use crate::advice::{Advice, Level, grouped, percent, time};
use crate::curve::axis::{Axis, count_step, time_step};
use crate::float::{at_least, seconds};
use crate::forecast::Forecast;
use crate::incidence::Incidence;

mod axis;

const WIDTH: f64 = 860.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 76.0;
const RIGHT: f64 = 836.0;
const TOP: f64 = 88.0;
const BOTTOM: f64 = 360.0;
/// Points of a line: one for every two pixels.
const POINTS: usize = 380;
const STEPS: u32 = 40;
const LONGEST_TITLE: usize = 80;

/// Without variables, which not every renderer knows.
const STYLE: &str = "\
text{font:13px system-ui,sans-serif;fill:#1c2430}.title{font-size:16px;font-weight:600}\
.paper{fill:#fff}.soft{fill:#5b6675}.grid{stroke:#e3e7ec}\
.found,.expected{fill:none;stroke:#0b62b0;stroke-width:2}.expected{stroke-dasharray:5 4}\
.band{fill:#0b62b0;opacity:.18}.now,.eta{stroke:#5b6675}.eta{stroke-dasharray:2 3}\
@media(prefers-color-scheme:dark){text{fill:#e8ecf1}.paper{fill:#14181f}.soft{fill:#9aa6b4}\
.grid{stroke:#2a313b}.found,.expected{stroke:#6bb3ff}.band{fill:#6bb3ff}\
.now,.eta{stroke:#9aa6b4}}";

/// The picture of a table and the advice on it. The title is text, whatever is in it.
pub fn svg(incidence: &Incidence, advice: &Advice, title: &str) -> String {
    let picture = Picture::of(incidence, advice);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\">\
         <title>{title}</title><desc>{claim}</desc><style>{STYLE}</style>\
         <rect class=\"paper\" width=\"{WIDTH}\" height=\"{HEIGHT}\"/>\
         <text class=\"title\" x=\"{LEFT}\" y=\"26\">{title}</text>",
        title = escaped(title, LONGEST_TITLE),
        claim = escaped(&advice.claim, 4_000),
    );
    let parts = [
        picture.heading(),
        picture.grid(),
        picture.found(),
        picture.forecast(),
    ];
    out.extend(parts);
    out.push_str(&picture.marks());
    out.push_str("</svg>\n");
    out
}

struct Picture<'a> {
    advice: &'a Advice,
    /// Seconds of observation, and species found by then.
    found: Vec<(f64, f64)>,
    /// Seconds from now on; the number of species then, expected and as low and high.
    expected: Vec<(f64, [f64; 3])>,
    time: Axis,
    number: Axis,
}

impl<'a> Picture<'a> {
    fn of(incidence: &Incidence, advice: &'a Advice) -> Self {
        let found: Vec<(f64, f64)> = incidence
            .discovery()
            .into_iter()
            .map(|(time, found)| (seconds(time), f64::from(found)))
            .collect();
        let now = seconds(advice.active);
        let end = now + ahead(advice);
        let expected = expected(incidence, end - now);
        let all = found.iter().map(|(_, number)| *number);
        let all = all.chain(expected.iter().flat_map(|(_, number)| *number));
        let lowest = found.first().map_or(0.0, |(_, number)| *number);
        let (low, high) = all.fold((lowest, lowest), |(low, high), one| {
            (low.min(one), high.max(one))
        });
        let step = count_step(high - low, 5.0);
        let number = Axis {
            from: (low / step).floor() * step,
            to: ((high / step).floor() + 1.0) * step,
            start: BOTTOM,
            end: TOP,
        };
        let time = Axis {
            from: 0.0,
            to: end.max(1.0),
            start: LEFT,
            end: RIGHT,
        };
        Self {
            advice,
            found,
            expected,
            time,
            number,
        }
    }

    fn heading(&self) -> String {
        let Advice {
            level,
            active,
            found,
            species,
            probability,
            horizon,
            ..
        } = self.advice;
        format!(
            "<text class=\"soft\" x=\"{LEFT}\" y=\"48\">{level}: {} {} in {}; {} that an unseen one comes \
             within {}</text>\
             <text class=\"soft\" x=\"{LEFT}\" y=\"74\">{} seen</text>",
            grouped(u64::from(*found)),
            species.plural(),
            time(*active),
            percent(probability.value),
            time(u64::from(*horizon)),
            species.plural(),
        )
    }

    fn grid(&self) -> String {
        let mut out = String::new();
        for number in self
            .number
            .ticks(count_step(self.number.to - self.number.from, 6.0))
        {
            let y = self.number.place(number);
            let _ = write!(
                out,
                "<path class=\"grid\" d=\"M{LEFT} {y:.1}H{RIGHT}\"/>\
                 <text class=\"soft\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                LEFT - 8.0,
                y + 4.0,
                grouped(at_least(number).unwrap_or(0))
            );
        }
        for moment in self.time.ticks(time_step(self.time.to, 7.0)) {
            let x = self.time.place(moment);
            let _ = write!(
                out,
                "<path class=\"grid\" d=\"M{x:.1} {BOTTOM}v5\"/>\
                 <text class=\"soft\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                BOTTOM + 20.0,
                moment_name(moment)
            );
        }
        let y = HEIGHT - 12.0;
        let _ = write!(
            out,
            "<text class=\"soft\" x=\"{LEFT}\" y=\"{y:.1}\">solid: seen; dashed: expected, with the \
             {} interval</text>\
             <text class=\"soft\" x=\"{RIGHT}\" y=\"{y:.1}\" text-anchor=\"end\">time of observation\
             </text>",
            percent(self.advice.confidence)
        );
        out
    }

    /// Steps, thinned out where they are finer than the picture.
    fn found(&self) -> String {
        let mut path = String::new();
        let every = self.found.len().div_ceil(POINTS).max(1);
        let last = self.found.len().saturating_sub(1);
        for (index, (time, number)) in self.found.iter().enumerate() {
            let (x, y) = (self.time.place(*time), self.number.place(*number));
            match index {
                0 => write!(path, "M{x:.1} {y:.1}"),
                _ if index % every == 0 || index == last => write!(path, "H{x:.1}V{y:.1}"),
                _ => Ok(()),
            }
            .ok();
        }
        format!("<path class=\"found\" d=\"{path}\"/>")
    }

    fn forecast(&self) -> String {
        let point = |time: f64, number: f64| {
            format!(
                "{:.1} {:.1}",
                self.time.place(time),
                self.number.place(number)
            )
        };
        let now = seconds(self.advice.active);
        let line = |which: usize| {
            self.expected
                .iter()
                .map(move |(time, numbers)| (now + time, numbers[which]))
        };
        let path = |points: Vec<(f64, f64)>| {
            let points: Vec<String> = points
                .into_iter()
                .map(|(time, number)| point(time, number))
                .collect();
            points.join("L")
        };
        let band = line(1).chain(line(2).collect::<Vec<_>>().into_iter().rev());
        if self.expected.is_empty() {
            return String::new();
        }
        format!(
            "<path class=\"band\" d=\"M{}Z\"/><path class=\"expected\" d=\"M{}\"/>",
            path(band.collect()),
            path(line(0).collect())
        )
    }

    fn marks(&self) -> String {
        let now = seconds(self.advice.active);
        let x = self.time.place(now);
        let mut out = format!(
            "<path class=\"now\" d=\"M{x:.1} {TOP}V{BOTTOM}\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">now</text>",
            x - 5.0,
            BOTTOM - 8.0
        );
        let ready = match self.advice.eta {
            _ if self.advice.level == Level::Ready => return out,
            Some(eta) => seconds(eta),
            None => {
                return out + &label("READY: no time can be said yet");
            }
        };
        if now + ready <= self.time.to {
            let x = self.time.place(now + ready);
            let _ = write!(out, "<path class=\"eta\" d=\"M{x:.1} {TOP}V{BOTTOM}\"/>");
        }
        out + &label(&format!(
            "READY: in {} at the earliest",
            time(self.advice.eta.unwrap_or(0))
        ))
    }
}

/// How far the picture looks ahead: to READY, but no further than there was observation.
fn ahead(advice: &Advice) -> f64 {
    let horizon = f64::from(advice.horizon);
    let wanted = advice.eta.map_or(horizon, |eta| seconds(eta) * 1.1);
    wanted.min(seconds(advice.active)).max(horizon)
}

fn expected(incidence: &Incidence, length: f64) -> Vec<(f64, [f64; 3])> {
    if incidence.counted() < 2 {
        return vec![];
    }
    let forecast = Forecast::of(incidence);
    let found = f64::from(incidence.found());
    let window = f64::from(incidence.settings().window.max(1));
    let at = |step: u32| {
        let time = length * f64::from(step) / f64::from(STEPS);
        let new = forecast.discoveries(time / window);
        (time, [new.value, new.low, new.high].map(|new| found + new))
    };
    (0..=STEPS).map(at).collect()
}

fn moment_name(seconds: f64) -> String {
    match at_least(seconds) {
        None | Some(0) => "0".to_owned(),
        Some(whole) => time(whole),
    }
}

fn label(text: &str) -> String {
    format!(
        "<text x=\"{RIGHT}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>",
        TOP - 14.0
    )
}

/// As text of an XML file: marked-up characters as such, characters that XML cannot hold left
/// out, and no more than so many.
fn escaped(text: &str, longest: usize) -> String {
    let mut out = String::new();
    let is_text = |one: &char| !one.is_control() && !matches!(one, '\u{fffe}' | '\u{ffff}');
    for one in text.chars().filter(is_text).take(longest) {
        match one {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
