// SPDX-License-Identifier: Apache-2.0
//! `doc/schema/report.json` held against reports: as much of JSON Schema (2020-12) as it uses.

use std::sync::LazyLock;

use serde_json::Value;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../doc/schema/report.json");

static SCHEMA: LazyLock<Value> = LazyLock::new(|| {
    let text = std::fs::read_to_string(FILE).expect("readable");
    serde_json::from_str(&text).expect("JSON")
});

pub(crate) fn check(report: &Value) -> Result<(), String> {
    Checker { root: &SCHEMA }.check(&SCHEMA, report, "")
}

/// The words that a definition allows.
pub(crate) fn words(definition: &str) -> Vec<String> {
    let words = SCHEMA["$defs"][definition]["enum"].clone();
    serde_json::from_value(words).expect(definition)
}

/// What the checker knows; another keyword would go unchecked.
const KEYWORDS: [&str; 17] = [
    "$defs",
    "$id",
    "$ref",
    "$schema",
    "additionalProperties",
    "anyOf",
    "const",
    "description",
    "enum",
    "items",
    "maxItems",
    "maximum",
    "minimum",
    "properties",
    "required",
    "title",
    "type",
];

struct Checker<'a> {
    root: &'a Value,
}

impl Checker<'_> {
    fn check(&self, schema: &Value, value: &Value, path: &str) -> Result<(), String> {
        let keywords = schema.as_object().ok_or("a schema is an object")?;
        for (keyword, argument) in keywords {
            if !KEYWORDS.contains(&&**keyword) {
                return Err(format!("{path}: the checker does not know {keyword}"));
            }
            let met = match &**keyword {
                "$ref" => self.check(self.definition(argument)?, value, path)?.eq(&()),
                "anyOf" => list(argument)
                    .iter()
                    .any(|one| self.check(one, value, path).is_ok()),
                "type" => is_of_type(argument, value),
                "const" => value == argument,
                "enum" => list(argument).contains(value),
                "minimum" => !value.is_u64() || value.as_u64() >= argument.as_u64(),
                "maximum" => !value.is_u64() || value.as_u64() <= argument.as_u64(),
                "maxItems" => list(value).len() as u64 <= argument.as_u64().unwrap_or(0),
                "required" => names(argument).all(|name| value.get(name).is_some()),
                _ => true,
            };
            if !met {
                return Err(format!(
                    "{path}: {keyword} {argument} is not met by {value:.80}"
                ));
            }
        }
        self.check_inside(schema, value, path)
    }

    fn check_inside(&self, schema: &Value, value: &Value, path: &str) -> Result<(), String> {
        for (index, item) in list(value).iter().enumerate() {
            self.check(&schema["items"], item, &format!("{path}/{index}"))
                .or_else(|error| {
                    if schema["items"].is_null() {
                        Ok(())
                    } else {
                        Err(error)
                    }
                })?;
        }
        let Some(properties) = schema["properties"].as_object() else {
            return Ok(());
        };
        if schema["additionalProperties"] != false {
            return Err(format!("{path}: an object names all its properties"));
        }
        if names(&schema["required"]).count() != properties.len() {
            return Err(format!("{path}: every property is written"));
        }
        for (name, field) in value.as_object().into_iter().flatten() {
            let property = properties
                .get(name)
                .ok_or(format!("{path}/{name} is not described"))?;
            self.check(property, field, &format!("{path}/{name}"))?;
        }
        Ok(())
    }

    fn definition(&self, reference: &Value) -> Result<&Value, String> {
        let pointer = reference.as_str().and_then(|text| text.strip_prefix('#'));
        let found = pointer.and_then(|pointer| self.root.pointer(pointer));
        found.ok_or_else(|| format!("there is no {reference}"))
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn names(value: &Value) -> impl Iterator<Item = &str> {
    list(value).iter().filter_map(Value::as_str)
}

fn is_of_type(types: &Value, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_u64(),
        Some("null") => value.is_null(),
        _ => false,
    };
    if types.is_array() {
        list(types).iter().any(is)
    } else {
        is(types)
    }
}

/// The report with something added, missing or of another type, in every kind of object.
pub(crate) fn mutilations(whole: &Value) -> Vec<(String, Value)> {
    let mut broken = vec![];
    let mut paths = vec![String::new()];
    while let Some(path) = paths.pop() {
        match whole.pointer(&path) {
            Some(Value::Array(items)) => {
                paths.extend(items.first().map(|_| format!("{path}/0")));
            }
            Some(Value::Object(fields)) => {
                for name in fields.keys() {
                    paths.push(format!("{path}/{name}"));
                    broken.extend(changed(whole, &path, |object| object.remove(name)));
                    broken.extend(changed(whole, &path, |object| {
                        object.insert(name.clone(), Value::Bool(true))
                    }));
                }
                broken.extend(changed(whole, &path, |object| {
                    object.insert("unknown".to_owned(), Value::Null);
                    Some(Value::Null)
                }));
            }
            _ => {}
        }
    }
    assert!(broken.len() > 100, "only {}", broken.len());
    broken
}

type Object = serde_json::Map<String, Value>;

fn changed(
    whole: &Value,
    path: &str,
    change: impl FnOnce(&mut Object) -> Option<Value>,
) -> Option<(String, Value)> {
    let mut broken = whole.clone();
    change(broken.pointer_mut(path)?.as_object_mut()?)?;
    Some((path.to_owned(), broken))
}
