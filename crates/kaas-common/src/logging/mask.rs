// SPDX-License-Identifier: Apache-2.0
//! Takes secrets out of a text that is to be logged: what stands behind a word such as
//! `password` or `token`, and what stands between colon and at sign in a URL.

/// Words whose value is not shown; case does not matter, and they may be the end of a longer
/// word: `admin_password`, `X-Auth-Token`.
const WORDS: &[&str] = &[
    "password",
    "passwd",
    "admin_pass",
    "adminpass",
    "new_pass",
    "passphrase",
    "secret",
    "token",
    "private_key",
    "privatekey",
    "encrypted_key",
    "fernetkey",
    "sslkey",
    "sys_pswd",
    "authorization",
    "credential",
    "cookie",
];

const MASK: &str = "***";

/// The text, its secrets replaced by `***`.
pub fn mask(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let secret = word(&lower[at..])
            .and_then(|length| behind_word(text, at + length))
            .or_else(|| in_url(text, at));
        if let Some((start, end)) = secret {
            out.push_str(&text[at..start]);
            out.push_str(MASK);
            at = end;
            continue;
        }
        let next = text[at..].chars().next().map_or(1, char::len_utf8);
        out.push_str(&text[at..at + next]);
        at += next;
    }
    out
}

/// The length of the word that the text begins with.
fn word(lower: &str) -> Option<usize> {
    let words = WORDS.iter().filter(|word| lower.starts_with(**word));
    words.map(|word| word.len()).max()
}

/// Where the value of a word that ends at `end` is: behind `=` or `:`, or in quotes, or the next
/// argument when the word ends an option of a command line.
fn behind_word(text: &str, end: usize) -> Option<(usize, usize)> {
    let rest = &text[end..];
    let word_end = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == 's' || c == 'S');
    let unquoted = word_end
        .trim_start_matches(['"', '\''])
        .trim_start_matches('\\');
    let unquoted = unquoted.trim_start_matches(['"', '\'']);
    let blank = unquoted.trim_start();
    let value = match blank
        .strip_prefix("=>")
        .or_else(|| blank.strip_prefix(['=', ':', ',']))
    {
        Some(value) => value.trim_start(),
        None if blank.starts_with(['"', '\'']) && blank.len() < unquoted.len() => blank,
        None if is_option(text, end) && blank.len() < unquoted.len() => blank,
        None => return None,
    };
    let start = text.len() - value.len();
    value_at(text, start)
}

/// Whether the word is the end of `--some-word`.
fn is_option(text: &str, end: usize) -> bool {
    let before = text[..end]
        .rsplit(char::is_whitespace)
        .next()
        .unwrap_or_default();
    before.starts_with("--")
}

/// A text in quotes up to the same quote, or up to a blank or a separator; `Bearer x` as one.
fn value_at(text: &str, start: usize) -> Option<(usize, usize)> {
    let value = &text[start..];
    let opened = value
        .strip_prefix(['u', 'b'])
        .filter(|rest| rest.starts_with(['"', '\'']))
        .unwrap_or(value);
    let opened = opened
        .strip_prefix('\\')
        .filter(|rest| rest.starts_with('"'))
        .unwrap_or(opened);
    if let Some(quote) = opened.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let inner = &opened[1..];
        let start = text.len() - inner.len();
        let length = inner.find(quote).unwrap_or(inner.len());
        return Some((start, start + length));
    }
    let scheme = ["Bearer ", "Basic ", "bearer ", "basic "]
        .iter()
        .find(|scheme| value.starts_with(**scheme));
    let skipped = scheme.map_or(0, |scheme| scheme.len());
    let stops = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '\'' | ',' | ';' | '}' | ')' | ']' | '&' | '>' | '<'
            )
    };
    let length = value[skipped..]
        .find(stops)
        .unwrap_or(value.len() - skipped)
        + skipped;
    (length > 0).then_some((start, start + length))
}

/// The password of `scheme://user:password@host` whose `://` stands here.
fn in_url(text: &str, at: usize) -> Option<(usize, usize)> {
    let rest = text[at..].strip_prefix("://")?;
    let end = rest
        .find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '/'))
        .unwrap_or(rest.len());
    let user_end = rest[..end].rfind('@')?;
    let colon = rest[..user_end].find(':')?;
    let start = at + "://".len();
    Some((start + colon + 1, start + user_end))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `tests/logging/record.py` tells which of these oslo.utils masks: all but those in `more`.
    #[test]
    fn what_oslo_masks_is_masked() {
        let cases: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/logging/masked.json")).unwrap();
        for case in cases.as_array().unwrap() {
            let text = case.as_str().unwrap();
            assert!(!mask(text).contains("hunter2"), "{text} -> {}", mask(text));
            assert!(mask(text).contains("***"), "{text}");
        }
    }

    #[test]
    fn what_else_holds_secrets_is_masked() {
        let cases = [
            (
                "rabbit://u:hunter2@h1,u:hunter2@h2/v",
                "rabbit://u:***@h2/v",
            ),
            (
                "mysql+pymysql://kaas:hun@ter2@db/kaas",
                "mysql+pymysql://kaas:***@db/kaas",
            ),
            ("X-Auth-Token: hunter2", "X-Auth-Token: ***"),
            ("Authorization: Bearer hunter2, x", "Authorization: ***, x"),
            ("tokens=hunter2 y=1", "tokens=*** y=1"),
            (
                r#"{\"password\": \"hunter2\"}"#,
                r#"{\"password\": \"***"}"#,
            ),
            ("?token=hunter2&x=1", "?token=***&x=1"),
        ];
        for (text, masked) in cases {
            assert_eq!(mask(text), masked);
        }
    }

    #[test]
    fn what_is_no_secret_stays() {
        for text in [
            "the token has expired",
            "http://h:80/p",
            "password",
            "ünïcode @ http://ä/",
            "secretary bird",
            "",
        ] {
            assert_eq!(mask(text), text);
        }
    }
}
