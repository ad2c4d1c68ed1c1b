// SPDX-License-Identifier: Apache-2.0
//! Two texts, line by line, as a person reads them: `-` expected, `+` actual.

/// How many equal lines are shown around a difference.
const CONTEXT: usize = 3;

pub(crate) struct Diff {
    /// The first line of the expected text that differs, counted from 1.
    pub(crate) first_line: usize,
    pub(crate) text: String,
}

#[derive(Clone, Copy)]
enum Edit<'a> {
    Keep(&'a str),
    Remove(&'a str),
    Insert(&'a str),
}

/// Nothing when the texts are equal.
pub(crate) fn lines(expected: &str, actual: &str) -> Option<Diff> {
    if expected == actual {
        return None;
    }
    let expected: Vec<_> = expected.lines().collect();
    let actual: Vec<_> = actual.lines().collect();
    let same = |(a, b): &(&&str, &&str)| a == b;
    let head = expected.iter().zip(&actual).take_while(same).count();
    let room = expected.len().min(actual.len()) - head;
    let tail = expected
        .iter()
        .rev()
        .zip(actual.iter().rev())
        .take_while(same)
        .take(room)
        .count();

    let mut edits: Vec<_> = expected[..head]
        .iter()
        .map(|line| Edit::Keep(line))
        .collect();
    edits.extend(middle(
        &expected[head..expected.len() - tail],
        &actual[head..actual.len() - tail],
    ));
    edits.extend(
        expected[expected.len() - tail..]
            .iter()
            .map(|line| Edit::Keep(line)),
    );
    Some(Diff {
        first_line: head + 1,
        text: render(&edits),
    })
}

/// The edits along a longest common subsequence.
fn middle<'a>(expected: &[&'a str], actual: &[&'a str]) -> Vec<Edit<'a>> {
    let lengths = common_lengths(expected, actual);
    let (mut i, mut j) = (0, 0);
    let mut edits = vec![];
    while i < expected.len() || j < actual.len() {
        if i < expected.len() && j < actual.len() && expected[i] == actual[j] {
            edits.push(Edit::Keep(expected[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == actual.len() || i < expected.len() && lengths[i + 1][j] >= lengths[i][j + 1]
        {
            edits.push(Edit::Remove(expected[i]));
            i += 1;
        } else {
            edits.push(Edit::Insert(actual[j]));
            j += 1;
        }
    }
    edits
}

/// For each pair of suffixes the length of their longest common subsequence.
fn common_lengths(expected: &[&str], actual: &[&str]) -> Vec<Vec<u32>> {
    let mut lengths = vec![vec![0; actual.len() + 1]; expected.len() + 1];
    for i in (0..expected.len()).rev() {
        for j in (0..actual.len()).rev() {
            lengths[i][j] = if expected[i] == actual[j] {
                lengths[i + 1][j + 1] + 1
            } else {
                lengths[i + 1][j].max(lengths[i][j + 1])
            };
        }
    }
    lengths
}

fn render(edits: &[Edit<'_>]) -> String {
    let near = |index: usize| {
        let from = index.saturating_sub(CONTEXT);
        let until = (index + CONTEXT + 1).min(edits.len());
        edits[from..until]
            .iter()
            .any(|edit| !matches!(edit, Edit::Keep(_)))
    };
    let mut text = String::new();
    let mut gap = false;
    for (index, edit) in edits.iter().enumerate() {
        if !near(index) {
            gap = true;
            continue;
        }
        if std::mem::take(&mut gap) {
            text.push_str("  ...\n");
        }
        let (mark, line) = match edit {
            Edit::Keep(line) => (' ', (*line).to_owned()),
            Edit::Remove(line) => ('-', visible(line)),
            Edit::Insert(line) => ('+', visible(line)),
        };
        text.push(mark);
        text.push(' ');
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// Tabs and blanks at the end of a line can be seen.
fn visible(line: &str) -> String {
    let bare = line.trim_end_matches(' ');
    let blanks = "·".repeat(line.len() - bare.len());
    bare.replace('\t', "→\t") + &blanks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(expected: &str, actual: &str) -> (usize, String) {
        let diff = lines(expected, actual).expect("they differ");
        (diff.first_line, diff.text)
    }

    #[test]
    fn equal_texts_have_no_difference() {
        assert!(lines("a\nb\n", "a\nb\n").is_none());
    }

    #[test]
    fn a_changed_line_is_shown_with_its_neighbours() {
        let long = "1\n2\n3\n4\n5\nx\n6\n7\n8\n9\n";
        let (line, text) = shown(long, &long.replace('x', "y"));
        assert_eq!(line, 6);
        assert_eq!(text, "  ...\n  3\n  4\n  5\n- x\n+ y\n  6\n  7\n  8\n");
    }

    #[test]
    fn moved_and_repeated_lines_keep_what_is_common() {
        assert_eq!(shown("a\nb\na\n", "a\na\nb\n").1, "  a\n- b\n  a\n+ b\n");
        assert_eq!(shown("a\na\n", "a\n").1, "  a\n- a\n");
        assert_eq!(shown("", "a\n"), (1, "+ a\n".to_owned()));
    }

    #[test]
    fn white_space_is_visible_where_it_differs() {
        assert_eq!(shown("\ta\n", "a  \n").1, "- →\ta\n+ a··\n");
    }
}
