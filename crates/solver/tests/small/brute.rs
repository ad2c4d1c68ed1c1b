// SPDX-License-Identifier: Apache-2.0
//! All that users can make of a small model, by trying every combination of their values
//! in the evaluator.

use std::collections::BTreeSet;

use kconfig::{
    ChoiceRules, Configuration, Dialect, MemoryHost, Model, Origin, SymbolId, SymbolType, Tristate,
    dotconfig,
};
use solver::{Baseline, Problem};

use super::dice::Dice;

/// A small model with what it is held against.
pub(crate) struct Small {
    pub(crate) text: String,
    pub(crate) model: Model,
}

/// The model of a text, `None` if the tool refuses it.
pub(crate) fn load(text: String, classic: bool) -> Option<Small> {
    let mut host = MemoryHost::default();
    host.files
        .insert("Kconfig".to_owned(), text.clone().into_bytes());
    let dialect = if classic {
        Dialect::linux_6_1()
    } else {
        Dialect::linux_6_12()
    };
    let loaded = kconfig::load(&host, &dialect, "Kconfig");
    let is_valid = loaded.is_valid();
    is_valid.then_some(Small {
        text,
        model: loaded.model,
    })
}

/// The symbols whose values are compared.
pub(crate) fn compared(model: &Model) -> Vec<SymbolId> {
    let is_compared = |symbol: &SymbolId| {
        let declared = model.symbol(*symbol);
        let is_list = declared.is_choice && model.dialect().choice == ChoiceRules::Members;
        *symbol > SymbolId::YES && declared.kind.is_logical() && !is_list
    };
    let symbols = model.symbols().map(|(symbol, _)| symbol);
    symbols.filter(is_compared).collect()
}

/// A baseline of random values.
pub(crate) fn baseline(small: &Small, dice: &mut Dice) -> Baseline {
    let mut lines = String::new();
    for (symbol, declared) in small.model.symbols() {
        let Some(name) = declared.name.as_deref().filter(|_| symbol > SymbolId::YES) else {
            continue;
        };
        let draw = dice.below(3);
        let value = match declared.kind {
            SymbolType::Bool | SymbolType::Tristate => ["n", "m", "y"][draw].to_owned(),
            SymbolType::Int => (draw * 5).to_string(),
            SymbolType::Hex => format!("0x{:x}", draw * 5),
            SymbolType::String => ["\"\"", "\"a\"", "\"b\""][draw].to_owned(),
            SymbolType::Unknown => continue,
        };
        // Numbers and strings may also be the user's to leave alone.
        if declared.kind.is_logical() || dice.below(2) == 0 {
            lines.push_str(&format!("CONFIG_{name}={value}\n"));
        }
    }
    Baseline::of(&mut evaluated(&small.model, &lines))
}

/// What the evaluator makes of the lines of a `.config`.
pub(crate) fn evaluated<'m>(model: &'m Model, lines: &str) -> Configuration<'m> {
    let mut configuration = Configuration::new(model);
    let lines = ("lines", lines.as_bytes());
    dotconfig::read(&mut configuration, Origin::User, lines, false);
    configuration.invalidate();
    configuration.calculate_all();
    configuration
}

/// The values of all compared symbols that users can reach; those that are not `free` are
/// n for them, and members of a choice that are not free are not decided at all.
pub(crate) fn reachable(problem: &Problem<'_>, text_lines: &str) -> BTreeSet<Vec<Tristate>> {
    let model = problem.model();
    let compared = compared(model);
    let prompted: Vec<(SymbolId, &'static [Option<Tristate>])> = compared
        .iter()
        .filter_map(|symbol| Some((*symbol, options(problem, *symbol)?)))
        .collect();
    let mut found = BTreeSet::new();
    let mut places = vec![0; prompted.len()];
    loop {
        let mut lines = text_lines.to_owned();
        for ((symbol, options), place) in prompted.iter().zip(&places) {
            let name = model.symbol(*symbol).display_name();
            if let Some(value) = options[*place] {
                lines.push_str(&format!("CONFIG_{name}={value}\n"));
            }
        }
        let configuration = evaluated(model, &lines);
        let values = compared.iter();
        found.insert(
            values
                .map(|symbol| configuration.tristate(*symbol))
                .collect(),
        );
        let open = places
            .iter()
            .zip(&prompted)
            .position(|(place, (_, options))| place + 1 < options.len());
        let Some(open) = open else {
            return found;
        };
        places[..open].fill(0);
        places[open] += 1;
    }
}

/// What a user may say of a symbol; `None` among it is to say nothing. In a choice of
/// which not all members are open, the user picks one or leaves it to the default.
fn options(problem: &Problem<'_>, symbol: SymbolId) -> Option<&'static [Option<Tristate>]> {
    const N: Option<Tristate> = Some(Tristate::No);
    const M: Option<Tristate> = Some(Tristate::Module);
    const Y: Option<Tristate> = Some(Tristate::Yes);
    let model = problem.model();
    let declared = model.symbol(symbol);
    let mut properties = declared.properties.iter();
    let has_prompt = properties.any(|id| model.property(*id).text.is_some());
    if declared.is_choice || !has_prompt {
        return None;
    }
    let members = members(model, symbol);
    let all_open = members.iter().all(|member| problem.is_open(*member));
    Some(
        match (problem.is_open(symbol), members.is_empty(), declared.kind) {
            (true, _, SymbolType::Bool) if all_open => &[N, Y],
            (true, _, _) if all_open => &[N, M, Y],
            (true, ..) => &[None, Y],
            (false, true, _) => &[N],
            (false, false, _) => return None,
        },
    )
}

/// All members of the choice that `symbol` is a member of.
fn members(model: &Model, symbol: SymbolId) -> Vec<SymbolId> {
    let Some(choice) = model.choice_of(symbol) else {
        return Vec::new();
    };
    let below = model.descendants(choice);
    below.filter_map(|menu| model.menu(menu).symbol).collect()
}
