// SPDX-License-Identifier: Apache-2.0
//! Pairs of columns over a horizontal axis. Places across are in percent of the window,
//! heights in pixels, so that no text is stretched.

use super::super::number::Grouped;
use super::writer::Writer;

/// Two counts over one label.
pub(super) struct Pair {
    pub(super) label: String,
    pub(super) before: u64,
    pub(super) after: u64,
}

/// Of the columns, in pixels.
const HEIGHT: u64 = 180;
/// Above the columns for a count, below them for a label.
const ABOVE: u64 = 18;
const BELOW: u64 = 22;
/// So many pairs leave room for a count above each column.
const ROOMY: usize = 10;

/// `id` is unique in the page; `description` says what the picture shows.
pub(super) fn columns(w: &mut Writer, id: &str, title: &str, description: &str, pairs: &[Pair]) {
    let ids = (format!("{id}-title"), format!("{id}-description"));
    let labelled_by = format!("{} {}", ids.0, ids.1);
    let class = if pairs.len() > ROOMY {
        "columns dense"
    } else {
        "columns"
    };
    w.element("figure", &[], |w| {
        w.leaf("figcaption", &[], title);
        let height = ABOVE + HEIGHT + BELOW;
        w.element(
            "svg",
            &[
                ("class", &class),
                ("role", &"img"),
                ("aria-labelledby", &labelled_by),
                ("width", &"100%"),
                ("height", &height),
            ],
            |w| {
                w.leaf("title", &[("id", &ids.0)], title);
                w.leaf("desc", &[("id", &ids.1)], description);
                picture(w, pairs);
            },
        );
    });
}

fn picture(w: &mut Writer, pairs: &[Pair]) {
    let tallest = pairs
        .iter()
        .map(|pair| pair.before.max(pair.after))
        .max()
        .unwrap_or(0);
    let room = 100.0 / f64::from(u32::try_from(pairs.len().max(1)).unwrap_or(u32::MAX));
    let mut left = 0.0;
    for pair in pairs {
        column(
            w,
            "before",
            left + room * 0.10,
            room * 0.39,
            (pair.before, tallest),
        );
        column(
            w,
            "after",
            left + room * 0.51,
            room * 0.39,
            (pair.after, tallest),
        );
        label(
            w,
            "label",
            left + room / 2.0,
            ABOVE + HEIGHT + 16,
            &pair.label,
        );
        left += room;
    }
    w.void(
        "rect",
        &[
            ("class", &"axis"),
            ("width", &"100%"),
            ("height", &1),
            ("y", &(ABOVE + HEIGHT)),
        ],
    );
}

/// A column `count` of `tallest` high, with its count above it.
fn column(w: &mut Writer, class: &str, left: f64, width: f64, (count, tallest): (u64, u64)) {
    let height = match tallest {
        0 => 0,
        _ => u128::from(count) * u128::from(HEIGHT) / u128::from(tallest),
    };
    // At most HEIGHT, as the count is at most the tallest; one pixel for what is not nothing.
    let height = u64::try_from(height)
        .unwrap_or(HEIGHT)
        .max(u64::from(count > 0));
    let top = ABOVE + HEIGHT - height;
    w.void(
        "rect",
        &[
            ("class", &class),
            ("x", &format_args!("{left:.2}%")),
            ("width", &format_args!("{width:.2}%")),
            ("y", &top),
            ("height", &height),
        ],
    );
    label(
        w,
        "count",
        left + width / 2.0,
        top - 5,
        &Grouped(count).to_string(),
    );
}

/// A text whose middle is at `middle` percent.
fn label(w: &mut Writer, class: &str, middle: f64, bottom: u64, text: &str) {
    w.leaf(
        "text",
        &[
            ("class", &class),
            ("x", &format_args!("{middle:.2}%")),
            ("y", &bottom),
            ("text-anchor", &"middle"),
        ],
        text,
    );
}
