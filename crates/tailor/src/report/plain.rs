// SPDX-License-Identifier: Apache-2.0
//! Text of strangers made harmless to look at: no control character, which a terminal
//! obeys, and none that turns the direction of writing, which lets a name look like another.

/// Stands for a character that is not shown.
const REPLACEMENT: char = '\u{fffd}';

/// The characters to show, line ends and tabs as blanks.
pub(super) fn characters(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().map(|character| match character {
        '\n' | '\r' | '\t' => ' ',
        _ if character.is_control() || misleads(character) => REPLACEMENT,
        _ => character,
    })
}

/// The same, as one text.
pub(super) fn plain(text: &str) -> String {
    characters(text).collect()
}

/// Directional marks, embeddings and isolates, separators of lines and paragraphs,
/// characters without width, and those that are none in HTML.
fn misleads(character: char) -> bool {
    matches!(
        character,
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{feff}' | '\u{fdd0}'..='\u{fdef}'
    ) || (u32::from(character) & 0xfffe) == 0xfffe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_not_shown() {
        assert_eq!(
            plain("a\x1b[31mb\u{9b}c\0"),
            "a\u{fffd}[31mb\u{fffd}c\u{fffd}"
        );
        assert_eq!(plain("a\nb\tc\r"), "a b c ");
    }

    #[test]
    fn what_looks_like_something_else_is_not_shown() {
        let text = "a\u{202e}b\u{2066}c\u{200b}d\u{ffff}\u{1fffe}\u{fdd0}e";
        let r = REPLACEMENT;
        assert_eq!(plain(text), format!("a{r}b{r}c{r}d{r}{r}{r}e"));
        assert_eq!(plain("größer → 中文 ✓"), "größer → 中文 ✓");
    }
}
