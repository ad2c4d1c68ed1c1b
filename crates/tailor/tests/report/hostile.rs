// SPDX-License-Identifier: Apache-2.0
//! Reports whose texts want to be more than texts, and whose figures cannot be.

use serde_json::Value;
use tailor::report::Report;

use super::{markup, sample};

/// Stands in what a page would obey; no page may hold it as an element, an attribute, or
/// outside of a text.
const MARK: &str = "pwned";

pub(crate) const ATTACKS: [&str; 6] = [
    "</style></script></title></table><pwned onload=\"pwned()\">",
    "\" onmouseover=\"pwned()\" x=\"",
    "' pwned='",
    "--><!-- <![CDATA[ <pwned/> ]]> &lt;pwned&gt; &#60;pwned&#62;",
    "\u{1b}]0;pwned\u{7}\u{1b}[2J\u{9b}31m\0\r\n\u{202e}pwned\u{2066}\u{feff}",
    "javascript:pwned()//https://pwned.example/",
];

/// The sample with every text that is not a word of a closed list replaced by the attack.
pub(crate) fn everywhere(attack: &str) -> Report {
    let mut json = sample::named("memcached").json;
    let mut paths = vec![];
    texts(&json, String::new(), &mut paths);
    let mut attacked = 0;
    for path in paths {
        let mut next = json.clone();
        *next.pointer_mut(&path).expect("a text") = attack.into();
        if serde_json::from_value::<Report>(next.clone()).is_ok() {
            json = next;
            attacked += 1;
        }
    }
    assert!(attacked > 100, "only {attacked} texts");
    serde_json::from_value(json).expect("still a report")
}

fn texts(value: &Value, path: String, found: &mut Vec<String>) {
    match value {
        Value::String(_) => found.push(path),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                texts(item, format!("{path}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                texts(field, format!("{path}/{name}"), found);
            }
        }
        _ => {}
    }
}

/// The same elements and attributes as without the attack.
pub(crate) fn check_page(page: &str, attack: &str) -> Result<(), String> {
    let tags = markup::check(page)?;
    for tag in &tags {
        let names = tag.attributes.iter().map(|(name, _)| *name);
        if names
            .chain([tag.name])
            .any(|name| name.contains(MARK) || name.starts_with("on"))
        {
            return Err(format!("{attack:?} made <{}>", tag.name));
        }
        if tag
            .value("href")
            .is_some_and(|target| target.contains(MARK))
        {
            return Err(format!("{attack:?} became a link"));
        }
    }
    let raw = ["style", "script"];
    if raw
        .iter()
        .any(|name| tags.iter().filter(|tag| tag.name == *name).count() != 1)
    {
        return Err(format!("{attack:?} made a style or a script"));
    }
    unharmful(page)
}

/// No character that a terminal obeys or that hides others.
pub(crate) fn unharmful(text: &str) -> Result<(), String> {
    let harmful =
        |c: &char| c.is_control() && *c != '\n' || "\u{202e}\u{2066}\u{feff}".contains(*c);
    match text.chars().find(harmful) {
        Some(found) => Err(format!("holds {found:?}")),
        None => Ok(()),
    }
}

/// Every number of the sample at its end, at nothing, and the lists empty one at a time.
pub(crate) fn extreme_figures() -> Vec<Report> {
    let whole = sample::named("memcached").json;
    let mut reports: Vec<Value> = [0, 1, u64::MAX].map(|n| figures(&whole, n)).into();
    for name in whole
        .as_object()
        .into_iter()
        .flat_map(|fields| fields.keys())
    {
        if whole[name].is_array() {
            let mut one = whole.clone();
            one[name] = Value::Array(vec![]);
            reports.push(one);
        }
    }
    for list in ["by_year", "by_vector", "remaining"] {
        let mut one = whole.clone();
        one["cves"][list] = Value::Array(vec![]);
        reports.push(one);
    }
    let report = |json| serde_json::from_value(json).expect("still a report");
    reports.into_iter().map(report).collect()
}

fn figures(value: &Value, figure: u64) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| figures(item, figure)).collect(),
        Value::Object(fields) => {
            let keep = |name: &str| matches!(name, "schema" | "year");
            let field = |(name, field): (&String, &Value)| {
                let field = if keep(name) {
                    field.clone()
                } else {
                    figures(field, figure)
                };
                (name.clone(), field)
            };
            Value::Object(fields.iter().map(field).collect())
        }
        Value::Number(_) => figure.into(),
        other => other.clone(),
    }
}
