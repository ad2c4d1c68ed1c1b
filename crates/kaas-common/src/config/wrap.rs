// SPDX-License-Identifier: Apache-2.0
//! Lines of help as Python's `textwrap` breaks them: at blanks, and behind a hyphen between
//! letters.

/// `text` in lines of at most `width` characters, each with `lead` in front; a longer word
/// has a line of its own. Blanks inside a line stay as they are.
pub(super) fn wrap(text: &str, width: usize, lead: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let room = width.saturating_sub(lead.chars().count());
    for piece in pieces(text) {
        let blank = piece.trim().is_empty();
        if line.is_empty() && blank && !lines.is_empty() {
            continue;
        }
        if !line.is_empty() && line.chars().count() + piece.chars().count() > room {
            lines.push(std::mem::take(&mut line));
            if blank {
                continue;
            }
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
