// SPDX-License-Identifier: Apache-2.0
//! Values from a file (`conf_read_simple()`).

use std::rc::Rc;

use crate::configuration::{Configuration, Given, Origin};
use crate::dialect::ChoiceRules;
use crate::model::SymbolId;
use crate::number;
use crate::text;
use crate::value::{SymbolType, Tristate};

/// What reading brought to light.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The lines that the C tool prints to standard error.
    pub warnings: Vec<String>,
    /// Names that the model doesn't know, without the prefix.
    pub unknown: Vec<String>,
}

/// Takes the values of `file`, called `name` in messages, in the place of all
/// values of that origin. With `warn_unknown`, unknown symbols are warned of.
pub fn read(
    configuration: &mut Configuration<'_>,
    origin: Origin,
    (name, file): (&str, &[u8]),
    warn_unknown: bool,
) -> Report {
    forget_given(configuration, origin);
    let mut reader = Reader {
        configuration,
        origin,
        name,
        line: 0,
        warn_unknown,
        report: Report::default(),
    };
    for line in file.split_inclusive(|byte| *byte == b'\n') {
        reader.line += 1;
        reader.read_line(line);
    }
    reader.report
}

/// A line without its end; a NUL byte ends it early, as in a C string.
fn text_of(line: &[u8]) -> &[u8] {
    let text = match line.strip_suffix(b"\n") {
        Some(text) => text.strip_suffix(b"\r").unwrap_or(text),
        None => line,
    };
    text.split(|byte| *byte == 0).next().unwrap_or_default()
}

fn forget_given(configuration: &mut Configuration<'_>, origin: Origin) {
    let classic = configuration.model.dialect.choice == ChoiceRules::Mode;
    for symbol in configuration.model.table_order() {
        let is_set = classic && configuration.model.symbols[*symbol].is_choice;
        *configuration.given_mut(*symbol, origin) = Given {
            is_set,
            ..Given::default()
        };
    }
    if classic || origin == Origin::User {
        configuration.forget_values();
        configuration.forget_expressions();
    }
}

struct Reader<'a, 'm> {
    configuration: &'a mut Configuration<'m>,
    origin: Origin,
    name: &'a str,
    line: usize,
    warn_unknown: bool,
    report: Report,
}

impl Reader<'_, '_> {
    fn read_line(&mut self, bytes: &[u8]) {
        let line = text::decoded(text_of(bytes));
        let prefix = Rc::clone(&self.configuration.prefix);
        if let Some(comment) = line.strip_prefix('#') {
            if let Some(name) = self.unset_name(comment, &prefix) {
                self.assign(name, "n");
            }
        } else if let Some((name, value)) = line
            .strip_prefix(&*prefix)
            .and_then(|rest| rest.split_once('='))
        {
            self.assign(name, value);
        } else if let Some(shown) = self.unexpected(bytes, &line, &prefix) {
            self.warn(&format!("unexpected data: {shown}"));
        }
    }

    /// The name in `# CONFIG_NAME is not set`.
    fn unset_name<'l>(&self, comment: &'l str, prefix: &str) -> Option<&'l str> {
        let (name, rest) = comment
            .strip_prefix(' ')?
            .strip_prefix(prefix)?
            .split_once(' ')?;
        let strict = self.configuration.model.dialect.strict_lines;
        let unset = if strict {
            rest == "is not set"
        } else {
            rest.starts_with("is not set")
        };
        unset.then_some(name)
    }

    /// What is shown of a line that is neither a value nor a comment; a name without a
    /// value is one only where lines are taken strictly.
    fn unexpected<'l>(&self, bytes: &[u8], line: &'l str, prefix: &str) -> Option<&'l str> {
        if self.configuration.model.dialect.strict_lines {
            return (!line.is_empty()).then_some(line);
        }
        let blank = matches!(bytes.first(), Some(b'\r' | b'\n'));
        let unexpected = !blank && !line.starts_with(prefix);
        unexpected.then(|| line.split('\r').next().unwrap_or_default())
    }

    fn warn(&mut self, what: &str) {
        self.report
            .warnings
            .push(format!("{}:{}:warning: {what}", self.name, self.line));
    }

    fn assign(&mut self, name: &str, value: &str) {
        let Some(symbol) = self.configuration.model.find(name) else {
            self.note_unknown(name);
            return;
        };
        if self.configuration.given(symbol, self.origin).is_set {
            self.warn(&format!("override: reassigning to symbol {name}"));
        }
        if self.set(symbol, name, value) {
            self.settle_choice(symbol, name);
        }
    }

    fn note_unknown(&mut self, name: &str) {
        if self.origin == Origin::User {
            if self.warn_unknown {
                self.warn(&format!("unknown symbol: {name}"));
            }
            self.configuration.changed = true;
        }
        self.report.unknown.push(name.to_owned());
    }

    /// Whether the value was fit for the symbol (`conf_set_sym_val()`).
    fn set(&mut self, symbol: SymbolId, name: &str, value: &str) -> bool {
        match self.configuration.model.symbols[symbol].kind {
            kind @ (SymbolType::Bool | SymbolType::Tristate) => {
                self.set_tristate(symbol, kind, (name, value))
            }
            SymbolType::String if self.origin == Origin::User => self.set_quoted(symbol, value),
            SymbolType::Unknown => true,
            kind => self.set_text(symbol, kind, (name, value)),
        }
    }

    fn set_tristate(&mut self, symbol: SymbolId, kind: SymbolType, given: (&str, &str)) -> bool {
        let (name, value) = given;
        let tristate = match value.bytes().next() {
            Some(b'y') => Tristate::Yes,
            Some(b'm') if kind == SymbolType::Tristate => Tristate::Module,
            Some(b'n') => Tristate::No,
            _ => {
                self.warn_invalid(name, value);
                return false;
            }
        };
        let given = self.configuration.given_mut(symbol, self.origin);
        given.tristate = tristate;
        given.is_set = true;
        true
    }

    fn set_text(&mut self, symbol: SymbolId, kind: SymbolType, given: (&str, &str)) -> bool {
        let (name, value) = given;
        if !number::is_valid(kind, value) {
            self.warn_invalid(name, value);
            return false;
        }
        let given = self.configuration.given_mut(symbol, self.origin);
        given.text = Some(Rc::from(value));
        given.is_set = true;
        true
    }

    fn warn_invalid(&mut self, name: &str, value: &str) {
        if self.origin == Origin::User {
            self.warn(&format!("symbol value '{value}' invalid for {name}"));
        }
    }

    /// What doesn't begin with a quote gives no value, and no complaint either.
    fn set_quoted(&mut self, symbol: SymbolId, value: &str) -> bool {
        let Some(inside) = value.strip_prefix('"') else {
            return true;
        };
        let Some(value) = unquoted(inside) else {
            self.warn("invalid string found");
            return false;
        };
        let given = self.configuration.given_mut(symbol, self.origin);
        given.text = Some(Rc::from(value));
        given.is_set = true;
        true
    }

    fn settle_choice(&mut self, symbol: SymbolId, name: &str) {
        match self.configuration.model.dialect.choice {
            ChoiceRules::Mode => self.settle_mode(symbol, name),
            ChoiceRules::Members => {
                let choice = self.configuration.model.choice_of(symbol);
                if let Some(choice) = choice.filter(|_| self.origin == Origin::User) {
                    self.configuration.give_priority(choice, symbol);
                }
            }
        }
    }

    /// The mode of a choice is the highest value of its members.
    fn settle_mode(&mut self, symbol: SymbolId, name: &str) {
        let Some(choice) = self.configuration.model.symbols[symbol].member_of else {
            return;
        };
        let value = self.configuration.given(symbol, self.origin).tristate;
        let mode = self.configuration.given(choice, self.origin).tristate;
        match value {
            Tristate::Module if mode == Tristate::Yes => {
                self.warn(&format!("{name} creates inconsistent choice state"));
                self.configuration.given_mut(choice, self.origin).is_set = false;
            }
            Tristate::Yes => {
                if mode != Tristate::No {
                    self.warn(&format!("override: {name} changes choice state"));
                }
                self.configuration.given_mut(choice, self.origin).chosen = Some(symbol);
            }
            _ => {}
        }
        self.configuration.given_mut(choice, self.origin).tristate = mode.max(value);
    }
}

/// The text up to the closing quote, `None` without one.
fn unquoted(inside: &str) -> Option<String> {
    let mut out = String::new();
    let mut characters = inside.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => return Some(text::canonical(out)),
            '\\' => out.push(characters.next()?),
            _ => out.push(character),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_in_many_ways() {
        let lines = [b"a\r\n".as_slice(), b"a\n", b"a", b"a\0b\r\n", b"\n"];
        assert_eq!(lines.map(text_of), [b"a".as_slice(), b"a", b"a", b"a", b""]);
        assert_eq!(text_of(b"a\r\0\r\n"), b"a\r");
        assert_eq!(text_of(b"a\r"), b"a\r");
    }

    #[test]
    fn quotes_and_escapes() {
        assert_eq!(unquoted(r#"a\"b\\" rest"#).as_deref(), Some(r#"a"b\"#));
        assert_eq!(unquoted("open"), None);
        assert_eq!(unquoted("open\\"), None);
    }
}
