// SPDX-License-Identifier: Apache-2.0
//! The names that an initialiser gives: `.name = "x"`, `.driver = { .name = X }`.

/// What stands right of the equals sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value<'t> {
    Literal(&'t str),
    Identifier(&'t str),
}

/// Every value of a field whose name ends in `name`, up to the brace that closes the
/// first one.
pub(super) fn names(body: &[u8]) -> Vec<Value<'_>> {
    let mut found = Vec::new();
    let mut depth = 0_u32;
    let mut at = 0;
    while at < body.len() {
        match body[at] {
            b'{' => depth += 1,
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    break;
                }
            }
            b'"' => at += string(&body[at..]),
            b'/' if body[at..].starts_with(b"/*") => at += comment(&body[at..]),
            b'.' => found.extend(field(&body[at + 1..])),
            _ => {}
        }
        if depth == 0 {
            break;
        }
        at += 1;
    }
    found
}

/// The value of `driver.name = VALUE`, if the field is a name.
fn field(rest: &[u8]) -> Option<Value<'_>> {
    let length = rest.iter().take_while(|byte| is_path(**byte)).count();
    if !rest[..length].ends_with(b"name") {
        return None;
    }
    let value = rest[length..].trim_ascii_start().strip_prefix(b"=")?;
    let value = value.trim_ascii_start();
    if let Some(literal) = literal(value) {
        return Some(Value::Literal(literal));
    }
    let length = value.iter().take_while(|byte| is_word(**byte)).count();
    let identifier = std::str::from_utf8(&value[..length]).ok()?;
    (!identifier.is_empty()).then_some(Value::Identifier(identifier))
}

/// The text between quotes at the beginning, if it has no escapes.
pub(super) fn literal(text: &[u8]) -> Option<&str> {
    let inside = text.strip_prefix(b"\"")?;
    let end = inside
        .iter()
        .position(|byte| matches!(byte, b'"' | b'\\' | b'\n'))?;
    if inside[end] != b'"' {
        return None;
    }
    std::str::from_utf8(&inside[..end]).ok()
}

/// How far the closing quote is.
fn string(text: &[u8]) -> usize {
    let mut escaped = false;
    let end = text.iter().skip(1).position(|byte| {
        let ends = !escaped && matches!(byte, b'"' | b'\n');
        escaped = !escaped && *byte == b'\\';
        ends
    });
    end.map_or(text.len(), |end| end + 1)
}

fn comment(text: &[u8]) -> usize {
    memchr::memmem::find(text, b"*/").map_or(text.len(), |end| end + 1)
}

fn is_path(byte: u8) -> bool {
    is_word(byte) || byte == b'.'
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
