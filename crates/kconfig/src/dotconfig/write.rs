// SPDX-License-Identifier: Apache-2.0
//! The `.config` file (`conf_write()`).

use std::fmt::Write as _;

use super::quoted;
use crate::arena::Arena;
use crate::configuration::Configuration;
use crate::model::{MenuId, PropertyKind, SymbolId};
use crate::value::{SymbolType, Tristate};

/// The text of `.config`: a comment for each visible menu, a line for each symbol
/// that is to be written, in the order of the menu tree.
pub fn write(configuration: &mut Configuration<'_>) -> String {
    let mut out = heading(configuration, "#", ["#", "#"]);
    if !configuration.changed {
        configuration.invalidate();
    }
    let written = Arena::parallel(&configuration.model.symbols, |_| false);
    let mut writer = Writer {
        configuration,
        out: String::new(),
        written,
        blank_line_due: false,
    };
    writer.children(MenuId::ROOT);
    out.push_str(&writer.out);
    out
}

/// The comment that every generated file begins with (`conf_write_heading()`).
pub(super) fn heading(
    configuration: &Configuration<'_>,
    decoration: &str,
    [first, last]: [&str; 2],
) -> String {
    let title = configuration
        .model
        .prompt(MenuId::ROOT)
        .map_or("", |title| title);
    format!(
        "{first}\n{decoration} Automatically generated file; DO NOT EDIT.\n{decoration} {title}\n{last}\n"
    )
}

/// The line of one symbol, with its line break; a bool or tristate that is n is
/// `# … is not set`, or `…=n` when `n_as_value`. Nothing for a name without a type.
pub fn written_line(
    configuration: &Configuration<'_>,
    symbol: SymbolId,
    n_as_value: bool,
) -> String {
    let declared = configuration.model.symbol(symbol);
    let (prefix, name) = (&configuration.prefix, declared.display_name());
    let value = configuration.string_value(symbol);
    let is_no = declared.kind.is_logical() && configuration.tristate(symbol) == Tristate::No;
    match declared.kind {
        SymbolType::Unknown => String::new(),
        SymbolType::String => format!("{prefix}{name}={}\n", quoted(&value)),
        _ if is_no && !n_as_value => format!("# {prefix}{name} is not set\n"),
        _ => format!("{prefix}{name}={value}\n"),
    }
}

struct Writer<'a, 'm> {
    configuration: &'a mut Configuration<'m>,
    out: String,
    /// A symbol with several places is written at the first.
    written: Arena<SymbolId, bool>,
    /// A menu ended: the next symbol is set apart.
    blank_line_due: bool,
}

impl Writer<'_, '_> {
    fn children(&mut self, menu: MenuId) {
        let model = self.configuration.model;
        for child in model.children(menu) {
            self.entry(child);
        }
    }

    fn entry(&mut self, menu: MenuId) {
        let model = self.configuration.model;
        match model.menu(menu).symbol {
            None => self.title(menu),
            Some(symbol) if !model.symbol(symbol).is_choice => self.symbol(symbol),
            Some(_) => {}
        }
        self.children(menu);
        self.end(menu);
    }

    fn title(&mut self, menu: MenuId) {
        if self.configuration.is_visible(menu) {
            let title = self
                .configuration
                .model
                .prompt(menu)
                .map_or("", |title| title);
            let _ = write!(self.out, "\n#\n# {title}\n#\n");
            self.blank_line_due = false;
        }
    }

    fn symbol(&mut self, symbol: SymbolId) {
        if self.written[symbol] {
            return;
        }
        self.configuration.calculate(symbol);
        if !self.configuration.is_written(symbol) {
            return;
        }
        if std::mem::take(&mut self.blank_line_due) {
            self.out.push('\n');
        }
        self.written[symbol] = true;
        self.out
            .push_str(&written_line(self.configuration, symbol, false));
    }

    fn end(&mut self, menu: MenuId) {
        let model = self.configuration.model;
        let node = model.menu(menu);
        if node.symbol.is_some() || !self.configuration.is_visible(menu) {
            return;
        }
        let is_menu = node
            .prompt
            .is_some_and(|id| model.property(id).kind == PropertyKind::Menu);
        if is_menu {
            let title = model.prompt(menu).map_or("", |title| title);
            let _ = writeln!(self.out, "# end of {title}");
            self.blank_line_due = true;
        }
    }
}
