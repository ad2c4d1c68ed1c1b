// SPDX-License-Identifier: Apache-2.0
//! The schemas in `doc/schema/agent/` say what the types say: each example is read and written
//! as it is, and each of thousands of changes to one is refused by both or by neither.

use std::fs;
use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, from_value, json, to_value};

use super::super::*;
use super::schema::accepts;

/// A document as it is written after it was read; nothing if it is refused.
type Reader = fn(Value) -> Option<Value>;

fn read<T: DeserializeOwned + Serialize>(value: Value) -> Option<Value> {
    Some(to_value(from_value::<T>(value).ok()?).unwrap())
}

fn invitation(value: Value) -> Option<Value> {
    match from_value(value).ok()? {
        invited @ Enrollment::Invited { .. } => Some(to_value(invited).unwrap()),
        _ => None,
    }
}

const DOCUMENTS: [(&str, Reader); 13] = [
    ("ack", read::<Ack>),
    ("action", read::<Action>),
    ("commands", read::<Commands>),
    ("complete", read::<Complete>),
    ("enroll-request", read::<EnrollRequest>),
    ("error", read::<ErrorDocument>),
    ("invitation", invitation),
    ("issued", read::<Issued>),
    ("open-upload", read::<OpenUpload>),
    ("renew-request", read::<RenewRequest>),
    ("report", read::<Report>),
    ("result", read::<CommandResult>),
    ("upload", read::<Upload>),
];

fn document(name: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../doc");
    root.join(name)
}

fn schema(name: &str) -> Value {
    let text = fs::read(document("schema/agent").join(format!("{name}.json"))).unwrap();
    serde_json::from_slice(&text).unwrap()
}

#[test]
fn every_schema_has_its_type() {
    let files = fs::read_dir(document("schema/agent")).unwrap();
    let mut names: Vec<String> = files
        .map(|file| {
            file.unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    assert_eq!(names, DOCUMENTS.map(|(name, _)| name));
}

#[test]
fn examples_are_read_and_written_as_they_are() {
    for (name, read) in DOCUMENTS {
        let schema = schema(name);
        for example in schema["examples"].as_array().unwrap() {
            assert!(accepts(&schema, &schema, example), "{name}: {example}");
            let written = read(example.clone()).unwrap_or_else(|| panic!("{name}: {example}"));
            assert!(accepts(&schema, &schema, &written), "{name}: {written}");
            // Members with a default may come in addition; none gets lost or changes.
            assert!(
                includes(&written, example),
                "{name}: {written} of {example}"
            );
        }
    }
}

fn includes(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => {
            let mut members = part.iter();
            members.all(|(name, part)| whole.get(name).is_some_and(|one| includes(one, part)))
        }
        (Value::Array(whole), Value::Array(part)) => {
            whole.len() == part.len() && whole.iter().zip(part).all(|(w, p)| includes(w, p))
        }
        _ => whole == part,
    }
}

#[test]
fn changes_are_refused_by_both_or_by_neither() {
    let (mut refused, mut taken) = (0, 0);
    for (name, read) in DOCUMENTS {
        let schema = schema(name);
        for example in schema["examples"].as_array().unwrap() {
            for change in changes(example) {
                let by_schema = accepts(&schema, &schema, &change);
                let by_type = read(change.clone()).is_some();
                let text = change.to_string();
                let shown: String = text.chars().take(300).collect();
                assert_eq!(by_schema, by_type, "{name}: schema, type: {shown}");
                *if by_type { &mut taken } else { &mut refused } += 1;
            }
        }
    }
    assert!(refused > 1000 && taken > 300, "{refused} {taken}");
}

/// The value with one thing in it changed, in every place and way.
fn changes(value: &Value) -> Vec<Value> {
    let mut all = replacements(value);
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let mut without = members.clone();
                without.remove(name);
                all.push(without.into());
                for change in changes(member) {
                    let mut other = members.clone();
                    other.insert(name.clone(), change);
                    all.push(other.into());
                }
            }
            let mut more = members.clone();
            more.insert("newer".to_owned(), json!([{}]));
            all.push(more.into());
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                for change in changes(item) {
                    let mut other = items.clone();
                    other[index] = change;
                    all.push(other.into());
                }
            }
            let lengths = [0, 4, 5, 8, 9, 16, 17, 256, 257];
            let many = |length: usize| items.iter().cycle().take(length).cloned().collect();
            all.extend(lengths.into_iter().map(many));
        }
        _ => {}
    }
    all
}

fn replacements(value: &Value) -> Vec<Value> {
    let mut all = vec![json!(null), json!(true), json!(-1), json!(1.5), json!("")];
    match value {
        Value::String(text) => {
            all.extend([
                json!(text.to_uppercase()),
                json!(format!("{text}\n")),
                json!(format!("{text}\u{1b}")),
                json!(format!("{text}\u{e4}")),
                json!(text.replace('-', "0")),
            ]);
            let lengths = [
                36, 64, 128, 129, 256, 257, 512, 513, 1024, 1025, 16384, 16385,
            ];
            all.extend(lengths.map(|length| json!("a".repeat(length))));
            all.extend(lengths.map(|length| json!("\u{e4}".repeat(length))));
        }
        Value::Number(_) => all.extend([json!(0), json!(65535), json!(65536), json!(u64::MAX)]),
        _ => {}
    }
    all
}

/// Bytes changed by chance: whatever becomes of a document, it is read or refused.
#[test]
fn no_bytes_are_fatal() {
    let mut chance = Chance(1);
    let mut taken = 0;
    for (name, read) in DOCUMENTS {
        for example in schema(name)["examples"].as_array().unwrap() {
            let bytes = example.to_string().into_bytes();
            for _ in 0..2000 {
                let mut changed = bytes.clone();
                for _ in 0..=chance.below(3) {
                    chance.change(&mut changed);
                }
                let value = serde_json::from_slice(&changed).ok();
                taken += usize::from(value.and_then(read).is_some());
            }
        }
    }
    assert!(taken > 1000, "{taken}");
}

/// Numbers that are the same each time (a linear congruential generator, Knuth's constants).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        let next = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = next.wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn change(&mut self, bytes: &mut Vec<u8>) {
        let place = self.below(bytes.len().max(1));
        match self.below(4) {
            _ if bytes.is_empty() => {}
            0 => bytes.truncate(place + 1),
            1 => bytes[place] = u8::try_from(self.below(256)).unwrap(),
            2 => drop(bytes.remove(place)),
            _ => bytes.insert(place, b"\"{}[],:0-e\\"[self.below(11)]),
        }
    }
}

#[test]
fn the_protocol_names_every_code_and_path() {
    let text = fs::read_to_string(document("agent-protocol.md")).unwrap();
    for code in Code::ALL {
        let (name, status) = code.parts();
        assert!(text.contains(&format!("| `{name}` | {status} |")), "{name}");
    }
    for (name, _) in DOCUMENTS {
        assert!(
            text.contains(&format!("(schema/agent/{name}.json)")),
            "{name}"
        );
    }
}
