// SPDX-License-Identifier: Apache-2.0
//! The value of an option, and how a program reads it as its own type.

use crate::python;
use crate::secret::Secret;

/// What an option's text was converted to.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Not set anywhere; also a number of which only the name was written.
    None,
    Text(String),
    Bool(bool),
    Integer(i64),
    Float(f64),
    List(Vec<Value>),
    /// In the order written; no key twice.
    Map(Vec<(String, Value)>),
}

impl Value {
    /// Python's `str()` of the value, which is what `$name` is replaced by.
    pub fn text(&self) -> String {
        match self {
            Self::None => "None".to_owned(),
            Self::Text(text) => text.clone(),
            Self::Bool(true) => "True".to_owned(),
            Self::Bool(false) => "False".to_owned(),
            Self::Integer(number) => number.to_string(),
            Self::Float(number) => python::float(*number),
            Self::List(items) => {
                let items: Vec<_> = items.iter().map(Self::quoted).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Map(pairs) => {
                let pair = |(key, value): &(String, Self)| {
                    format!("{}: {}", python::quoted(key), value.quoted())
                };
                let pairs: Vec<_> = pairs.iter().map(pair).collect();
                format!("{{{}}}", pairs.join(", "))
            }
        }
    }

    fn quoted(&self) -> String {
        match self {
            Self::Text(text) => python::quoted(text),
            other => other.text(),
        }
    }
}

/// A type that a program reads an option as.
pub trait FromValue: Sized {
    /// `None` for a value of another shape, which a declaration of this type never yields.
    fn from_value(value: &Value) -> Option<Self>;
}

impl FromValue for String {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        }
    }
}

impl FromValue for Secret {
    fn from_value(value: &Value) -> Option<Self> {
        String::from_value(value).map(Self::new)
    }
}

impl FromValue for bool {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(truth) => Some(*truth),
            _ => None,
        }
    }
}

impl FromValue for i64 {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }
}

impl FromValue for u16 {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).and_then(|number| number.try_into().ok())
    }
}

impl FromValue for f64 {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Float(number) => Some(*number),
            _ => None,
        }
    }
}

impl<T: FromValue> FromValue for Vec<T> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::List(items) => items.iter().map(T::from_value).collect(),
            _ => None,
        }
    }
}

impl<T: FromValue> FromValue for Vec<(String, T)> {
    fn from_value(value: &Value) -> Option<Self> {
        let pair = |(key, value): &(String, Value)| Some((key.clone(), T::from_value(value)?));
        match value {
            Value::Map(pairs) => pairs.iter().map(pair).collect(),
            _ => None,
        }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::None => Some(None),
            value => T::from_value(value).map(Some),
        }
    }
}
