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
    let mut lines = text_lines(model, baseline);
    for (symbol, declared) in model.symbols() {
        let is_user = declared.kind.is_logical() && !declared.is_choice && symbol > SymbolId::YES;
        if is_user && assignment.is_visible(symbol) {
            lines.push_str(&logical_line(
                declared.display_name(),
                assignment.tristate(symbol),
            ));
        }
    }
    lines.push_str(&hidden_lines(model, assignment));
    lines
}

/// The lines that give numbers and strings the baseline's values.
pub fn text_lines(model: &Model, baseline: &Baseline) -> String {
    let mut lines = String::new();
    for (symbol, declared) in model.symbols() {
        if let Some(text) = &baseline.texts[symbol] {
            lines.push_str(&text_line(declared.display_name(), declared.kind, text));
        }
    }
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

/// Before 6.11 the mode of a tristate choice is read off its members, hidden ones too: one
/// of those says what no visible one says.
fn hidden_lines(model: &Model, assignment: &Assignment) -> String {
    let mut lines = String::new();
    for (symbol, declared) in model.symbols() {
        if declared.is_choice && declared.kind == SymbolType::Tristate {
            lines.extend(hidden_line(model, assignment, symbol));
        }
    }
    lines
}

fn hidden_line(model: &Model, assignment: &Assignment, choice: SymbolId) -> Option<String> {
    let declared = model.symbol(choice);
    let members = &declared.members;
    let mode = match assignment.tristate(choice) {
        // Asked to be m, or else it would be n.
        Tristate::Module if declared.is_optional => Tristate::Module,
        // Asked to be y without any member to be y, or else it would be m.
        Tristate::No if !declared.is_optional && assignment.is_visible(choice) => Tristate::Yes,
        _ => return None,
    };
    let says_so =
        |member: &SymbolId| assignment.is_visible(*member) && assignment.tristate(*member) >= mode;
    if members.iter().any(says_so) {
        return None;
    }
    let hidden = |member: &&SymbolId| !assignment.is_visible(**member);
    let is_tristate = |member: &&SymbolId| model.symbol(**member).kind == SymbolType::Tristate;
    let mut tristate = members.iter().filter(is_tristate);
    let (member, value) = match tristate.find(hidden) {
        Some(member) => (member, mode),
        // Of a bool, which says y or n, where the choice can't be more than m.
        None => (members.iter().find(hidden)?, Tristate::Yes),
    };
    Some(logical_line(model.symbol(*member).display_name(), value))
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
