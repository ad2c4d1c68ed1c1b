// SPDX-License-Identifier: Apache-2.0
//! Rules in the words of Kconfig.

use kconfig::expression::{ExprId, print};
use kconfig::{FileId, MenuId, Model, PropertyKind, SymbolId, Tristate};

use super::rulebook::Fact;
use crate::encode::{Rule, RuleKind};

/// More names than this are counted, not listed.
const MOST_NAMES: usize = 6;

/// What the rule says, and where.
pub(super) fn rule(model: &Model, rule: Rule) -> String {
    let name = model.symbol(rule.symbol).display_name();
    match rule.kind {
        RuleKind::Dependency => dependency(model, rule.symbol),
        RuleKind::Select(id) => {
            let property = model.property(id);
            let selector = model.menu(property.menu).symbol;
            let selector = selector.map_or("?", |it| model.symbol(it).display_name());
            let condition = condition(model, property.condition);
            let place = place(model, (property.file, property.line));
            format!("{selector} selects {name}{condition} ({place})")
        }
        RuleKind::Default => default(model, rule.symbol),
        RuleKind::Choice => choice(model, rule.symbol),
        RuleKind::Modules => format!("without modules, {name} is y where it would be m"),
        RuleKind::Kept => {
            let place = symbol_place(model, rule.symbol);
            format!("{name} is n in the baseline, and nobody may switch it on ({place})")
        }
    }
}

impl Fact {
    pub fn words(&self, model: &Model) -> String {
        let name = |symbol: &SymbolId| model.symbol(*symbol).display_name().to_owned();
        match self {
            Self::AtLeast(symbol, Tristate::Yes) => format!("{} is y", name(symbol)),
            Self::AtLeast(symbol, _) => format!("{} is on", name(symbol)),
            Self::AtMost(symbol, Tristate::No) => format!("{} is off", name(symbol)),
            Self::AtMost(symbol, _) => format!("{} is not y", name(symbol)),
        }
    }
}

fn dependency(model: &Model, symbol: SymbolId) -> String {
    let declared = model.symbol(symbol);
    let name = declared.display_name();
    let place = symbol_place(model, symbol);
    if declared.is_member() {
        return member(model, symbol, &place);
    }
    let properties = || declared.properties.iter().map(|id| model.property(*id));
    let mut ways: Vec<String> = Vec::new();
    for prompt in properties().filter(|property| property.text.is_some()) {
        ways.push(format!(
            "its prompt is shown{}",
            condition(model, prompt.condition)
        ));
    }
    let selectors = selectors(model, symbol);
    if !selectors.is_empty() {
        ways.push(format!("it is selected by {}", listed(&selectors)));
    }
    for default in properties().filter(|property| property.kind == PropertyKind::Default) {
        let value = print::plain(model, default.expr);
        ways.push(format!(
            "its default is {value}{}",
            condition(model, default.condition)
        ));
    }
    if let Some(implied) = declared.implied {
        ways.push(format!(
            "it is implied by {}",
            print::plain(model, Some(implied))
        ));
    }
    if ways.is_empty() {
        return format!("nothing can switch {name} on ({place})");
    }
    format!("{name} is on only where {} ({place})", ways.join(", or "))
}

fn member(model: &Model, symbol: SymbolId, place: &str) -> String {
    let declared = model.symbol(symbol);
    let mut prompts = declared.properties.iter().map(|id| model.property(*id));
    let prompt = prompts.find(|property| property.text.is_some());
    let condition = condition(model, prompt.and_then(|prompt| prompt.condition));
    let name = declared.display_name();
    format!("{name} is y where its choice takes it, which it may{condition} ({place})")
}

/// Those that select `symbol`, by their names.
fn selectors(model: &Model, symbol: SymbolId) -> Vec<&str> {
    let Some(reverse) = model.symbol(symbol).reverse else {
        return Vec::new();
    };
    let mut names: Vec<&str> = Vec::new();
    for (_, other) in model.symbols() {
        let mut properties = other.properties.iter().map(|id| model.property(*id));
        let selects = properties.any(|property| {
            property.kind == PropertyKind::Select && model.property_symbol(property) == Some(symbol)
        });
        if selects {
            names.push(other.display_name());
        }
    }
    if names.is_empty() {
        names.extend(
            model
                .expressions()
                .symbols(reverse)
                .first()
                .map(|first| model.symbol(*first).display_name()),
        );
    }
    names
}

fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [some @ .., last] if names.len() <= MOST_NAMES => {
            format!("{} or {last}", some.join(", "))
        }
        _ => {
            let rest = names.len() - MOST_NAMES;
            format!("{} or one of {rest} others", names[..MOST_NAMES].join(", "))
        }
    }
}

fn default(model: &Model, symbol: SymbolId) -> String {
    let declared = model.symbol(symbol);
    let name = declared.display_name();
    let mut ways = Vec::new();
    for property in model.properties_of(symbol, PropertyKind::Default) {
        let value = print::plain(model, property.expr);
        let condition = condition(model, property.condition);
        let place = place(model, (property.file, property.line));
        ways.push(format!("its default is {value}{condition} ({place})"));
    }
    if let Some(implied) = declared.implied {
        ways.push(format!(
            "it is implied by {}",
            print::plain(model, Some(implied))
        ));
    }
    format!(
        "where no prompt is shown for {name}, {}",
        ways.join(", else ")
    )
}

fn choice(model: &Model, symbol: SymbolId) -> String {
    let menu = model.symbol(symbol).menus.first().copied();
    let title = menu.and_then(|menu| model.prompt(menu));
    let title = title.map_or("without a prompt", |title| title);
    let members: Vec<&str> = menu
        .into_iter()
        .flat_map(|menu| model.children(menu))
        .filter_map(|menu| model.menu(menu).symbol)
        .map(|member| model.symbol(member).display_name())
        .collect();
    let place = symbol_place(model, symbol);
    format!(
        "of the choice \"{title}\", one is y: {} ({place})",
        listed(&members)
    )
}

fn condition(model: &Model, condition: Option<ExprId>) -> String {
    if model.expressions().is_yes(condition) {
        return String::new();
    }
    format!(" if {}", print::plain(model, condition))
}

fn symbol_place(model: &Model, symbol: SymbolId) -> String {
    let menus = &model.symbol(symbol).menus;
    let menu = menus.first().map_or(MenuId::ROOT, |menu| *menu);
    let menu = model.menu(menu);
    place(model, (menu.file, menu.line))
}

fn place(model: &Model, (file, line): (FileId, u32)) -> String {
    format!("{}:{line}", model.file(file))
}
