// SPDX-License-Identifier: Apache-2.0
//! Bytes of Kconfig and `.config` files as strings, without loss.
//!
//! Kernel files are UTF-8, but nothing says that a string value or a comment
//! must be. A byte that is not part of valid UTF-8 becomes one private
//! code point, and [`encode`] turns it back into that byte.

use std::borrow::Cow;

/// Where the bytes that are not UTF-8 go: `ESCAPE + byte`.
const ESCAPE: u32 = 0x0010_FE00;

/// The first byte of every one of them in UTF-8.
const ESCAPE_LEAD: u8 = 0xf4;

/// Any bytes as a string; [`encode`] gives back exactly these bytes.
pub fn decode(bytes: &[u8]) -> String {
    match as_they_are(bytes) {
        Some(text) => text.to_owned(),
        None => decode_odd(bytes),
    }
}

/// As [`decode`], of bytes that are no longer needed otherwise.
pub(crate) fn decode_owned(bytes: Vec<u8>) -> String {
    if bytes.contains(&ESCAPE_LEAD) {
        return decode_odd(&bytes);
    }
    String::from_utf8(bytes).unwrap_or_else(|error| decode_odd(error.as_bytes()))
}

/// As [`decode`], of bytes that are looked at only for a while.
pub(crate) fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    match as_they_are(bytes) {
        Some(text) => Cow::Borrowed(text),
        None => Cow::Owned(decode_odd(bytes)),
    }
}

/// Nearly all files are UTF-8, and without the byte that our code points begin with.
fn as_they_are(bytes: &[u8]) -> Option<&str> {
    if bytes.contains(&ESCAPE_LEAD) {
        return None;
    }
    std::str::from_utf8(bytes).ok()
}

fn decode_odd(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        push_valid(&mut out, chunk.valid());
        chunk
            .invalid()
            .iter()
            .for_each(|byte| out.push(escaped(*byte)));
    }
    out
}

/// The bytes that [`decode`] was given.
pub fn encode(text: &str) -> Cow<'_, [u8]> {
    if !text.as_bytes().contains(&ESCAPE_LEAD) {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut out = Vec::with_capacity(text.len());
    for character in text.chars() {
        match original(character) {
            Some(byte) => out.push(byte),
            None => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Cow::Owned(out)
}

/// The one text that stands for these bytes. Bytes that become neighbours when what
/// stood between them is taken out may be a character together.
pub(crate) fn canonical(text: String) -> String {
    if text.contains(is_escaped) {
        decode(&encode(&text))
    } else {
        text
    }
}

/// Valid text may itself hold our private code points: these go byte by byte.
fn push_valid(out: &mut String, valid: &str) {
    if !valid.contains(is_escaped) {
        out.push_str(valid);
        return;
    }
    for character in valid.chars() {
        if is_escaped(character) {
            let mut buffer = [0; 4];
            character
                .encode_utf8(&mut buffer)
                .bytes()
                .for_each(|byte| out.push(escaped(byte)));
        } else {
            out.push(character);
        }
    }
}

fn escaped(byte: u8) -> char {
    char::from_u32(ESCAPE + u32::from(byte)).unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn original(character: char) -> Option<u8> {
    u8::try_from(u32::from(character).checked_sub(ESCAPE)?).ok()
}

fn is_escaped(character: char) -> bool {
    original(character).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_survive() {
        let hostile = escaped(7).to_string();
        let cases: [&[u8]; 5] = [
            b"",
            b"plain",
            "\u{e4}\u{20ac}".as_bytes(),
            b"a\xff\xc3(b\x80",
            hostile.as_bytes(),
        ];
        for bytes in cases {
            assert_eq!(encode(&decode(bytes)).as_ref(), bytes);
        }
    }

    #[test]
    fn halves_of_a_character_find_each_other() {
        let halves = format!("{}{}", decode(b"\xde"), decode(b"\x97"));
        assert_eq!(canonical(halves), "\u{797}");
    }

    #[test]
    fn utf8_stays_readable() {
        assert_eq!(decode("Gr\u{fc}n".as_bytes()), "Gr\u{fc}n");
    }
}
