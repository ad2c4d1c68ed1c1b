// SPDX-License-Identifier: Apache-2.0
//! The help to a menu entry: its text, where its symbol is declared, what it depends on,
//! and who selects or implies it (scripts/kconfig/menu.c: `menu_get_ext_help()`).

use std::rc::Rc;

use kconfig::expression::equality::Equality;
use kconfig::expression::{ExprId, print};
use kconfig::{
    ChoiceRules, Configuration, MenuId, Model, Property, PropertyKind, SymbolId, SymbolType,
    Tristate, text,
};

/// The longest piece that the C tool adds at once (scripts/kconfig/util.c: `str_printf()`).
const LONGEST_PIECE: usize = 9999;

/// How many enclosing menus a location names at most.
const DEEPEST_LOCATION: usize = 8;

const NO_HELP: &str = "There is no help available for this option.";

/// The help to `menu`. Looking at values may calculate them.
pub(crate) fn page<'m>(
    configuration: &mut Configuration<'m>,
    equality: &mut Equality<'m>,
    menu: MenuId,
) -> String {
    let model = configuration.model();
    let node = model.menu(menu);
    let mut page = Page {
        configuration,
        equality,
        model,
        text: String::new(),
    };
    if node.help.is_some()
        && let Some(name) = node
            .symbol
            .and_then(|symbol| model.symbol(symbol).name.as_deref())
    {
        let prefix = Rc::clone(&page.configuration.prefix);
        page.add(&format!("{prefix}{name}:\n\n"));
    }
    page.add(&format!("{}\n", node.help.as_deref().unwrap_or(NO_HELP)));
    if let Some(symbol) = node.symbol {
        page.add_symbol(symbol);
    }
    page.text
}

/// A page being written.
struct Page<'a, 'm> {
    configuration: &'a mut Configuration<'m>,
    equality: &'a mut Equality<'m>,
    model: &'m Model,
    text: String,
}

impl Page<'_, '_> {
    /// A piece, cut where the C tool's buffer ends.
    fn add(&mut self, piece: &str) {
        let bytes = text::encode(piece);
        match bytes.get(..LONGEST_PIECE) {
            Some(cut) => self.text.push_str(&text::decode(cut)),
            None => self.text.push_str(piece),
        }
    }

    /// `get_symbol_str()`
    fn add_symbol(&mut self, symbol: SymbolId) {
        self.add_value(symbol);
        let declared = self.model.symbol(symbol);
        let (prompted, silent): (Vec<MenuId>, Vec<MenuId>) = declared
            .menus
            .iter()
            .partition(|menu| self.model.menu(**menu).prompt.is_some());
        for menu in prompted {
            self.add_place(menu);
            self.add_prompt(menu);
        }
        for menu in silent {
            self.add_place(menu);
            self.add_dependency("  Depends on: ", self.model.menu(menu).dependency);
        }
        self.add_properties(symbol, PropertyKind::Select, "Selects: ");
        self.add_sources(declared.reverse, "Selected");
        self.add_properties(symbol, PropertyKind::Imply, "Implies: ");
        self.add_sources(declared.implied, "Implied");
        self.text.push_str("\n\n");
    }

    fn add_value(&mut self, symbol: SymbolId) {
        let declared = self.model.symbol(symbol);
        let Some(name) = &declared.name else { return };
        let value = self.configuration.string_value(symbol);
        self.add(&format!("Symbol: {name} [={value}]\n"));
        self.add(&format!("Type  : {}\n", declared.kind.as_str()));
        if matches!(declared.kind, SymbolType::Int | SymbolType::Hex)
            && let Some(range) = self.configuration.range(symbol)
        {
            self.text.push_str("Range : ");
            self.add_expression(Some(range));
            self.text.push('\n');
        }
    }

    fn add_place(&mut self, menu: MenuId) {
        let node = self.model.menu(menu);
        self.add(&format!(
            "Defined at {}:{}\n",
            self.model.file(node.file),
            node.line
        ));
    }

    /// `get_prompt_str()`: a condition that differs from the dependencies is said apart.
    fn add_prompt(&mut self, menu: MenuId) {
        let node = self.model.menu(menu);
        let Some(prompt) = node.prompt.map(|prompt| self.model.property(prompt)) else {
            return;
        };
        self.add(&format!(
            "  Prompt: {}\n",
            prompt.text.as_deref().unwrap_or_default()
        ));
        self.add_dependency("  Depends on: ", node.dependency);
        if !self.equality.holds(node.dependency, prompt.condition) {
            self.add_dependency("  Visible if: ", prompt.condition);
        }
        self.add_location(menu);
    }

    /// The way from the top menu to the entry.
    fn add_location(&mut self, menu: MenuId) {
        let model = self.model;
        let way: Vec<MenuId> = std::iter::successors(Some(menu), |menu| model.menu(*menu).parent)
            .take_while(|menu| *menu != MenuId::ROOT)
            .take(DEEPEST_LOCATION)
            .collect();
        self.look_at(&way);
        self.text.push_str("  Location:\n");
        for (depth, menu) in way.into_iter().rev().enumerate() {
            let indent = " ".repeat(2 * depth + 4);
            let prompt = model.prompt(menu).map_or("(null)", |prompt| prompt);
            self.add(&format!("{indent}-> {prompt}"));
            if let Some(symbol) = model.menu(menu).symbol {
                let value = self.configuration.string_value(symbol);
                self.add(&format!(
                    " ({} [={value}])",
                    model.symbol(symbol).display_name()
                ));
            }
            self.text.push('\n');
        }
    }

    /// The C tool looks for the nearest entry that can be shown, older ones look at all;
    /// looking calculates values, and may mark a symbol as set.
    fn look_at(&mut self, way: &[MenuId]) {
        let stops = self.model.dialect().choice == ChoiceRules::Members;
        for menu in way {
            if self.configuration.is_visible(*menu) && stops {
                break;
            }
        }
    }

    fn add_dependency(&mut self, title: &str, dependency: Option<ExprId>) {
        if !self.model.expressions().is_yes(dependency) {
            self.text.push_str(title);
            self.add_expression(dependency);
            self.text.push('\n');
        }
    }

    fn add_properties(&mut self, symbol: SymbolId, kind: PropertyKind, title: &str) {
        let found: Vec<&Property> = self.model.properties_of(symbol, kind).collect();
        for (index, property) in found.iter().enumerate() {
            self.text.push_str(if index == 0 { title } else { " && " });
            self.add_expression(property.expr);
        }
        if !found.is_empty() {
            self.text.push('\n');
        }
    }

    /// Those that select or imply it, by the value they do it with.
    fn add_sources(&mut self, sources: Option<ExprId>, verb: &str) {
        for value in Tristate::ALL.into_iter().rev() {
            let title = format!("{verb} by [{value}]:\n");
            let lines = print::alternatives(self.configuration, sources, value, &title);
            self.text.push_str(&lines);
        }
    }

    fn add_expression(&mut self, expression: Option<ExprId>) {
        let printed = print::with_values(self.configuration, expression);
        self.text.push_str(&printed);
    }
}
