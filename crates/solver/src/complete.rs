// SPDX-License-Identifier: Apache-2.0
//! From a solution to a `.config`, and the proof that the kernel's own rules make the
//! very same values of it.

use std::fmt;

use kconfig::{
    ChoiceRules, Configuration, Model, Origin, SymbolId, SymbolType, Tristate, dotconfig,
};

use crate::assignment::Assignment;
use crate::baseline::Baseline;

/// A symbol whose evaluated value isn't the solver's: a bug in one of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    pub symbol: SymbolId,
    pub solved: Tristate,
    pub evaluated: Tristate,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "solved {}, evaluated {}", self.solved, self.evaluated)
    }
}

/// The lines that give every visible symbol its value, and numbers and strings the
/// baseline's; evaluating them gives the rest.
pub fn user_lines(model: &Model, baseline: &Baseline, assignment: &Assignment) -> String {
    let mut lines = String::new();
    for (symbol, declared) in model.symbols() {
        let Some(name) = declared.name.as_deref().filter(|_| !declared.is_constant) else {
            continue;
        };
        match declared.kind {
            SymbolType::Bool | SymbolType::Tristate if declared.is_choice => {}
            SymbolType::Bool | SymbolType::Tristate => {
                if assignment.is_visible(symbol) {
                    lines.push_str(&logical_line(name, assignment.tristate(symbol)));
                }
            }
            kind => {
                if let Some(text) = &baseline.texts[symbol] {
                    lines.push_str(&text_line(name, kind, text));
                }
            }
        }
    }
    lines.push_str(&hidden_modules(model, assignment));
    lines
}

fn logical_line(name: &str, value: Tristate) -> String {
    match value {
        Tristate::No => format!("# CONFIG_{name} is not set\n"),
        value => format!("CONFIG_{name}={value}\n"),
    }
}

fn text_line(name: &str, kind: SymbolType, text: &str) -> String {
    if kind != SymbolType::String {
        return format!("CONFIG_{name}={text}\n");
    }
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("CONFIG_{name}=\"{escaped}\"\n")
}

/// Before 6.11 the mode m of an optional choice is read off its members; where no visible
/// one is m, a hidden one says so.
fn hidden_modules(model: &Model, assignment: &Assignment) -> String {
    let mut lines = String::new();
    for (symbol, declared) in model.symbols() {
        let is_module = declared.is_choice
            && declared.is_optional
            && assignment.tristate(symbol) == Tristate::Module;
        let says_so = |member: &&SymbolId| {
            assignment.is_visible(**member) && assignment.tristate(**member) != Tristate::No
        };
        if !is_module || declared.members.iter().any(|member| says_so(&member)) {
            continue;
        }
        let mut members = declared.members.iter();
        let hidden = members.find(|member| !assignment.is_visible(**member));
        let name = hidden.and_then(|member| model.symbol(*member).name.as_deref());
        lines.extend(name.map(|name| logical_line(name, Tristate::Module)));
    }
    lines
}

/// The configuration that the evaluator makes of `assignment`.
pub fn complete<'m>(
    model: &'m Model,
    baseline: &Baseline,
    assignment: &Assignment,
) -> Configuration<'m> {
    let mut configuration = Configuration::new(model);
    let lines = user_lines(model, baseline, assignment);
    let lines = kconfig::text::encode(&lines);
    dotconfig::read(
        &mut configuration,
        Origin::User,
        ("solution", &lines),
        false,
    );
    configuration.invalidate();
    configuration.calculate_all();
    configuration
}

/// Every bool and tristate whose value in `configuration` is another than in `assignment`.
pub fn differences(configuration: &Configuration<'_>, assignment: &Assignment) -> Vec<Difference> {
    let model = configuration.model();
    let is_compared = |symbol: SymbolId| {
        let declared = model.symbol(symbol);
        // Since 6.11 a choice has no value.
        let is_list = declared.is_choice && model.dialect().choice == ChoiceRules::Members;
        declared.kind.is_logical() && !is_list
    };
    let compared = model.symbols().map(|(symbol, _)| symbol);
    compared
        .filter(|symbol| is_compared(*symbol))
        .map(|symbol| Difference {
            symbol,
            solved: assignment.tristate(symbol),
            evaluated: configuration.tristate(symbol),
        })
        .filter(|found| found.solved != found.evaluated)
        .collect()
}
