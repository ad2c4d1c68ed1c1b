// SPDX-License-Identifier: Apache-2.0
//! A page as a strict reader of XML takes it: every element closed, in order, every
//! attribute quoted and given once, no bare `<` or `&`.

#[derive(Debug)]
pub(crate) struct Tag<'a> {
    pub(crate) name: &'a str,
    pub(crate) attributes: Vec<(&'a str, &'a str)>,
}

impl<'a> Tag<'a> {
    pub(crate) fn value(&self, name: &str) -> Option<&'a str> {
        let found = self.attributes.iter().find(|(other, _)| *other == name);
        found.map(|(_, value)| *value)
    }
}

const DOCTYPE: &str = "<!DOCTYPE html>\n";
const RAW: [&str; 2] = ["style", "script"];
const ENTITIES: [&str; 5] = ["amp;", "lt;", "gt;", "quot;", "#39;"];

/// All tags that open an element, in order.
pub(crate) fn check(page: &str) -> Result<Vec<Tag<'_>>, String> {
    let mut rest = page.strip_prefix(DOCTYPE).ok_or("no document type")?;
    let (mut tags, mut open) = (vec![], vec![]);
    while let Some((text, markup)) = rest.split_once('<') {
        entities(text)?;
        rest = match markup.strip_prefix('/') {
            Some(closing) => close(closing, &mut open)?,
            None => enter(markup, &mut open, &mut tags)?,
        };
        if open.is_empty() && !rest.trim().is_empty() {
            return Err(format!("after the last element: {rest:.40}"));
        }
    }
    match open.last() {
        Some(name) => Err(format!("<{name}> is never closed")),
        None => Ok(tags),
    }
}

fn close<'a>(closing: &'a str, open: &mut Vec<&'a str>) -> Result<&'a str, String> {
    let (name, rest) = closing.split_once('>').ok_or("a tag without end")?;
    match open.pop() {
        Some(expected) if expected == name => Ok(rest),
        expected => Err(format!("</{name}> closes {expected:?}")),
    }
}

fn enter<'a>(
    markup: &'a str,
    open: &mut Vec<&'a str>,
    tags: &mut Vec<Tag<'a>>,
) -> Result<&'a str, String> {
    let end = markup.find([' ', '>', '/']).ok_or("a tag without end")?;
    let (name, rest) = markup.split_at(end);
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(format!("not the name of an element: <{markup:.40}"));
    }
    let (attributes, rest) = attributes(rest)?;
    tags.push(Tag { name, attributes });
    if let Some(rest) = rest.strip_prefix("/>") {
        return Ok(rest);
    }
    let rest = rest
        .strip_prefix('>')
        .ok_or(format!("in <{name}>: {rest:.40}"))?;
    if !RAW.contains(&name) {
        open.push(name);
        return Ok(rest);
    }
    let (_, rest) = rest
        .split_once(&format!("</{name}>"))
        .ok_or("a style without end")?;
    Ok(rest)
}

type Attributes<'a> = Vec<(&'a str, &'a str)>;

fn attributes(mut rest: &str) -> Result<(Attributes<'_>, &str), String> {
    let mut attributes: Attributes<'_> = vec![];
    while let Some(next) = rest.strip_prefix(' ') {
        let (name, after) = next
            .split_once("=\"")
            .ok_or(format!("no value: {next:.40}"))?;
        let (value, after) = after.split_once('"').ok_or(format!("no end: {next:.40}"))?;
        if !name
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || b"-:H".contains(&byte))
        {
            return Err(format!("not the name of an attribute: {name:.40}"));
        }
        if attributes.iter().any(|(other, _)| *other == name) || value.contains('<') {
            return Err(format!("{name}=\"{value:.40}\""));
        }
        entities(value)?;
        attributes.push((name, value));
        rest = after;
    }
    Ok((attributes, rest))
}

fn entities(text: &str) -> Result<(), String> {
    let known = |rest: &str| ENTITIES.iter().any(|entity| rest.starts_with(entity));
    match text.split('&').skip(1).find(|rest| !known(rest)) {
        Some(rest) => Err(format!("&{rest:.20}")),
        None if text.contains('>') => Err(format!("a bare >: {text:.40}")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_well_formed_is_found() {
        let wrong = [
            "<p>",
            "<p></div>",
            "<p></p><p></p>",
            "<p><b></p></b>",
            "<p>&</p>",
            "<p>a > b</p>",
            "<p>< b</p>",
            "<p class=a></p>",
            "<p class></p>",
            "<p class=\"a\" class=\"b\"></p>",
            "<p class=\"<\"></p>",
            "<p class=\"a></p>",
            "<p <b></b></p>",
            "<style>",
        ];
        for page in wrong {
            assert!(check(&format!("{DOCTYPE}{page}")).is_err(), "{page}");
        }
        let page = "<p class=\"a\">&lt; <b>x</b><i x=\"1\"/><style>a > b</style></p>\n";
        let page = format!("{DOCTYPE}{page}");
        assert_eq!(check(&page).map(|tags| tags.len()), Ok(4));
    }
}
