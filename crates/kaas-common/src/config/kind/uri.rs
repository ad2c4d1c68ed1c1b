// SPDX-License-Identifier: Apache-2.0
//! A URI with a scheme and a host (RFC 3986). Only these are checked: oslo.config takes any path.

use crate::config::value::Value;

use super::{Wrong, host};

pub(super) fn convert(text: &str, schemes: &[&str]) -> Result<Value, Wrong> {
    let (scheme, rest) = text.split_once(':').ok_or("has no scheme")?;
    if !is_scheme(scheme) {
        return Err("has no valid scheme".to_owned());
    }
    if !schemes.is_empty() && !schemes.contains(&scheme) {
        return Err("has a scheme that is not allowed here".to_owned());
    }
    let rest = rest.strip_prefix("//").ok_or("has no host")?;
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    if !is_authority(&rest[..end]) {
        return Err("has no valid host".to_owned());
    }
    Ok(Value::Text(text.to_owned()))
}

fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

fn is_authority(authority: &str) -> bool {
    let (user, place) = authority.rsplit_once('@').unwrap_or(("user", authority));
    let (host, port) = match place.rfind(':').filter(|at| !place[*at..].contains(']')) {
        Some(at) => (&place[..at], &place[at + 1..]),
        None => (place, ""),
    };
    !user.is_empty()
        && of(user, ":")
        && is_host(host)
        && port.len() <= 5
        && port.chars().all(|c| c.is_ascii_digit())
}

fn is_host(host: &str) -> bool {
    if let Some(inner) = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        return host::ip(inner, host::IpVersion::V6).is_ok();
    }
    let dotted = host
        .split('.')
        .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()));
    let is_ipv4 = host::ip(host, host::IpVersion::V4).is_ok();
    !host.is_empty() && of(host, "") && (is_ipv4 || !dotted || host.split('.').count() != 4)
}

/// Unreserved characters, sub-delimiters, `%` with two digits, and those of `more`.
fn of(text: &str, more: &str) -> bool {
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        let plain = character.is_ascii_alphanumeric() || "-._~!$&'()*+,;=".contains(character);
        let escaped = character == '%'
            && (0..2).all(|_| characters.next().is_some_and(|c| c.is_ascii_hexdigit()));
        if !plain && !escaped && !more.contains(character) {
            return false;
        }
    }
    true
}
