// SPDX-License-Identifier: Apache-2.0
//! Lists and dictionaries in one line. A piece that is nothing by itself is joined with the
//! next one by its comma, and tried again: so a value may hold commas where its type can tell.

use std::collections::VecDeque;

use crate::config::value::Value;
use crate::python;

use super::{Kind, Wrong};

/// Trailing commas are dropped, empty pieces between others are not.
pub(super) fn list(text: &str, item: &Kind) -> Result<Value, Wrong> {
    let text = text.trim_matches(python::is_space).trim_end_matches(',');
    let convert = |piece: &str| item.convert(piece.trim_matches(python::is_space));
    pieces(text, convert).map(Value::List)
}

/// A piece without a colon belongs to the next one, so a value cannot hold commas.
pub(super) fn map(text: &str, kind: &Kind) -> Result<Value, Wrong> {
    let text = text.trim_matches(python::is_space);
    let mut pairs: Vec<(String, Value)> = Vec::new();
    for (key, value) in pieces(text, |piece| pair(piece, kind))? {
        if key.is_empty() {
            return Err("has a pair without a key".to_owned());
        }
        if pairs.iter().any(|(known, _)| *known == key) {
            return Err("has a key twice".to_owned());
        }
        pairs.push((key, value));
    }
    Ok(Value::Map(pairs))
}

fn pair(piece: &str, kind: &Kind) -> Result<(String, Value), Wrong> {
    let (key, value) = piece
        .split_once(':')
        .ok_or("has a piece that is not KEY:VALUE")?;
    let trim = |text: &str| text.trim_matches(python::is_space).to_owned();
    Ok((trim(key), kind.convert(&trim(value))?))
}

/// Splits at commas; a piece that `convert` refuses grows by the next one until it is taken.
fn pieces<T>(text: &str, convert: impl Fn(&str) -> Result<T, Wrong>) -> Result<Vec<T>, Wrong> {
    let mut rest: VecDeque<&str> = text.split(',').collect();
    let mut taken = Vec::new();
    if text.is_empty() {
        return Ok(taken);
    }
    while let Some(first) = rest.pop_front() {
        let mut piece = first.to_owned();
        loop {
            match (convert(&piece), rest.front()) {
                (Ok(value), _) => break taken.push(value),
                (Err(wrong), None) => return Err(wrong),
                (Err(_), Some(next)) => piece = piece + "," + next,
            }
            rest.pop_front();
        }
    }
    Ok(taken)
}
