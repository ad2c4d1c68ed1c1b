// SPDX-License-Identifier: Apache-2.0
//! The compiled code by part of the tree.

use serde::{Deserialize, Serialize};

/// A part of the tree: a top directory, or two levels where the second says more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Area {
    /// A folder relative to the tree: `block`, `drivers/net`, `fs/ext4`.
    pub name: String,
    /// Under the configuration that is replaced.
    pub before: Size,
    /// Under the result.
    pub after: Size,
}

/// How much of an area is compiled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    pub files: u64,
    pub lines: u64,
}

impl Size {
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            files: self.files.saturating_add(other.files),
            lines: self.lines.saturating_add(other.lines),
        }
    }
}

/// The largest areas before tailoring, and the sum of the `usize` others.
pub(super) struct Largest<'a> {
    pub(super) areas: Vec<&'a Area>,
    pub(super) others: Option<(usize, Size, Size)>,
}

/// Those with the most files before; among equals, with the most lines.
pub(super) fn largest(areas: &[Area], most: usize) -> Largest<'_> {
    let mut sorted: Vec<_> = areas.iter().collect();
    sorted.sort_by(|a, b| {
        let key = |area: &Area| (area.before.files, area.before.lines);
        key(b).cmp(&key(a)).then_with(|| a.name.cmp(&b.name))
    });
    let rest = sorted.split_off(most.min(sorted.len()));
    let others = (!rest.is_empty()).then(|| {
        let nothing = (Size::default(), Size::default());
        let (before, after) = rest.iter().fold(nothing, |(before, after), area| {
            (before.plus(area.before), after.plus(area.after))
        });
        (rest.len(), before, after)
    });
    Largest {
        areas: sorted,
        others,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(name: &str, before: u64, after: u64) -> Area {
        let size = |files| Size {
            files,
            lines: files * 10,
        };
        Area {
            name: name.to_owned(),
            before: size(before),
            after: size(after),
        }
    }

    #[test]
    fn the_small_ones_are_summed() {
        let areas = [
            area("a", 1, 1),
            area("b", 9, 2),
            area("c", 5, 0),
            area("d", 5, 1),
        ];
        let largest = largest(&areas, 2);
        let names: Vec<_> = largest.areas.iter().map(|area| &*area.name).collect();
        assert_eq!(names, ["b", "c"]);
        let (count, before, after) = largest.others.expect("two others");
        assert_eq!((count, before.files, after.files), (2, 6, 2));
        assert_eq!((before.lines, after.lines), (60, 20));
    }

    #[test]
    fn there_are_no_others_when_all_fit() {
        assert!(largest(&[area("a", 1, 1)], 2).others.is_none());
        assert!(largest(&[], 2).others.is_none());
    }
}
