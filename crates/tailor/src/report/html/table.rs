// SPDX-License-Identifier: Apache-2.0
//! Tables that scroll within themselves where the window is narrow, and that the script
//! makes searchable and sortable where they are long.

use super::writer::Writer;

/// The head of a column.
pub(super) struct Column {
    pub(super) heading: &'static str,
    pub(super) kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Text,
    Number,
    /// A chart: its figures are in the other columns.
    Chart,
    /// One of a few words, which a reader may choose from.
    Choice,
}

impl Column {
    pub(super) const fn text(heading: &'static str) -> Self {
        Self {
            heading,
            kind: Kind::Text,
        }
    }

    pub(super) const fn number(heading: &'static str) -> Self {
        Self {
            heading,
            kind: Kind::Number,
        }
    }

    pub(super) const fn chart(heading: &'static str) -> Self {
        Self {
            heading,
            kind: Kind::Chart,
        }
    }

    pub(super) const fn choice(heading: &'static str) -> Self {
        Self {
            heading,
            kind: Kind::Choice,
        }
    }
}

/// A table that is read as a whole.
pub(super) fn short(
    w: &mut Writer,
    caption: &str,
    columns: &[Column],
    rows: impl FnOnce(&mut Writer),
) {
    scrolled(w, "scroll", caption, |w| {
        table(w, "short", caption, columns, rows);
    });
}

/// A table in which one looks something up.
pub(super) fn long(
    w: &mut Writer,
    caption: &str,
    columns: &[Column],
    rows: impl FnOnce(&mut Writer),
) {
    w.element("div", &[("class", &"lookup")], |w| {
        scrolled(w, "scroll tall", caption, |w| {
            table(w, "long", caption, columns, rows);
        });
    });
}

/// A long table that is closed until the reader opens it.
pub(super) fn folded(
    w: &mut Writer,
    caption: &str,
    columns: &[Column],
    rows: impl FnOnce(&mut Writer),
) {
    w.element("details", &[], |w| {
        w.leaf("summary", &[], caption);
        long(w, caption, columns, rows);
    });
}

/// A cell that names its row.
pub(super) fn name(w: &mut Writer, name: &str) {
    w.leaf("th", &[("scope", &"row")], name);
}

/// The same, for what is typed or read in sources.
pub(super) fn code_name(w: &mut Writer, name: &str) {
    w.element("th", &[("scope", &"row")], |w| w.leaf("code", &[], name));
}

pub(super) fn cell(w: &mut Writer, text: impl std::fmt::Display) {
    w.leaf("td", &[], text);
}

pub(super) fn code(w: &mut Writer, text: impl std::fmt::Display) {
    w.element("td", &[], |w| w.leaf("code", &[], text));
}

pub(super) fn number(w: &mut Writer, number: impl std::fmt::Display) {
    w.leaf("td", &[("class", &"number")], number);
}

/// A keyboard has to reach what scrolls.
fn scrolled(w: &mut Writer, class: &str, label: &str, content: impl FnOnce(&mut Writer)) {
    w.element(
        "div",
        &[
            ("class", &class),
            ("tabindex", &0),
            ("role", &"region"),
            ("aria-label", &label),
        ],
        content,
    );
}

fn table(
    w: &mut Writer,
    class: &str,
    caption: &str,
    columns: &[Column],
    rows: impl FnOnce(&mut Writer),
) {
    w.element("table", &[("class", &class)], |w| {
        w.leaf("caption", &[], caption);
        w.element("thead", &[], |w| {
            w.element("tr", &[], |w| {
                for column in columns {
                    head(w, column);
                }
            });
        });
        w.element("tbody", &[], rows);
    });
}

fn head(w: &mut Writer, column: &Column) {
    let class = match column.kind {
        Kind::Text => "words",
        Kind::Number => "number",
        Kind::Chart => "chart",
        Kind::Choice => "choice",
    };
    w.leaf(
        "th",
        &[("scope", &"col"), ("class", &class)],
        column.heading,
    );
}
