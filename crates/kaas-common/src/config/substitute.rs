// SPDX-License-Identifier: Apache-2.0
//! `$name`, `${name}`, `$group.name` in a text (`ConfigOpts._substitute`): a dollar before
//! anything else stays, and `$$` or `\$` stands for one.

/// The text with each reference replaced by what `value` says of it; its first error ends it.
pub(super) fn substitute<E>(
    text: &str,
    mut value: impl FnMut(&str) -> Result<String, E>,
) -> Result<String, E> {
    let text = text.replace("\\$", "$$");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some((name, after)) = reference(rest) {
            out.push_str(&value(name)?);
            rest = after;
        } else {
            out.push('$');
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// The name behind a dollar, and what follows it.
fn reference(text: &str) -> Option<(&str, &str)> {
    if let Some(inner) = text.strip_prefix('{') {
        let (name, after) = identifier(inner)?;
        return Some((name, after.strip_prefix('}')?));
    }
    identifier(text)
}

/// A letter or an underscore; then also digits and dots, a last dot included.
fn identifier(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'));
    let (name, after) = text.split_at(end.unwrap_or(text.len()));
    let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    starts.then_some((name, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        substitute(text, |name| Ok::<_, ()>(format!("<{name}>"))).unwrap()
    }

    #[test]
    fn references_are_replaced_and_other_dollars_stay() {
        assert_eq!(of("$a-${b.c}-$$d-\\$e"), "<a>-<b.c>-$d-$e");
        assert_eq!(of("$5 ${x $( ${} $"), "$5 ${x $( ${} $");
        assert_eq!(of("$a."), "<a.>");
        assert_eq!(of("$äa"), "$äa");
    }
}
