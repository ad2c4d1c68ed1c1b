// SPDX-License-Identifier: Apache-2.0
//! The actions of the grammar: the tree grows by one node or property at a time.

use std::rc::Rc;

use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::arena::Arena;
use crate::dialect::Dialect;
use crate::expression::{ExprId, Expression, Expressions};
use crate::model::{
    FileId, Menu, MenuId, Model, Property, PropertyId, PropertyKind, Symbol, SymbolId,
};
use crate::value::SymbolType;

/// About as many as an architecture of the kernel has.
const EXPECTED_SYMBOLS: usize = 20_000;

/// A model in the making, with the places where the next nodes go.
pub(crate) struct Builder {
    pub(crate) model: Model,
    /// The innermost menu, choice or `if` that is open.
    pub(crate) current_menu: MenuId,
    /// The entry whose options are being read.
    pub(crate) current_entry: MenuId,
    /// The choice that is open (since 6.11).
    pub(crate) current_choice: Option<MenuId>,
    /// The last child so far of each open menu.
    last_child: Option<MenuId>,
    /// How many are open; one whose end is missing stays so.
    pub(crate) open: u32,
    choices: FxHashMap<Rc<str>, SymbolId>,
    /// The symbol with the attribute `modules`.
    pub(crate) modules: Option<SymbolId>,
}

/// Where in the files the parser stands.
#[derive(Clone, Copy)]
pub(crate) struct Spot {
    pub(crate) file: FileId,
    pub(crate) line: u32,
}

impl Builder {
    pub(crate) fn new(dialect: &Dialect) -> Self {
        Self {
            model: empty_model(dialect),
            current_menu: MenuId::ROOT,
            current_entry: MenuId::ROOT,
            current_choice: None,
            last_child: None,
            open: 0,
            choices: FxHashMap::default(),
            modules: None,
        }
    }

    /// The symbol of that name, made when it is new (`sym_lookup(name, 0)`).
    pub(crate) fn symbol(&mut self, name: &str) -> SymbolId {
        if let Some(known) = self.model.find(name) {
            return known;
        }
        let name: Rc<str> = Rc::from(name);
        let id = self.model.symbols.push(Symbol::new(Some(Rc::clone(&name))));
        self.model.names.insert(name, id);
        id
    }

    /// The constant that a quoted string is (`sym_lookup(name, SYMBOL_CONST)`).
    pub(crate) fn constant(&mut self, text: &str) -> SymbolId {
        match text {
            "n" => return SymbolId::NO,
            "m" => return SymbolId::MODULE,
            "y" => return SymbolId::YES,
            _ => {}
        }
        if let Some(known) = self.model.constants.get(text) {
            return *known;
        }
        let text: Rc<str> = Rc::from(text);
        let symbol = Symbol {
            is_constant: true,
            ..Symbol::new(Some(Rc::clone(&text)))
        };
        let id = self.model.symbols.push(symbol);
        self.model.constants.insert(text, id);
        id
    }

    /// A choice; those of the same name are one.
    pub(crate) fn choice(&mut self, name: Option<String>) -> SymbolId {
        let name: Option<Rc<str>> = name.map(Rc::from);
        if let Some(known) = name.as_ref().and_then(|name| self.choices.get(name)) {
            return *known;
        }
        let symbol = Symbol {
            is_choice: true,
            ..Symbol::new(name.clone())
        };
        let id = self.model.symbols.push(symbol);
        if let Some(name) = name {
            self.choices.insert(name, id);
        }
        id
    }

    /// A node after the last one of the open menu (`menu_add_entry()`).
    pub(crate) fn add_entry(&mut self, symbol: Option<SymbolId>, spot: Spot) -> MenuId {
        let parent = self.current_menu;
        let id = self.model.menus.push(Menu {
            parent: Some(parent),
            symbol,
            ..blank_menu(spot)
        });
        match self.last_child {
            Some(last) => self.model.menus[last].next = Some(id),
            None => self.model.menus[parent].list = Some(id),
        }
        self.last_child = Some(id);
        self.current_entry = id;
        if let Some(symbol) = symbol {
            self.model.symbols[symbol].menus.push(id);
        }
        id
    }

    /// Entries to come are children of the current one (`menu_add_menu()`).
    pub(crate) fn open_menu(&mut self) -> MenuId {
        self.open += 1;
        self.last_child = None;
        self.current_menu = self.current_entry;
        self.current_menu
    }

    /// Entries to come follow the open menu (`menu_end_menu()`).
    pub(crate) fn close_menu(&mut self) {
        self.open = self.open.saturating_sub(1);
        self.last_child = Some(self.current_menu);
        self.current_menu = self.model.menus[self.current_menu]
            .parent
            .unwrap_or(MenuId::ROOT);
    }

    pub(crate) fn add_dependency(&mut self, condition: ExprId) {
        let entry = &mut self.model.menus[self.current_entry];
        entry.dependency = self
            .model
            .expressions
            .and(entry.dependency, Some(condition));
    }

    pub(crate) fn add_visibility(&mut self, condition: Option<ExprId>) {
        let entry = &mut self.model.menus[self.current_entry];
        entry.visibility = self.model.expressions.and(entry.visibility, condition);
    }

    /// A property of the current entry's symbol, if it has one (`menu_add_prop()`).
    pub(crate) fn add_property(
        &mut self,
        kind: PropertyKind,
        (expr, condition): (Option<ExprId>, Option<ExprId>),
        spot: Spot,
    ) -> PropertyId {
        let id = self.model.properties.push(Property {
            kind,
            text: None,
            condition,
            expr,
            menu: self.current_entry,
            file: spot.file,
            line: spot.line,
        });
        let entry = &mut self.model.menus[self.current_entry];
        entry.properties.push(id);
        if let Some(symbol) = entry.symbol {
            self.model.symbols[symbol].properties.push(id);
        }
        id
    }

    pub(crate) fn add_symbol_property(
        &mut self,
        kind: PropertyKind,
        (symbol, condition): (SymbolId, Option<ExprId>),
        spot: Spot,
    ) {
        let expr = self.model.expressions.symbol(symbol);
        self.add_property(kind, (Some(expr), condition), spot);
    }

    pub(crate) fn add_range(
        &mut self,
        (low, high): (SymbolId, SymbolId),
        condition: Option<ExprId>,
        spot: Spot,
    ) {
        let range = self.model.expressions.add(Expression::Range(low, high));
        self.add_property(PropertyKind::Range, (Some(range), condition), spot);
    }

    /// A prompt is also subject to the `visible if`s of the menus around it
    /// (`menu_add_prompt()`; the caller warns of blanks and of a second prompt).
    pub(crate) fn add_prompt(
        &mut self,
        kind: PropertyKind,
        (text, condition): (Rc<str>, Option<ExprId>),
        spot: Spot,
    ) {
        let id = self.add_property(kind, (None, condition), spot);
        if kind == PropertyKind::Prompt {
            self.add_outer_visibility(id);
        }
        self.model.properties[id].text = Some(text);
        let entry = &mut self.model.menus[self.current_entry];
        entry.prompt = Some(id);
        if let Some(symbol) = entry.symbol {
            self.model.symbols[symbol].prompts.push(id);
        }
    }

    fn add_outer_visibility(&mut self, prompt: PropertyId) {
        let mut menu = self.model.menus[self.current_entry].parent;
        while let Some(id) = menu {
            let outer = self.model.menus[id].visibility;
            let condition = self.model.properties[prompt].condition;
            if outer.is_some() {
                self.model.properties[prompt].condition =
                    self.model.expressions.and(condition, outer);
            }
            menu = self.model.menus[id].parent;
        }
    }

    pub(crate) fn current_symbol(&self) -> Option<SymbolId> {
        self.model.menus[self.current_entry].symbol
    }
}

fn blank_menu(spot: Spot) -> Menu {
    Menu {
        parent: None,
        next: None,
        list: None,
        symbol: None,
        prompt: None,
        properties: Vec::new(),
        visibility: None,
        dependency: None,
        help: None,
        members: Vec::new(),
        file: spot.file,
        line: spot.line,
    }
}

fn empty_model(dialect: &Dialect) -> Model {
    let mut symbols = Arena::default();
    for name in ["n", "m", "y"] {
        let kind = SymbolType::Tristate;
        symbols.push(Symbol {
            kind,
            is_constant: true,
            ..Symbol::new(Some(Rc::from(name)))
        });
    }
    let mut files: Arena<FileId, Rc<str>> = Arena::default();
    let file = files.push(Rc::from("<none>"));
    let mut menus = Arena::default();
    menus.push(blank_menu(Spot { file, line: 0 }));
    Model {
        symbols,
        menus,
        properties: Arena::default(),
        expressions: Expressions::default(),
        files,
        names: FxHashMap::with_capacity_and_hasher(EXPECTED_SYMBOLS, FxBuildHasher),
        constants: FxHashMap::default(),
        modules: SymbolId::NO,
        environment: Vec::new(),
        dialect: dialect.clone(),
        table_order: Vec::new(),
    }
}
