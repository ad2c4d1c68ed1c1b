// SPDX-License-Identifier: Apache-2.0
//! From the root file to a model (`conf_parse()` in scripts/kconfig/parser.y).

use std::rc::Rc;

use crate::cycle::CycleCheck;
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::dialect::{ChoiceRules, Dialect};
use crate::finalize::finalize;
use crate::host::Host;
use crate::model::{MenuId, Model, Property, PropertyKind, SymbolId};
use crate::parser::parse;

/// A model with all that was said about it.
#[derive(Clone, Debug)]
pub struct Loaded {
    pub model: Model,
    /// In the order of discovery.
    pub diagnostics: Vec<Diagnostic>,
    /// How many diagnostics the C tool prints before it gives up with exit code
    /// 1; `None` for a tree that it accepts.
    pub stopped_at: Option<usize>,
}

impl Loaded {
    /// Whether the C tool would go on to evaluate the model.
    pub fn is_valid(&self) -> bool {
        self.stopped_at.is_none()
    }
}

/// Reads the tree below the file `root`. A model is given in any case; how far it
/// can be trusted say the diagnostics.
pub fn load(host: &dyn Host, dialect: &Dialect, root: &str) -> Loaded {
    let tree = parse(host, dialect, root);
    let mut loaded = Loaded {
        model: tree.model,
        diagnostics: tree.diagnostics,
        stopped_at: None,
    };
    stop_if(&mut loaded, tree.failed);
    give_root_prompt(&mut loaded.model);
    finalize(&mut loaded.model, &mut loaded.diagnostics);
    loaded.model.order_table();
    let failed = check(&loaded.model, &mut loaded.diagnostics);
    stop_if(&mut loaded, failed);
    loaded
}

fn stop_if(loaded: &mut Loaded, failed: bool) {
    if failed && loaded.stopped_at.is_none() {
        loaded.stopped_at = Some(loaded.diagnostics.len());
    }
}

fn give_root_prompt(model: &mut Model) {
    if model.menus[MenuId::ROOT].prompt.is_some() {
        return;
    }
    let file = model.menus[MenuId::ROOT].file;
    let prompt = model.properties.push(Property {
        kind: PropertyKind::Menu,
        text: Some(Rc::from("Main menu")),
        condition: None,
        expr: None,
        menu: MenuId::ROOT,
        file,
        line: 0,
    });
    model.menus[MenuId::ROOT].prompt = Some(prompt);
}

/// Cycles, and what choices and transitional symbols must not have.
fn check(model: &Model, diagnostics: &mut Vec<Diagnostic>) -> bool {
    let before = diagnostics.len();
    match model.dialect.choice {
        ChoiceRules::Mode => check_cycles(model, diagnostics),
        ChoiceRules::Members => check_entries(model, diagnostics),
    }
    diagnostics.len() > before
}

fn check_cycles(model: &Model, diagnostics: &mut Vec<Diagnostic>) {
    let mut cycles = CycleCheck::new(model);
    for symbol in model.table_order() {
        cycles.check(*symbol);
    }
    diagnostics.append(&mut cycles.take_diagnostics());
}

fn check_entries(model: &Model, diagnostics: &mut Vec<Diagnostic>) {
    let mut cycles = CycleCheck::new(model);
    for menu in model.descendants(MenuId::ROOT) {
        let Some(symbol) = model.menu(menu).symbol else {
            continue;
        };
        cycles.check(symbol);
        diagnostics.append(&mut cycles.take_diagnostics());
        if model.symbol(symbol).is_transitional {
            check_transitional(model, menu, symbol, diagnostics);
        }
        if model.symbol(symbol).is_choice {
            check_choice(model, menu, diagnostics);
        }
    }
}

/// A transitional symbol has a type and perhaps a help text, nothing else
/// (`transitional_check_sanity()`).
fn check_transitional(
    model: &Model,
    menu: MenuId,
    symbol: SymbolId,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let text = "error: transitional symbols can only have help sections";
    let node = model.menu(menu);
    let bound = [node.dependency, node.visibility];
    if bound
        .iter()
        .any(|condition| !model.expressions.is_yes(*condition))
    {
        let place = Place {
            file: Rc::clone(model.file(node.file)),
            line: node.line,
        };
        diagnostics.push(Diagnostic::new(Severity::Error, place, text));
    } else if let Some(first) = model.symbol(symbol).properties.first() {
        let place = property_place(model, model.property(*first));
        diagnostics.push(Diagnostic::new(Severity::Error, place, text));
    }
}

/// Members have no defaults and no prompt elsewhere (`choice_check_sanity()`).
fn check_choice(model: &Model, choice: MenuId, diagnostics: &mut Vec<Diagnostic>) {
    for menu in model.descendants(choice) {
        let Some(symbol) = model.menu(menu).symbol else {
            continue;
        };
        for id in &model.symbol(symbol).properties {
            let property = model.property(*id);
            let outside = property.menu != menu
                && property.kind == PropertyKind::Prompt
                && model.menu(property.menu).parent != model.menu(menu).parent;
            let text = match property.kind {
                PropertyKind::Default => "error: defaults for choice values not supported",
                _ if outside => "error: choice value has a prompt outside its choice group",
                _ => continue,
            };
            diagnostics.push(Diagnostic::new(
                Severity::Error,
                property_place(model, property),
                text,
            ));
        }
    }
}

fn property_place(model: &Model, property: &Property) -> Place {
    Place {
        file: Rc::clone(model.file(property.file)),
        line: property.line,
    }
}
