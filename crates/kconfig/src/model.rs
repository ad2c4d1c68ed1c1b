// SPDX-License-Identifier: Apache-2.0
//! What a Kconfig tree declares: symbols, their properties, and the menu tree.
//!
//! A [`Model`] says what may be configured; values are a
//! [`crate::Configuration`]'s.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::arena::{Arena, Index, typed_index};
use crate::dialect::{ChoiceRules, Dialect};
use crate::expression::{ExprId, Expression, Expressions};
use crate::value::SymbolType;

typed_index! {
    /// A symbol of one [`Model`].
    SymbolId
}
typed_index! {
    /// A node of the menu tree of one [`Model`].
    MenuId
}
typed_index! {
    /// A property of one [`Model`].
    PropertyId
}
typed_index! {
    /// A Kconfig file of one [`Model`], in the order of first mention.
    FileId
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "independent attributes of a declaration"
)]
/// A name that can have a value: a configuration symbol, a choice, or a constant.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// `None` for a choice without a name.
    pub name: Option<Rc<str>>,
    pub kind: SymbolType,
    /// A quoted string, or one of `n`, `m`, `y`.
    pub is_constant: bool,
    pub is_choice: bool,
    /// A choice that may be without any member (`optional`, before 6.11).
    pub is_optional: bool,
    /// Read, used in defaults, never written (`transitional`, since 6.18).
    pub is_transitional: bool,
    /// In the order of declaration.
    pub properties: Vec<PropertyId>,
    /// Those of them that have a text, in the same order.
    pub prompts: Vec<PropertyId>,
    /// Every place in the menu tree where it is declared.
    pub menus: Vec<MenuId>,
    /// The dependencies of its places, any of which suffices.
    pub direct: Option<ExprId>,
    /// The conditions under which others select it.
    pub reverse: Option<ExprId>,
    /// The conditions under which others imply it.
    pub implied: Option<ExprId>,
    /// The members in the order of the menu, for a choice (before 6.11).
    pub members: Vec<SymbolId>,
    /// The choice it is a member of (before 6.11).
    pub member_of: Option<SymbolId>,
    /// It stands in the list of a choice's members (since 6.11).
    pub is_listed: bool,
}

/// What a property of a symbol states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PropertyKind {
    Prompt,
    Comment,
    /// The prompt of a menu or of a `menuconfig`.
    Menu,
    Default,
    Select,
    Imply,
    Range,
}

impl PropertyKind {
    /// The word that messages use (`prop_get_type_name()`).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::Comment => "comment",
            Self::Menu => "menu",
            Self::Default => "default",
            Self::Select => "select",
            Self::Imply => "imply",
            Self::Range => "range",
        }
    }
}

/// One line of a declaration.
#[derive(Clone, Debug)]
pub struct Property {
    pub kind: PropertyKind,
    /// The text of a prompt, menu or comment.
    pub text: Option<Rc<str>>,
    /// When it applies, the dependencies of its place included.
    pub condition: Option<ExprId>,
    /// What a default, select, imply or range names.
    pub expr: Option<ExprId>,
    pub menu: MenuId,
    pub file: FileId,
    pub line: u32,
}

/// A node of the menu tree: a symbol at one of its places, a choice, a menu, a comment.
#[derive(Clone, Debug)]
pub struct Menu {
    pub parent: Option<MenuId>,
    pub next: Option<MenuId>,
    /// The first child.
    pub list: Option<MenuId>,
    pub symbol: Option<SymbolId>,
    pub prompt: Option<PropertyId>,
    /// What is declared at this place, in order.
    pub properties: Vec<PropertyId>,
    /// `visible if`
    pub visibility: Option<ExprId>,
    /// `depends on` and enclosing `if`s and menus.
    pub dependency: Option<ExprId>,
    pub help: Option<Rc<str>>,
    /// The members of a choice as listed (since 6.11).
    pub members: Vec<SymbolId>,
    pub file: FileId,
    pub line: u32,
}

/// The symbols alone, which simplification looks at while menus change.
pub(crate) type SymbolTable = Arena<SymbolId, Symbol>;

/// A parsed and finalised Kconfig tree.
#[derive(Clone, Debug)]
pub struct Model {
    pub(crate) symbols: SymbolTable,
    pub(crate) menus: Arena<MenuId, Menu>,
    pub(crate) properties: Arena<PropertyId, Property>,
    pub(crate) expressions: Expressions,
    pub(crate) files: Arena<FileId, Rc<str>>,
    pub(crate) names: FxHashMap<Rc<str>, SymbolId>,
    pub(crate) constants: FxHashMap<Rc<str>, SymbolId>,
    pub(crate) modules: SymbolId,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) dialect: Dialect,
    pub(crate) table_order: Vec<SymbolId>,
}

impl SymbolId {
    pub const NO: Self = Self::numbered(1);
    pub const MODULE: Self = Self::numbered(2);
    pub const YES: Self = Self::numbered(3);
}

impl MenuId {
    pub const ROOT: Self = Self::numbered(1);
}

impl Symbol {
    pub(crate) fn new(name: Option<Rc<str>>) -> Self {
        Self {
            name,
            kind: SymbolType::Unknown,
            is_constant: false,
            is_choice: false,
            is_optional: false,
            is_transitional: false,
            properties: Vec::new(),
            prompts: Vec::new(),
            menus: Vec::new(),
            direct: None,
            reverse: None,
            implied: None,
            members: Vec::new(),
            member_of: None,
            is_listed: false,
        }
    }

    /// The name as messages give it.
    pub fn display_name(&self) -> &str {
        self.name.as_deref().unwrap_or("<choice>")
    }

    /// Whether it is a member of a choice (`sym_is_choice_value()`).
    pub fn is_member(&self) -> bool {
        self.member_of.is_some() || self.is_listed
    }
}

impl Model {
    pub fn symbol(&self, id: SymbolId) -> &Symbol {
        &self.symbols[id]
    }

    pub fn symbols(&self) -> impl DoubleEndedIterator<Item = (SymbolId, &Symbol)> {
        self.symbols.iter()
    }

    pub fn menu(&self, id: MenuId) -> &Menu {
        &self.menus[id]
    }

    pub fn property(&self, id: PropertyId) -> &Property {
        &self.properties[id]
    }

    pub fn expressions(&self) -> &Expressions {
        &self.expressions
    }

    pub fn dialect(&self) -> &Dialect {
        &self.dialect
    }

    /// The symbol that enables modules; the constant `n` when the tree has none.
    pub fn modules(&self) -> SymbolId {
        self.modules
    }

    /// The name of a Kconfig file as its `source` line gives it.
    pub fn file(&self, id: FileId) -> &Rc<str> {
        &self.files[id]
    }

    /// Every file read, in the order of first mention.
    pub fn files(&self) -> impl DoubleEndedIterator<Item = &Rc<str>> {
        self.files.iter().map(|(_, name)| name)
    }

    /// The environment variables that had a say, in the order of first use.
    pub fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    /// Every symbol in the order of the C tool's symbol table, in which it
    /// writes `auto.conf` and evaluates (`for_all_symbols`).
    pub fn table_order(&self) -> &[SymbolId] {
        &self.table_order
    }

    /// The symbol of that name; `n`, `m` and `y` are the constants (`sym_find()`).
    pub fn find(&self, name: &str) -> Option<SymbolId> {
        match name {
            "n" => Some(SymbolId::NO),
            "m" => Some(SymbolId::MODULE),
            "y" => Some(SymbolId::YES),
            _ => self.names.get(name).copied(),
        }
    }

    /// The children of a menu in order.
    pub fn children(&self, menu: MenuId) -> impl Iterator<Item = MenuId> + '_ {
        std::iter::successors(self.menus[menu].list, |id| self.menus[*id].next)
    }

    /// The properties of one kind, with their ids.
    pub fn properties_of(
        &self,
        symbol: SymbolId,
        kind: PropertyKind,
    ) -> impl Iterator<Item = &Property> + '_ {
        let all = self.symbols[symbol].properties.iter();
        all.map(|id| &self.properties[*id])
            .filter(move |property| property.kind == kind)
    }

    /// The symbol a property names, when it names just one (`prop_get_symbol()`).
    pub fn property_symbol(&self, property: &Property) -> Option<SymbolId> {
        match self.expressions.get(property.expr?) {
            Expression::Symbol(symbol) => Some(symbol),
            _ => None,
        }
    }

    /// The text of a menu's prompt, or else the name of its symbol (`menu_get_prompt()`).
    pub fn prompt(&self, menu: MenuId) -> Option<&Rc<str>> {
        let node = &self.menus[menu];
        match node.prompt {
            Some(prompt) => self.properties[prompt].text.as_ref(),
            None => self.symbols[node.symbol?].name.as_ref(),
        }
    }

    /// The menu after `menu` in depth-first order, the children first; `None`
    /// after the last one below `root` (`menu_next()`).
    pub fn following(&self, menu: MenuId, root: MenuId) -> Option<MenuId> {
        if let Some(child) = self.menus[menu].list {
            return Some(child);
        }
        let mut menu = menu;
        while menu != root {
            if let Some(next) = self.menus[menu].next {
                return Some(next);
            }
            menu = self.menus[menu].parent?;
        }
        None
    }

    /// All menus below `root` in depth-first order, `root` left out.
    pub fn descendants(&self, root: MenuId) -> impl Iterator<Item = MenuId> + '_ {
        std::iter::successors(self.following(root, root), move |menu| {
            self.following(*menu, root)
        })
    }

    /// The choice that `symbol` is a member of, as the place of the choice.
    pub fn choice_of(&self, symbol: SymbolId) -> Option<MenuId> {
        match self.dialect.choice {
            ChoiceRules::Mode => self.symbols[self.symbols[symbol].member_of?]
                .menus
                .first()
                .copied(),
            ChoiceRules::Members => self.enclosing_choice(symbol),
        }
    }

    /// The choice around the first place of `symbol` that has a prompt
    /// (`sym_get_choice_menu()`).
    fn enclosing_choice(&self, symbol: SymbolId) -> Option<MenuId> {
        let places = self.symbols[symbol].menus.iter();
        let mut menu = *places
            .into_iter()
            .find(|menu| self.menus[**menu].prompt.is_some())?;
        loop {
            menu = self.menus[menu].parent?;
            if let Some(symbol) = self.menus[menu].symbol {
                return self.symbols[symbol].is_choice.then_some(menu);
            }
        }
    }

    /// Gives a symbol its type; a second, other one is refused with the
    /// text of the warning (`menu_set_type()`).
    pub(crate) fn set_type(&mut self, id: SymbolId, kind: SymbolType) -> Result<(), String> {
        let symbol = &mut self.symbols[id];
        if symbol.kind == SymbolType::Unknown {
            symbol.kind = kind;
        }
        if symbol.kind == kind {
            return Ok(());
        }
        let (name, old, new) = (symbol.display_name(), symbol.kind.as_str(), kind.as_str());
        Err(format!(
            "ignoring type redefinition of '{name}' from '{old}' to '{new}'"
        ))
    }

    /// The buckets of the C tool's hash table, each with the latest symbol first
    /// (`sym_lookup()`; the hash is FNV-1a of the name, 0 for a choice).
    pub(crate) fn order_table(&mut self) {
        let buckets = self.dialect.symbol_buckets.max(1);
        let mut order: Vec<(u32, SymbolId)> = self
            .symbols
            .iter()
            .filter(|(id, _)| id.to_usize() > SymbolId::YES.to_usize())
            .map(|(id, symbol)| (bucket(symbol.name.as_deref()) % buckets, id))
            .collect();
        order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
        self.table_order = order.into_iter().map(|(_, id)| id).collect();
    }
}

fn bucket(name: Option<&str>) -> u32 {
    let Some(name) = name else { return 0 };
    crate::text::encode(name)
        .iter()
        .fold(0x811c_9dc5, |hash: u32, byte| {
            // The C tool hashes plain chars, which are signed on its hosts.
            let extended = i32::from(byte.cast_signed()).cast_unsigned();
            (hash ^ extended).wrapping_mul(0x0100_0193)
        })
}
