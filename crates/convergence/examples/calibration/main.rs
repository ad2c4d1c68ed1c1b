// SPDX-License-Identifier: Apache-2.0
//! How often stated intervals hold, and what is true when the advice says READY, for populations
//! of known truth. Takes the number of runs; prints two tables in Markdown.
#![expect(clippy::print_stdout, reason = "tables are what it is for")]

mod measure;
mod population;
mod random;
mod ready;

use convergence::Settings;
use measure::{Hits, Measured, measure};
use population::Kind;
use ready::{Ready, ready};

fn main() {
    let runs = std::env::args()
        .nth(1)
        .and_then(|word| word.parse().ok())
        .unwrap_or(1_000);
    println!("Percent of {runs} runs in which what is stated with 95 % confidence held\n");
    println!(
        "| load | windows | new within an hour | if independent | estimated / true | width | \
         any new | coverage | at most | (limit / came) | richness, low end |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    for kind in Kind::ALL {
        for windows in [48, 96, 288, 1_008] {
            intervals(kind, windows, &measure(kind, windows, runs));
        }
    }
    println!(
        "\nREADY by the defaults, {} runs of up to 14 days\n",
        runs / 5
    );
    println!(
        "| load | READY | after windows | stated | true | came | wait after a day / earliest, \
         median | within the latest |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    for kind in Kind::ALL {
        advice(kind, &ready(kind, Settings::default(), runs / 5));
    }
}

fn intervals(kind: Kind, windows: u32, measured: &Measured) {
    let runs = f64::from(measured.runs);
    let held = |hits: &Hits| format!("{:.1}", 100.0 * f64::from(hits.held) / runs);
    let discoveries = &measured.discoveries;
    println!(
        "| {} | {windows} | {} | {} | {:.2} / {:.2} | {:.2} | {} | {} | {:.1} | {:.1} / {:.2} | {:.1} |",
        kind.name(),
        held(discoveries),
        held(&measured.independent),
        discoveries.value / runs,
        discoveries.truth / runs,
        discoveries.width / runs,
        held(&measured.probability),
        held(&measured.coverage),
        100.0 * f64::from(measured.limited) / runs,
        measured.limit / runs,
        measured.came / runs,
        100.0 - 100.0 * f64::from(measured.richness.below) / runs,
    );
}

fn advice(kind: Kind, ready: &Ready) {
    let number = f64::from(ready.became);
    println!(
        "| {} | {} of {} | {} | {} | {} | {} | {} | {} |",
        kind.name(),
        ready.became,
        ready.runs,
        ready::median(&ready.windows).map_or(NONE.to_owned(), |windows| windows.to_string()),
        percent(ready.stated, number),
        percent(ready.probable, number),
        percent(f64::from(ready.came), number),
        ready::median(&ready.waited).map_or(NONE.to_owned(), |times| format!("{times:.1}")),
        percent(f64::from(ready.in_time), ready::length(&ready.waited)),
    );
}

const NONE: &str = "-";

fn percent(sum: f64, of: f64) -> String {
    if of > 0.0 {
        format!("{:.1} %", 100.0 * sum / of)
    } else {
        NONE.to_owned()
    }
}
