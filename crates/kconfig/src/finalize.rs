// SPDX-License-Identifier: Apache-2.0
//! From what was written to what it means: dependencies go down the menu tree,
//! selects become reverse dependencies, and symbols that depend on their
//! predecessor become its submenu (`menu_finalize()` in scripts/kconfig/menu.c).

use std::rc::Rc;

use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::dialect::{ChoiceRules, Simplifier};
use crate::expression::in_place::InPlace;
use crate::expression::shared::Shared;
use crate::expression::transform::{Transform, not_no, rewrite_module};
use crate::expression::{Connective, ExprId};
use crate::model::{MenuId, Model, PropertyId, PropertyKind, SymbolId};
use crate::value::SymbolType;

mod check;
mod choice;
mod memo;

use memo::Memo;

/// Finalises the whole tree and says what is odd about it.
pub(crate) fn finalize(model: &mut Model, diagnostics: &mut Vec<Diagnostic>) {
    let warned = vec![false; model.symbols.len()];
    Finalizer {
        model,
        diagnostics,
        warned,
        plain: Memo::default(),
        unique: Memo::default(),
        not_no: Memo::default(),
    }
    .menu(MenuId::ROOT, false);
}

struct Finalizer<'a> {
    model: &'a mut Model,
    diagnostics: &'a mut Vec<Diagnostic>,
    /// The symbols whose properties were looked at already.
    warned: Vec<bool>,
    /// What became of conditions as they were written.
    plain: Memo,
    /// What became of conditions when their duplicates were removed.
    unique: Memo,
    /// What became of prompts' conditions compared with n.
    not_no: Memo,
}

impl Finalizer<'_> {
    fn is_classic(&self) -> bool {
        self.model.dialect.choice == ChoiceRules::Mode
    }

    fn menu(&mut self, parent: MenuId, inside_choice: bool) {
        let symbol = self.model.menus[parent].symbol;
        let choice = symbol.filter(|symbol| self.model.symbols[*symbol].is_choice);
        if self.model.menus[parent].list.is_some() {
            self.propagate(parent, choice);
            let inside = choice.is_some() && !self.is_classic();
            self.each_child(parent, |this, child| this.menu(child, inside));
        } else if let Some(symbol) = symbol.filter(|_| !inside_choice) {
            self.submenu(parent, symbol);
            let dependency = self.model.menus[parent].dependency;
            let direct = self.model.symbols[symbol].direct;
            self.model.symbols[symbol].direct = self.model.expressions.or(direct, dependency);
        }
        self.each_child(parent, |this, child| {
            if this.is_classic()
                && let Some(choice) = choice
            {
                this.add_member(choice, child);
            }
            this.flatten(parent, child);
        });
        if let Some(symbol) = symbol {
            self.check_symbol(parent, symbol);
        }
        if self.is_classic() {
            self.hold_choice_up(parent);
        }
    }

    /// Calls `visit` for each child, following `next` as it is after the call.
    fn each_child(&mut self, parent: MenuId, mut visit: impl FnMut(&mut Self, MenuId)) {
        let mut child = self.model.menus[parent].list;
        while let Some(id) = child {
            visit(self, id);
            child = self.model.menus[id].next;
        }
    }

    /// The parent's dependencies become those of its children and their properties.
    fn propagate(&mut self, parent: MenuId, choice: Option<SymbolId>) {
        let mut inherited = self.model.menus[parent].dependency;
        if self.is_classic()
            && let Some(choice) = choice
        {
            self.settle_choice_type(parent, choice);
            inherited = Some(self.model.expressions.symbol(choice));
        }
        self.each_child(parent, |this, child| {
            let own = this.model.menus[child].dependency;
            let dependency = this.inherit(inherited, own);
            this.model.menus[child].dependency = dependency;
            for at in 0..this.model.menus[child].properties.len() {
                let property = this.model.menus[child].properties[at];
                this.propagate_to_property(child, property, dependency);
            }
        });
    }

    /// `outer && own`, plainly written.
    fn inherit(&mut self, outer: Option<ExprId>, own: Option<ExprId>) -> Option<ExprId> {
        let own = own.map(|own| self.plainly(own));
        let both = self.model.expressions.and(outer, own);
        both.map(|both| self.without_duplicates(both))
    }

    fn plainly(&mut self, own: ExprId) -> ExprId {
        if let Some(known) = self.plain.get(own) {
            return known;
        }
        let said = self.diagnostics.len();
        let rewritten = rewrite_module(&mut self.model.expressions, self.model.modules, own);
        let plain = self.transform(rewritten);
        // What is to be said of it is said at each place.
        if self.diagnostics.len() == said {
            self.plain.set(own, plain);
        }
        plain
    }

    fn propagate_to_property(&mut self, menu: MenuId, id: PropertyId, dependency: Option<ExprId>) {
        let own = self.model.properties[id].condition;
        let condition = self.inherit(dependency, own);
        self.model.properties[id].condition = condition;
        let kind = self.model.properties[id].kind;
        if !matches!(kind, PropertyKind::Select | PropertyKind::Imply) {
            return;
        }
        let (Some(target), Some(selector)) = (
            self.model.property_symbol(&self.model.properties[id]),
            self.model.menus[menu].symbol,
        ) else {
            return;
        };
        let expressions = &mut self.model.expressions;
        let selector = expressions.symbol(selector);
        let one = expressions.and(Some(selector), condition);
        let target = &mut self.model.symbols[target];
        let all = if kind == PropertyKind::Select {
            &mut target.reverse
        } else {
            &mut target.implied
        };
        *all = expressions.or(*all, one);
    }

    fn transform(&mut self, id: ExprId) -> ExprId {
        let mut odd = Vec::new();
        let transformed = Transform {
            simplifier: self.model.dialect.simplifier,
            expressions: &mut self.model.expressions,
            table: &self.model.symbols,
            odd: &mut odd,
        }
        .apply(id);
        for (symbol, forced) in odd {
            let name = self.model.symbols[symbol].display_name();
            let forced = self.model.symbols[forced].display_name();
            let text = format!("boolean symbol {name} tested for 'm'? test forced to '{forced}'");
            self.diagnostics
                .push(Diagnostic::general(Severity::Info, text));
        }
        transformed
    }

    fn without_duplicates(&mut self, id: ExprId) -> ExprId {
        if let Some(known) = self.unique.get(id) {
            return known;
        }
        let unique = self.remove_duplicates(id);
        self.unique.set(id, unique);
        unique
    }

    fn remove_duplicates(&mut self, id: ExprId) -> ExprId {
        let Model {
            expressions,
            symbols,
            dialect,
            ..
        } = &mut *self.model;
        match dialect.simplifier {
            Simplifier::InPlace => InPlace::new(expressions, symbols).without_duplicates(id),
            Simplifier::Shared => Shared::new(expressions, symbols).without_duplicates(id),
        }
    }

    fn without_common(&mut self, left: ExprId, right: ExprId) -> (ExprId, ExprId) {
        let Model {
            expressions,
            symbols,
            dialect,
            ..
        } = &mut *self.model;
        match dialect.simplifier {
            Simplifier::InPlace => InPlace::new(expressions, symbols).without_common(left, right),
            Simplifier::Shared => Shared::new(expressions, symbols).without_common(left, right),
        }
    }

    /// The entries after `parent` that depend on its symbol become its children.
    fn submenu(&mut self, parent: MenuId, symbol: SymbolId) {
        let mut last = None;
        let mut next = self.model.menus[parent].next;
        while let Some(menu) = next {
            if !self.belongs_below(parent, symbol, menu) {
                break;
            }
            self.menu(menu, false);
            self.model.menus[menu].parent = Some(parent);
            last = Some(menu);
            next = self.model.menus[menu].next;
        }
        if let Some(last) = last {
            self.model.menus[parent].list = self.model.menus[parent].next;
            self.model.menus[parent].next = self.model.menus[last].next;
            self.model.menus[last].next = None;
        }
    }

    fn prompt_condition(&self, menu: MenuId) -> Option<ExprId> {
        self.model.properties[self.model.menus[menu].prompt?].condition
    }

    fn plain_not_no(&mut self, condition: Option<ExprId>) -> ExprId {
        if let Some(known) = condition.and_then(|id| self.not_no.get(id)) {
            return known;
        }
        let said = self.diagnostics.len();
        let explicit = not_no(&mut self.model.expressions, condition);
        let plain = self.transform(explicit);
        let plain = self.without_duplicates(plain);
        if let Some(id) = condition
            && self.diagnostics.len() == said
        {
            self.not_no.set(id, plain);
        }
        plain
    }

    /// It depends on `symbol`, or on all that `symbol` depends on and more.
    fn belongs_below(&mut self, parent: MenuId, symbol: SymbolId, menu: MenuId) -> bool {
        let condition = match self.model.menus[menu].prompt {
            Some(_) => self.prompt_condition(menu),
            None => self.model.menus[menu].dependency,
        };
        if !self.model.expressions.contains(condition, symbol) {
            return false;
        }
        if self.model.expressions.depends_on(condition, symbol) {
            return true;
        }
        let base = self.plain_not_no(self.prompt_condition(parent));
        let condition = self.plain_not_no(condition);
        let (_, rest) = self.without_common(condition, base);
        self.model.expressions.is_yes(Some(rest))
    }

    /// The children of what has no prompt move up beside it.
    fn flatten(&mut self, parent: MenuId, menu: MenuId) {
        let Some(first) = self.model.menus[menu].list else {
            return;
        };
        if self.model.menus[menu].prompt.is_some() {
            return;
        }
        let mut last = first;
        loop {
            self.model.menus[last].parent = Some(parent);
            match self.model.menus[last].next {
                Some(next) => last = next,
                None => break,
            }
        }
        self.model.menus[last].next = self.model.menus[menu].next;
        self.model.menus[menu].next = Some(first);
        self.model.menus[menu].list = None;
    }

    // ---- messages

    fn menu_place(&self, menu: MenuId) -> Place {
        let menu = &self.model.menus[menu];
        Place {
            file: Rc::clone(&self.model.files[menu.file]),
            line: menu.line,
        }
    }

    fn warn_menu(&mut self, menu: MenuId, text: impl Into<String>) {
        let place = self.menu_place(menu);
        self.diagnostics
            .push(Diagnostic::new(Severity::Warning, place, text));
    }

    fn warn_property(&mut self, id: PropertyId, text: impl Into<String>) {
        let property = &self.model.properties[id];
        let file = Rc::clone(&self.model.files[property.file]);
        let place = Place {
            file,
            line: property.line,
        };
        self.diagnostics
            .push(Diagnostic::new(Severity::Warning, place, text));
    }

    fn set_type(&mut self, menu: MenuId, symbol: SymbolId, kind: SymbolType) {
        // How a condition is written plainly depends on the types in it.
        for memo in [&mut self.plain, &mut self.unique, &mut self.not_no] {
            memo.clear();
        }
        if let Err(text) = self.model.set_type(symbol, kind) {
            self.warn_menu(menu, text);
        }
    }

    fn conjoin(&mut self, left: ExprId, right: Option<ExprId>) -> ExprId {
        match right {
            Some(right) => self.model.expressions.join(Connective::And, left, right),
            None => left,
        }
    }
}
