// SPDX-License-Identifier: Apache-2.0
//! The part of JSON Schema (draft 2020-12) that the protocol's schemas use. Anything else in
//! a schema is an error, so that nothing stands there unchecked.

use serde_json::{Map, Value};

/// What only people read.
const REMARKS: [&str; 6] = [
    "$schema",
    "$id",
    "$defs",
    "title",
    "description",
    "examples",
];

/// Whether a value is as a schema says; `root` holds what is referred to.
pub(super) fn accepts(root: &Value, schema: &Value, value: &Value) -> bool {
    let rules = schema.as_object().unwrap();
    rules
        .iter()
        .filter(|(name, _)| !REMARKS.contains(&name.as_str()))
        .all(|(name, rule)| holds(root, rules, (name, rule), value))
}

fn holds(
    root: &Value,
    rules: &Map<String, Value>,
    (name, rule): (&str, &Value),
    value: &Value,
) -> bool {
    match name {
        "$ref" => accepts(
            root,
            root.pointer(&rule.as_str().unwrap()[1..]).unwrap(),
            value,
        ),
        "oneOf" => {
            let options = rule.as_array().unwrap().iter();
            options
                .filter(|option| accepts(root, option, value))
                .count()
                == 1
        }
        "const" => rule == value,
        "enum" => rule.as_array().unwrap().contains(value),
        "type" => match rule {
            Value::Array(types) => types.iter().any(|one| is_a(one, value)),
            one => is_a(one, value),
        },
        "minimum" | "maximum" => is_within(name == "minimum", rule, value),
        "minLength" | "maxLength" => {
            let length = value.as_str().map(|text| text.chars().count() as u64);
            is_count(name == "minLength", rule, length)
        }
        "maxItems" => is_count(
            false,
            rule,
            value.as_array().map(|items| items.len() as u64),
        ),
        "pattern" => value
            .as_str()
            .is_none_or(|text| fits(rule.as_str().unwrap(), text)),
        "items" => {
            let mut items = value.as_array().into_iter().flatten();
            items.all(|item| accepts(root, rule, item))
        }
        "required" => {
            let mut names = rule.as_array().unwrap().iter();
            names.all(|name| !value.is_object() || value.get(name.as_str().unwrap()).is_some())
        }
        "properties" => {
            let mut known = rule.as_object().unwrap().iter();
            known.all(|(name, rule)| value.get(name).is_none_or(|v| accepts(root, rule, v)))
        }
        "additionalProperties" => {
            assert_eq!(rule, &Value::Bool(false));
            let known = rules["properties"].as_object().unwrap();
            let members = value.as_object();
            members.is_none_or(|members| members.keys().all(|name| known.contains_key(name)))
        }
        other => panic!("{other} is not a rule that is checked"),
    }
}

fn is_a(kind: &Value, value: &Value) -> bool {
    match kind.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "integer" => value.is_u64() || value.is_i64(),
        other => panic!("{other} is not a type that is checked"),
    }
}

fn is_within(is_least: bool, rule: &Value, value: &Value) -> bool {
    let limit = i128::from(rule.as_u64().unwrap());
    let number = value
        .as_u64()
        .map(i128::from)
        .or(value.as_i64().map(i128::from));
    number.is_none_or(|number| {
        if is_least {
            number >= limit
        } else {
            number <= limit
        }
    })
}

fn is_count(is_least: bool, rule: &Value, count: Option<u64>) -> bool {
    let limit = rule.as_u64().unwrap();
    count.is_none_or(|count| {
        if is_least {
            count >= limit
        } else {
            count <= limit
        }
    })
}

/// The patterns that there are, each in Rust.
fn fits(pattern: &str, text: &str) -> bool {
    let all = |fits: fn(char) -> bool| text.chars().all(fits);
    let is_digit = |c: char| matches!(c, '0'..='9' | 'a'..='f');
    match pattern {
        r"^[^\u0000-\u001f\u007f-\u009f]*$" => all(|c| !c.is_control()),
        r"^[^\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f]*$" => {
            all(|c| !c.is_control() || c == '\n' || c == '\r')
        }
        "^[!-~]+$" => !text.is_empty() && all(|c| ('!'..='~').contains(&c)),
        "^[0-9a-f]{64}$" => text.len() == 64 && text.chars().all(is_digit),
        "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$" => {
            let parts: Vec<&str> = text.split('-').collect();
            let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
            lengths == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || is_digit(c))
        }
        other => panic!("{other} is not a pattern that is checked"),
    }
}
