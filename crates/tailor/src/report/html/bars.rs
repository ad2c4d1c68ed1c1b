// SPDX-License-Identifier: Apache-2.0
//! Horizontal bars inside the rows of a table: the figures beside them are the chart's
//! text, and no text of the chart shrinks with the window.

use std::fmt;

use super::writer::Writer;

/// Which kernel a bar is about; it decides the colour.
#[derive(Clone, Copy)]
pub(super) enum Kernel {
    /// Or another one that the result is compared with.
    Replaced,
    Tailored,
}

impl Kernel {
    fn class(self) -> &'static str {
        match self {
            Self::Replaced => "before",
            Self::Tailored => "after",
        }
    }
}

/// A length as a part of another, in percent with two digits, never above 100.
#[derive(Clone, Copy)]
pub(super) struct Percent {
    pub(super) part: u64,
    pub(super) whole: u64,
}

impl Percent {
    /// In hundredths of a percent.
    fn hundredths(self) -> u128 {
        match self.whole {
            0 => 0,
            whole => (u128::from(self.part) * 10_000 / u128::from(whole)).min(10_000),
        }
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = self.hundredths();
        write!(f, "{}.{:02}%", hundredths / 100, hundredths % 100)
    }
}

/// A bar as long as the first count, of which the second is left; both of `longest`.
pub(super) fn pair(w: &mut Writer, before: u64, after: u64, longest: u64) {
    bar(
        w,
        &[(Kernel::Replaced, before), (Kernel::Tailored, after)],
        longest,
    );
}

/// The same, as a cell of a table.
pub(super) fn pair_cell(w: &mut Writer, before: u64, after: u64, longest: u64) {
    w.element("td", &[("class", &"chart")], |w| {
        pair(w, before, after, longest);
    });
}

/// A bar of one count, as a cell of a table.
pub(super) fn single_cell(w: &mut Writer, kernel: Kernel, count: u64, longest: u64) {
    w.element("td", &[("class", &"chart")], |w| {
        bar(w, &[(kernel, count)], longest);
    });
}

/// What the two colours mean.
pub(super) fn legend(w: &mut Writer) {
    w.element("p", &[("class", &"legend")], |w| {
        swatch(w, Kernel::Replaced, "replaced kernel");
        swatch(w, Kernel::Tailored, "tailored kernel");
    });
}

fn swatch(w: &mut Writer, kernel: Kernel, text: &str) {
    w.element("span", &[], |w| {
        let size: &dyn fmt::Display = &12;
        w.element(
            "svg",
            &[("aria-hidden", &"true"), ("width", size), ("height", size)],
            |w| {
                w.void(
                    "rect",
                    &[
                        ("class", &kernel.class()),
                        ("width", size),
                        ("height", size),
                        ("rx", &2),
                    ],
                );
            },
        );
        w.text(text);
    });
}

/// Layers from the back to the front: later ones cover earlier ones.
fn bar(w: &mut Writer, layers: &[(Kernel, u64)], longest: u64) {
    let size: [(&str, &dyn fmt::Display); 4] = [
        ("class", &"bar"),
        ("aria-hidden", &"true"),
        ("width", &"100%"),
        ("height", &14),
    ];
    w.element("svg", &size, |w| {
        for (kernel, part) in layers {
            let width = Percent {
                part: *part,
                whole: longest,
            };
            w.void(
                "rect",
                &[
                    ("class", &kernel.class()),
                    ("width", &width),
                    ("height", &14),
                    ("rx", &2),
                ],
            );
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_never_longer_than_its_room() {
        let percent = |part, whole| Percent { part, whole }.to_string();
        assert_eq!(percent(1, 3), "33.33%");
        assert_eq!(percent(7, 3), "100.00%");
        assert_eq!(percent(7, 0), "0.00%");
        assert_eq!(percent(u64::MAX, u64::MAX), "100.00%");
    }
}
