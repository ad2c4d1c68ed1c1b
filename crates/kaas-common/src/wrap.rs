// SPDX-License-Identifier: Apache-2.0
//! Lines of help as Python's `textwrap` breaks them: at blanks, and behind a hyphen between
//! letters.

/// What becomes of a word that is longer than a line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Long {
    /// It has a line of its own.
    Kept,
    /// It fills the line, and goes on in the next.
    Cut,
}

/// `text` in lines of at most `width` characters, each with `lead` in front.
/// Blanks inside a line stay as they are.
pub(crate) fn wrap(text: &str, width: usize, lead: &str, long: Long) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let room = width.saturating_sub(lead.chars().count());
    let mut waiting: std::collections::VecDeque<&str> = pieces(text).into();
    while let Some(piece) = waiting.pop_front() {
        let blank = piece.trim().is_empty();
        if line.is_empty() && blank && !lines.is_empty() {
            continue;
        }
        if !line.is_empty() && line.chars().count() + piece.chars().count() > room {
            let left = room - line.chars().count().min(room);
            if long == Long::Cut && piece.chars().count() > room && left > 0 {
                let at = piece
                    .char_indices()
                    .nth(left)
                    .map_or(piece.len(), |(at, _)| at);
                line.push_str(&piece[..at]);
                waiting.push_front(&piece[at..]);
            } else if !blank {
                waiting.push_front(piece);
            }
            lines.push(std::mem::take(&mut line));
            continue;
        }
        line.push_str(piece);
    }
    lines.push(line);
    let lines = lines.iter().map(|line| line.trim_end());
    lines
        .filter(|line| !line.is_empty())
        .map(|line| format!("{lead}{line}"))
        .collect()
}

/// Runs of blanks, and words, cut behind hyphens.
fn pieces(text: &str) -> Vec<&str> {
    let characters: Vec<(usize, char)> = text.char_indices().collect();
    let mut pieces = Vec::new();
    let mut start = 0;
    for index in 1..characters.len() {
        let (at, character) = characters[index];
        let turns = character.is_whitespace() != characters[index - 1].1.is_whitespace();
        if turns || breaks(&characters, index) {
            pieces.push(&text[start..at]);
            start = at;
        }
    }
    pieces.push(&text[start..]);
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Whether a line may end before `index`: behind `ab-` or `a-b-`, before `c` and one more letter.
fn breaks(characters: &[(usize, char)], index: usize) -> bool {
    let ahead = |by: usize| characters.get(index + by).map(|(_, character)| *character);
    let back = |by: usize| index.checked_sub(by).map(|at| characters[at].1);
    let letter = |c: Option<char>| c.is_some_and(|c| c == '_' || c.is_alphabetic());
    let hyphen = Some('-');
    let before = letter(back(2)) && (letter(back(3)) || back(3) == hyphen && letter(back(4)));
    let after = letter(ahead(0)) && (letter(ahead(1)) || ahead(1) == hyphen && letter(ahead(2)));
    back(1) == hyphen && before && after
}
