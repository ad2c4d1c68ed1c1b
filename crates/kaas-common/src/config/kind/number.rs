// SPDX-License-Identifier: Apache-2.0
//! Numbers, as Python's `int()` and `float()` read them: blanks around, a sign, single
//! underscores between digits. An empty text is no number, and no error.

use std::fmt::Display;

use crate::config::value::Value;
use crate::python;

use super::Wrong;

pub(super) fn integer(text: &str, min: Option<i64>, max: Option<i64>) -> Result<Value, Wrong> {
    let Some(digits) = digits(text)? else {
        return Ok(Value::None);
    };
    let number = digits
        .parse()
        .map_err(|_| "is not a whole number, or too large a one")?;
    within(number, min, max).map(Value::Integer)
}

pub(super) fn float(text: &str, min: Option<f64>, max: Option<f64>) -> Result<Value, Wrong> {
    let Some(digits) = digits(text)? else {
        return Ok(Value::None);
    };
    let number = digits.parse().map_err(|_| "is not a number")?;
    within(number, min, max).map(Value::Float)
}

/// Without blanks around and underscores between digits; `None` when nothing is left.
fn digits(text: &str) -> Result<Option<String>, Wrong> {
    let text = text.trim_matches(python::is_space);
    let mut out = String::new();
    let mut characters = text.chars().peekable();
    let mut last = ' ';
    while let Some(character) = characters.next() {
        let between = last.is_ascii_digit() && characters.peek().is_some_and(char::is_ascii_digit);
        match character {
            '_' if between => {}
            '_' => return Err("has an underscore that is not between digits".to_owned()),
            other => out.push(other),
        }
        last = character;
    }
    Ok((!out.is_empty()).then_some(out))
}

fn within<T: PartialOrd + Display>(number: T, min: Option<T>, max: Option<T>) -> Result<T, Wrong> {
    if let Some(min) = min.filter(|min| number < *min) {
        return Err(format!("is less than {min}"));
    }
    if let Some(max) = max.filter(|max| number > *max) {
        return Err(format!("is greater than {max}"));
    }
    Ok(number)
}

pub(super) fn expected<T: Display>(what: &str, min: Option<T>, max: Option<T>) -> String {
    match (min, max) {
        (None, None) => what.to_owned(),
        (Some(min), None) => format!("{what}, {min} or more"),
        (None, Some(max)) => format!("{what}, {max} or less"),
        (Some(min), Some(max)) => format!("{what} from {min} to {max}"),
    }
}
