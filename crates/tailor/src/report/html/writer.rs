// SPDX-License-Identifier: Apache-2.0
//! Writes elements so that each one is closed and every text is escaped: a caller has no
//! way to write markup of its own.

use std::fmt::{self, Display, Write};

use super::super::plain;

/// Names, which are ours, and values, which are escaped.
pub(super) type Attributes<'a> = &'a [(&'static str, &'a dyn Display)];

/// A page as far as it is written: well-formed XML and HTML.
#[derive(Default)]
pub(super) struct Writer {
    out: String,
}

/// Elements within a line of text.
const INLINE: [&str; 9] = [
    "a", "code", "rect", "span", "strong", "text", "td", "th", "title",
];

impl Writer {
    pub(super) fn finish(self) -> String {
        self.out
    }

    /// What stands before the first element.
    pub(super) fn doctype(&mut self) {
        self.out.push_str("<!DOCTYPE html>\n");
    }

    pub(super) fn element(
        &mut self,
        name: &'static str,
        attributes: Attributes<'_>,
        content: impl FnOnce(&mut Self),
    ) {
        self.open(name, attributes);
        self.out.push('>');
        content(self);
        self.close(name);
    }

    /// An element that holds a text and nothing else.
    pub(super) fn leaf(
        &mut self,
        name: &'static str,
        attributes: Attributes<'_>,
        text: impl Display,
    ) {
        self.element(name, attributes, |w| w.text(text));
    }

    /// An element that never holds anything.
    pub(super) fn void(&mut self, name: &'static str, attributes: Attributes<'_>) {
        self.open(name, attributes);
        self.out.push_str("/>");
    }

    pub(super) fn text(&mut self, text: impl Display) {
        escape(&mut self.out, &text);
    }

    /// A style or a script of ours, as it is: its digest is in the page's policy.
    pub(super) fn verbatim(&mut self, name: &'static str, text: &'static str) {
        let _ = writeln!(self.out, "<{name}>{text}</{name}>");
    }

    fn open(&mut self, name: &'static str, attributes: Attributes<'_>) {
        let _ = write!(self.out, "<{name}");
        for (name, value) in attributes {
            let _ = write!(self.out, " {name}=\"");
            escape(&mut self.out, value);
            self.out.push('"');
        }
    }

    fn close(&mut self, name: &'static str) {
        let _ = write!(self.out, "</{name}>");
        if !INLINE.contains(&name) {
            self.out.push('\n');
        }
    }
}

fn escape(out: &mut String, text: &(impl Display + ?Sized)) {
    // Writing into a string never fails.
    let _ = write!(Escaped(out), "{text}");
}

/// Passes on what may stand in the text of an element and between double quotes.
struct Escaped<'a>(&'a mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in plain::characters(text) {
            match character {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                _ => self.0.push(character),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_values_are_escaped() {
        let mut writer = Writer::default();
        writer.leaf("p", &[("title", &"\"><b>'&\u{202e}")], "<script>&amp;\0");
        let expected = "<p title=\"&quot;&gt;&lt;b&gt;&#39;&amp;\u{fffd}\">\
                        &lt;script&gt;&amp;amp;\u{fffd}</p>\n";
        assert_eq!(writer.finish(), expected);
    }

    #[test]
    fn elements_are_closed() {
        let mut writer = Writer::default();
        writer.element("div", &[], |w| {
            w.void("rect", &[("x", &1.5)]);
            w.leaf("span", &[], 7);
        });
        assert_eq!(
            writer.finish(),
            "<div><rect x=\"1.5\"/><span>7</span></div>\n"
        );
    }
}
