// SPDX-License-Identifier: Apache-2.0
//! The path of an access rule: `*` and `{tag}` stand for one segment, `**` for anything, and
//! every other character for itself.

/// Whether the rule's path is the request's.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let path: Vec<char> = path.chars().collect();
    // What of the path may have been matched so far, by its length.
    let mut reached = vec![false; path.len() + 1];
    reached[0] = true;
    for part in parts(pattern) {
        reached = match part {
            Part::Literal(expected) => step(&reached, &path, |c| c == expected),
            Part::Segment => {
                let one = step(&reached, &path, |c| c != '/');
                spread(one, &path, |c| c != '/')
            }
            Part::Anything => spread(reached, &path, |_| true),
        };
    }
    reached.last() == Some(&true)
}

enum Part {
    Literal(char),
    Segment,
    Anything,
}

/// A brace without its pair stands for nothing.
fn parts(pattern: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let closed = rest.find('}').filter(|_| first == '{');
        let (part, length) = match (first, closed) {
            ('{', Some(end)) => (Some(Part::Segment), end + 1),
            ('*', _) if rest.starts_with("**") => (Some(Part::Anything), 2),
            ('*', _) => (Some(Part::Segment), 1),
            ('{' | '}', _) => (None, 1),
            (other, _) => (Some(Part::Literal(other)), other.len_utf8()),
        };
        parts.extend(part);
        rest = &rest[length..];
    }
    parts
}

/// One character further, where it fits.
fn step(reached: &[bool], path: &[char], fits: impl Fn(char) -> bool) -> Vec<bool> {
    let mut next = vec![false; reached.len()];
    for (at, character) in path.iter().enumerate() {
        next[at + 1] = reached[at] && fits(*character);
    }
    next
}

/// Any number of characters further, as long as each fits.
fn spread(mut reached: Vec<bool>, path: &[char], fits: impl Fn(char) -> bool) -> Vec<bool> {
    for (at, character) in path.iter().enumerate() {
        reached[at + 1] = reached[at + 1] || (reached[at] && fits(*character));
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `tests/keystone/record.py` made them.
    #[test]
    fn paths_are_those_of_keystonemiddleware() {
        let cases: Vec<(String, String, bool)> =
            serde_json::from_str(include_str!("../../tests/keystone/paths.json")).unwrap();
        for (pattern, path, expected) in cases {
            assert_eq!(matches(&pattern, &path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn a_dot_is_a_dot_and_many_stars_cost_little() {
        assert!(!matches("/v1.0", "/v1x0"));
        assert!(!matches(&"**a".repeat(200), &"a".repeat(199)));
        assert!(matches(&"**a".repeat(200), &"a".repeat(200)));
    }
}
