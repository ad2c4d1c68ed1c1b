// SPDX-License-Identifier: Apache-2.0
//! The kinds of values: what text each takes, and what it makes of it (`oslo_config/types.py`).
//! To add one: a variant, its arm in each of the three functions, a case in the corpus.

mod collection;
mod host;
mod number;
mod uri;

use super::value::Value;

pub use host::IpVersion;

/// What is wrong with a text, as the end of the sentence "the value ...". It never quotes
/// the text, which may be secret.
pub type Wrong = String;

/// A value that a text option may have, and what it stands for.
pub type Choice = (&'static str, &'static str);

/// The type of an option.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Any text, or one of the choices when there are some.
    Text {
        choices: &'static [Choice],
    },
    Bool,
    /// Bounds are inclusive.
    Integer {
        min: Option<i64>,
        max: Option<i64>,
    },
    Float {
        min: Option<f64>,
        max: Option<f64>,
    },
    Port,
    Ip(IpVersion),
    Hostname,
    /// An IP address or a host name.
    HostAddress,
    /// A host address whose labels may have underscores.
    HostDomain,
    /// With a scheme, one of these when there are some, and a host.
    Uri {
        schemes: &'static [&'static str],
    },
    /// Separated by commas.
    List(&'static Kind),
    /// `key:value`, separated by commas.
    Map(&'static Kind),
}

/// Text without choices.
pub const TEXT: Kind = Kind::Text { choices: &[] };

impl Kind {
    /// The value that `text` stands for.
    pub fn convert(&self, text: &str) -> Result<Value, Wrong> {
        match self {
            Self::Text { choices } => chosen(choices, text),
            Self::Bool => truth(text),
            Self::Integer { min, max } => number::integer(text, *min, *max),
            Self::Float { min, max } => number::float(text, *min, *max),
            Self::Port => number::integer(text, Some(0), Some(65535)),
            Self::Ip(version) => host::ip(text, *version),
            Self::Hostname => host::name(text, host::Labels::Strict),
            Self::HostAddress => host::address(text, host::Labels::Strict),
            Self::HostDomain => host::address(text, host::Labels::Underscores),
            Self::Uri { schemes } => uri::convert(text, schemes),
            Self::List(item) => collection::list(text, item),
            Self::Map(value) => collection::map(text, value),
        }
    }

    /// The type's name in a sample file, as oslo-config-generator writes it.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Text { .. } => "string value",
            Self::Bool => "boolean value",
            Self::Integer { .. } => "integer value",
            Self::Float { .. } => "floating point value",
            Self::Port => "port value",
            Self::Ip(_) => "IP address value",
            Self::Hostname => "hostname value",
            Self::HostAddress => "host address value",
            Self::HostDomain => "host domain value",
            Self::Uri { .. } => "uri value",
            Self::List(_) => "list value",
            Self::Map(_) => "dict value",
        }
    }

    /// What to write, as the end of the sentence "write ...".
    pub fn expected(&self) -> String {
        match self {
            Self::Text { choices: [] } => "a text".to_owned(),
            Self::Text { choices } => {
                let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
                format!("one of {}", names.join(", "))
            }
            Self::Bool => "true or false".to_owned(),
            Self::Integer { min, max } => number::expected("a whole number", *min, *max),
            Self::Float { min, max } => number::expected("a number", *min, *max),
            Self::Port => "a port, from 0 to 65535".to_owned(),
            Self::Ip(version) => version.expected().to_owned(),
            Self::Hostname => "a host name".to_owned(),
            Self::HostAddress | Self::HostDomain => "an IP address or a host name".to_owned(),
            Self::Uri { schemes: [] } => "a URI with a scheme and a host".to_owned(),
            Self::Uri { schemes } => format!("a URI with a host, of {}", schemes.join(", ")),
            Self::List(item) => format!("{}, and more after commas", item.expected()),
            Self::Map(value) => format!(
                "KEY:VALUE, and more after commas; VALUE is {}",
                value.expected()
            ),
        }
    }
}

fn chosen(choices: &[Choice], text: &str) -> Result<Value, Wrong> {
    if choices.is_empty() || choices.iter().any(|(name, _)| *name == text) {
        return Ok(Value::Text(text.to_owned()));
    }
    Err("is none of the possible ones".to_owned())
}

fn truth(text: &str) -> Result<Value, Wrong> {
    match text.to_lowercase().as_str() {
        "true" | "1" | "on" | "yes" => Ok(Value::Bool(true)),
        "false" | "0" | "off" | "no" => Ok(Value::Bool(false)),
        _ => Err("is neither true nor false".to_owned()),
    }
}
