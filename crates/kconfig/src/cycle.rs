// SPDX-License-Identifier: Apache-2.0
//! Symbols must not depend on themselves (`sym_check_deps()` in scripts/kconfig/symbol.c).

use std::fmt::Write as _;
use std::rc::Rc;

use crate::arena::{Arena, Index};
use crate::diagnostic::{Diagnostic, Severity};
use crate::dialect::ChoiceRules;
use crate::expression::{ExprId, Expression};
use crate::model::{MenuId, Model, PropertyId, PropertyKind, SymbolId};

/// What led from a symbol to the next one on the path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Via {
    Choice,
    Direct,
    Reverse,
    Implied,
    Condition(PropertyId),
    Value(PropertyId),
}

#[derive(Clone, Copy)]
struct Step {
    symbol: SymbolId,
    via: Via,
}

#[derive(Clone, Copy, Default)]
struct State {
    under_way: bool,
    done: bool,
}

/// The cycles of one model, each reported once.
pub(crate) struct CycleCheck<'a> {
    model: &'a Model,
    state: Arena<SymbolId, State>,
    /// The expressions in which every symbol was looked at to its end: nothing can be
    /// found in them any more.
    done: Vec<bool>,
    path: Vec<Step>,
    /// What is still to be visited of the expressions under way.
    waiting: Vec<ExprId>,
    diagnostics: Vec<Diagnostic>,
}

const ADVICE: &str = "For a resolution refer to Documentation/kbuild/kconfig-language.rst\n\
                      subsection \"Kconfig recursive dependency limitations\"\n";

impl<'a> CycleCheck<'a> {
    pub(crate) fn new(model: &'a Model) -> Self {
        let state = Arena::parallel(&model.symbols, |_| State::default());
        Self {
            model,
            state,
            done: vec![false; model.expressions.len()],
            path: Vec::new(),
            waiting: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    /// Looks at `symbol` and all it depends on; true when there is a cycle.
    pub(crate) fn check(&mut self, symbol: SymbolId) -> bool {
        self.visit(symbol).is_some()
    }

    /// What was reported since the last call.
    pub(crate) fn take_diagnostics(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.diagnostics)
    }

    /// The symbol that closes a cycle, if one was met.
    fn visit(&mut self, symbol: SymbolId) -> Option<SymbolId> {
        if self.state[symbol].under_way {
            self.report(symbol);
            return Some(symbol);
        }
        if self.state[symbol].done {
            return None;
        }
        if let Some(choice) = self.choice_around(symbol) {
            self.path.push(Step {
                symbol,
                via: Via::Choice,
            });
            let found = self.visit(choice);
            self.path.pop();
            return found;
        }
        if self.model.symbol(symbol).is_choice {
            return self.visit_choice(symbol);
        }
        self.state[symbol] = State {
            under_way: true,
            done: true,
        };
        let found = self.visit_properties(symbol);
        self.state[symbol].under_way = false;
        found
    }

    fn visit_properties(&mut self, symbol: SymbolId) -> Option<SymbolId> {
        let model = self.model;
        let declared = model.symbol(symbol);
        self.path.push(Step {
            symbol,
            via: Via::Choice,
        });
        let whole = [
            (Via::Direct, declared.direct),
            (Via::Reverse, declared.reverse),
            (Via::Implied, declared.implied),
        ];
        let mut found = whole
            .into_iter()
            .find_map(|(via, expr)| self.visit_via(via, expr));
        found = found.or_else(|| self.visit_places(symbol));
        for id in &declared.properties {
            found = found.or_else(|| self.visit_property(symbol, *id));
        }
        self.path.pop();
        found
    }

    /// What a choice depends on stands at its places only (its property `P_SYMBOL`,
    /// before 6.11); of other symbols it is the direct dependency.
    fn visit_places(&mut self, symbol: SymbolId) -> Option<SymbolId> {
        let model = self.model;
        let declared = model.symbol(symbol);
        if model.dialect.choice != ChoiceRules::Mode || !declared.is_choice {
            return None;
        }
        let places = declared.menus.iter();
        let mut conditions = places.map(|menu| model.menu(*menu).dependency);
        conditions.find_map(|condition| self.visit_via(Via::Choice, condition))
    }

    fn visit_property(&mut self, symbol: SymbolId, id: PropertyId) -> Option<SymbolId> {
        let property = self.model.property(id);
        if matches!(property.kind, PropertyKind::Select | PropertyKind::Imply) {
            return None;
        }
        let found = self.visit_via(Via::Condition(id), property.condition);
        let has_value =
            property.kind == PropertyKind::Default && !self.model.symbol(symbol).is_choice;
        if found.is_some() || !has_value {
            return found;
        }
        self.visit_via(Via::Value(id), property.expr)
    }

    fn visit_via(&mut self, via: Via, expr: Option<ExprId>) -> Option<SymbolId> {
        if let Some(step) = self.path.last_mut() {
            step.via = via;
        }
        let id = expr?;
        if self.done[id.to_usize()] {
            return None;
        }
        let found = self.visit_expression(id);
        self.done[id.to_usize()] = found.is_none();
        found
    }

    /// The symbols in an expression from left to right, until one closes a cycle.
    fn visit_expression(&mut self, id: ExprId) -> Option<SymbolId> {
        let outer = self.waiting.len();
        self.waiting.push(id);
        while self.waiting.len() > outer
            && let Some(id) = self.waiting.pop()
        {
            let found = match self.model.expressions.get(id) {
                Expression::Join(_, left, right) => {
                    self.waiting.extend([right, left]);
                    continue;
                }
                Expression::Not(operand) => {
                    self.waiting.push(operand);
                    continue;
                }
                Expression::Compare(_, left, right) => {
                    self.visit(left).or_else(|| self.visit(right))
                }
                Expression::Symbol(symbol) => self.visit(symbol),
                Expression::Range(..) => None,
            };
            if found.is_some() {
                self.waiting.truncate(outer);
                return found;
            }
        }
        None
    }

    /// A choice and its members are looked at together.
    fn visit_choice(&mut self, choice: SymbolId) -> Option<SymbolId> {
        let members = self.members(choice);
        self.path.push(Step {
            symbol: choice,
            via: Via::Choice,
        });
        for member in &members {
            self.state[*member] = State {
                under_way: true,
                done: true,
            };
        }
        self.state[choice] = State {
            under_way: true,
            done: true,
        };
        let mut found = self.visit_properties(choice);
        self.state[choice].under_way = false;
        for member in &members {
            found = found.or_else(|| self.visit_properties(*member));
        }
        for member in &members {
            self.state[*member].under_way = false;
        }
        self.path.pop();
        let inside = |symbol: &SymbolId| self.choice_around(*symbol) == Some(choice);
        if found.as_ref().is_some_and(inside) {
            Some(choice)
        } else {
            found
        }
    }

    fn members(&self, choice: SymbolId) -> Vec<SymbolId> {
        match self.model.dialect.choice {
            ChoiceRules::Mode => self.model.symbol(choice).members.clone(),
            ChoiceRules::Members => {
                let Some(menu) = self.model.symbol(choice).menus.first() else {
                    return Vec::new();
                };
                let below = self.model.descendants(*menu);
                below
                    .filter_map(|menu| self.model.menu(menu).symbol)
                    .collect()
            }
        }
    }

    fn choice_around(&self, symbol: SymbolId) -> Option<SymbolId> {
        match self.model.dialect.choice {
            ChoiceRules::Mode => self.model.symbol(symbol).member_of,
            ChoiceRules::Members => self.model.menu(self.model.choice_of(symbol)?).symbol,
        }
    }

    // ---- the message (`sym_check_print_recursive()`)

    fn report(&mut self, last: SymbolId) {
        let mut path = self.path.clone();
        let mut last = last;
        if let Some(choice) = self.choice_around(last) {
            path.push(Step {
                symbol: last,
                via: Via::Choice,
            });
            last = choice;
        }
        let Some(start) = path.iter().rposition(|step| step.symbol == last) else {
            let text = "unexpected recursive dependency error";
            self.diagnostics
                .push(Diagnostic::general(Severity::Error, text));
            return;
        };
        let mut text = String::new();
        for at in start..path.len() {
            let next = path.get(at + 1).map_or(last, |step| step.symbol);
            let line = match self.model.dialect.choice {
                ChoiceRules::Mode => self.classic_line(path[at], next, last),
                ChoiceRules::Members => self.line(path[at], next, last),
            };
            text.push_str(&line);
        }
        text.push_str(ADVICE);
        self.diagnostics
            .push(Diagnostic::general(Severity::Error, text));
    }

    fn line(&self, step: Step, next: SymbolId, last: SymbolId) -> String {
        let mut line = String::new();
        if step.symbol == last {
            line.push_str("error: recursive dependency detected!\n");
        }
        let name = self.model.symbol(step.symbol).display_name();
        let follower = self.model.symbol(next);
        if follower.is_choice
            && let Some(menu) = follower.menus.first()
        {
            let place = self.menu_place(*menu);
            let _ = writeln!(line, "\tsymbol {name} is part of choice block at {place}");
            return line;
        }
        let reason = self.reason(step.via, follower.display_name());
        let _ = writeln!(line, "\tsymbol {name} {reason}");
        line
    }

    fn reason(&self, via: Via, next: &str) -> String {
        let kind = |id: PropertyId| self.model.property(id).kind.as_str();
        match via {
            Via::Direct => format!("depends on {next}"),
            Via::Reverse => format!("is selected by {next}"),
            Via::Implied => format!("is implied by {next}"),
            Via::Value(id) => format!("{} value contains {next}", kind(id)),
            Via::Condition(id) => format!("{} is visible depending on {next}", kind(id)),
            Via::Choice => format!("unknown is visible depending on {next}"),
        }
    }

    fn classic_line(&self, step: Step, next: SymbolId, last: SymbolId) -> String {
        let symbol = self.model.symbol(step.symbol);
        let together = symbol.is_choice || symbol.member_of.is_some();
        let place = match step.via {
            Via::Condition(id) | Via::Value(id) if !together => self.property_place(id),
            _ => symbol
                .menus
                .first()
                .map_or_else(String::new, |menu| self.menu_place(*menu)),
        };
        let mut line = String::new();
        if step.symbol == last {
            let _ = writeln!(line, "{place}:error: recursive dependency detected!");
        }
        let name = symbol.display_name();
        let next = self.model.symbol(next).display_name();
        let _ = if symbol.is_choice {
            writeln!(line, "{place}:\tchoice {name} contains symbol {next}")
        } else if symbol.member_of.is_some() {
            writeln!(line, "{place}:\tsymbol {name} is part of choice {next}")
        } else {
            writeln!(
                line,
                "{place}:\tsymbol {name} {}",
                self.reason(step.via, next)
            )
        };
        line
    }

    fn menu_place(&self, menu: MenuId) -> String {
        let menu = self.model.menu(menu);
        let file: &Rc<str> = self.model.file(menu.file);
        format!("{file}:{}", menu.line)
    }

    fn property_place(&self, id: PropertyId) -> String {
        let property = self.model.property(id);
        format!("{}:{}", self.model.file(property.file), property.line)
    }
}
