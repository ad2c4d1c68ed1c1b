// SPDX-License-Identifier: Apache-2.0
//! Addresses and names of hosts: RFC 1123, as strict as oslo.config.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::config::value::Value;

use super::Wrong;

/// Which addresses an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IpVersion {
    Any,
    V4,
    V6,
}

impl IpVersion {
    pub(super) const fn expected(self) -> &'static str {
        match self {
            Self::Any => "an IP address",
            Self::V4 => "an IPv4 address",
            Self::V6 => "an IPv6 address",
        }
    }

    fn takes(self, text: &str) -> bool {
        match self {
            Self::Any => text.parse::<IpAddr>().is_ok(),
            Self::V4 => text.parse::<Ipv4Addr>().is_ok(),
            Self::V6 => text.parse::<Ipv6Addr>().is_ok(),
        }
    }
}

/// What the labels of a name are made of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Labels {
    /// Letters, digits and hyphens.
    Strict,
    Underscores,
}

pub(super) fn ip(text: &str, version: IpVersion) -> Result<Value, Wrong> {
    if version.takes(text) {
        return Ok(Value::Text(text.to_owned()));
    }
    Err(format!("is not {}", version.expected()))
}

/// One dot at the end is taken away.
pub(super) fn name(text: &str, labels: Labels) -> Result<Value, Wrong> {
    if text.is_empty() || text.len() > 253 {
        return Err("is empty, or longer than 253 characters".to_owned());
    }
    let name = text.strip_suffix('.').unwrap_or(text);
    let last = name.rsplit('.').next().unwrap_or_default();
    if !last.contains(|c: char| c.is_ascii_alphabetic() || c == '-') {
        return Err("ends in a number, as an IP address does, but is none".to_owned());
    }
    if !name.split('.').all(|label| is_label(label, labels)) {
        return Err("is not a host name".to_owned());
    }
    Ok(Value::Text(name.to_owned()))
}

fn is_label(label: &str, labels: Labels) -> bool {
    let allowed = |c: char| {
        c.is_ascii_alphanumeric() || c == '-' || (c == '_' && labels == Labels::Underscores)
    };
    (1..=63).contains(&label.len())
        && label.chars().all(allowed)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

pub(super) fn address(text: &str, labels: Labels) -> Result<Value, Wrong> {
    ip(text, IpVersion::Any).or_else(|_| name(text, labels))
}
