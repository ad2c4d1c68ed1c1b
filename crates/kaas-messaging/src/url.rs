// SPDX-License-Identifier: Apache-2.0
//! The transport URL: `DRIVER://USER:PASSWORD@HOST:PORT,USER:PASSWORD@HOST:PORT/VHOST?OPTION=VALUE`,
//! read as `TransportURL.parse` of `oslo_messaging/transport.py` does. No message quotes it: it
//! holds passwords.

use std::collections::BTreeMap;

use kaas_common::secret::Secret;

/// A transport URL, taken apart. `Debug` shows no password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransportUrl {
    /// The driver's name; of `rabbit+x`, the part before the plus sign.
    pub driver: String,
    /// In the order written. None at all is the broker of this machine.
    pub hosts: Vec<Host>,
    /// `None` when the URL has no path, empty when it ends in a slash.
    pub virtual_host: Option<String>,
    /// Options that go before those of the configuration; values of one name joined by commas.
    pub query: BTreeMap<String, String>,
}

/// One of the brokers, and who we are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    pub name: String,
    pub port: Option<u16>,
    pub user: String,
    pub password: Secret,
}

/// What is wrong with a transport URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UrlError {
    #[error("has no driver; begin it with rabbit:// or local://")]
    NoDriver,
    #[error("has a port that is no number from 0 to 65535")]
    Port,
    #[error("has an opening bracket without the closing one; write an IPv6 address as [::1]")]
    Bracket,
    #[error(
        "has a percent sign that is not followed by two hexadecimal digits, or stands for no UTF-8"
    )]
    Percent,
}

impl TransportUrl {
    /// Takes `text` apart.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let (scheme, rest) = text.split_once("://").ok_or(UrlError::NoDriver)?;
        let driver = scheme.split('+').next().unwrap_or_default();
        if driver.is_empty() {
            return Err(UrlError::NoDriver);
        }
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (hosts, path) = match rest.split_once('/') {
            Some((hosts, path)) => (hosts, Some(path)),
            None => (rest, None),
        };
        Ok(Self {
            driver: driver.to_owned(),
            hosts: hosts
                .split(',')
                .filter(|host| !host.is_empty())
                .map(host)
                .collect::<Result<_, _>>()?,
            virtual_host: path.map(decoded).transpose()?,
            query: options(query)?,
        })
    }
}

/// `USER:PASSWORD@HOST:PORT`; the last at sign ends the credentials.
fn host(text: &str) -> Result<Host, UrlError> {
    let (credentials, address) = text.rsplit_once('@').unwrap_or(("", text));
    let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
    let (name, port) = address_of(address)?;
    let port = port.filter(|port| !port.is_empty());
    Ok(Host {
        name: name.to_owned(),
        port: port
            .map(|port| port.parse().map_err(|_| UrlError::Port))
            .transpose()?,
        user: decoded(user)?,
        password: Secret::new(decoded(password)?),
    })
}

fn address_of(text: &str) -> Result<(&str, Option<&str>), UrlError> {
    if let Some(bracketed) = text.strip_prefix('[') {
        let (name, port) = bracketed.split_once(']').ok_or(UrlError::Bracket)?;
        return Ok((name, port.strip_prefix(':')));
    }
    Ok(match text.rsplit_once(':') {
        Some((name, port)) => (name, Some(port)),
        None => (text, None),
    })
}

fn options(query: &str) -> Result<BTreeMap<String, String>, UrlError> {
    let mut options: BTreeMap<String, String> = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = decoded(&value.replace('+', " "))?;
        options
            .entry(decoded(name)?)
            .and_modify(|values| *values = format!("{values},{value}"))
            .or_insert(value);
    }
    Ok(options)
}

fn decoded(text: &str) -> Result<String, UrlError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|byte| char::from(byte).to_digit(16));
        let (high, low) = (digit(), digit());
        let value = high.zip(low).map(|(high, low)| high * 16 + low);
        let value = value.and_then(|value| u8::try_from(value).ok());
        bytes.push(value.ok_or(UrlError::Percent)?);
    }
    String::from_utf8(bytes).map_err(|_| UrlError::Percent)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hosts as `user:password@name:port`, then the virtual host, then the options.
    fn shown(text: &str) -> String {
        let url = match TransportUrl::parse(text) {
            Ok(url) => url,
            Err(error) => return error.to_string(),
        };
        let host = |host: &Host| {
            let port = host.port.map_or("-".to_owned(), |port| port.to_string());
            format!(
                "{}|{}|{}|{port}",
                host.user,
                host.password.expose(),
                host.name
            )
        };
        let hosts: Vec<_> = url.hosts.iter().map(host).collect();
        format!(
            "{} {:?} {:?} {:?}",
            url.driver, hosts, url.virtual_host, url.query
        )
    }

    /// The expectations were recorded from `TransportURL.parse`.
    #[test]
    fn urls_are_read_as_oslo_messaging_reads_them() {
        let cases = [
            ("rabbit://", "rabbit [] None {}"),
            ("rabbit://u:p@h", r#"rabbit ["u|p|h|-"] None {}"#),
            ("rabbit://u:p@h/", r#"rabbit ["u|p|h|-"] Some("") {}"#),
            ("rabbit://u:p@h//", r#"rabbit ["u|p|h|-"] Some("/") {}"#),
            ("rabbit://u:p@h/%2Fx", r#"rabbit ["u|p|h|-"] Some("/x") {}"#),
            (
                "rabbit://u:p@h:5671/v%20w",
                r#"rabbit ["u|p|h|5671"] Some("v w") {}"#,
            ),
            (
                "rabbit://u%40d:p%3Aq@h1:1,u2:p2@[::1]:2/v?ssl=1&ssl=0&x=y",
                r#"rabbit ["u@d|p:q|h1|1", "u2|p2|::1|2"] Some("v") {"ssl": "1,0", "x": "y"}"#,
            ),
            (
                "rabbit://h1,u:p@h2/v",
                r#"rabbit ["||h1|-", "u|p|h2|-"] Some("v") {}"#,
            ),
            ("rabbit://a@b:c@h/v", r#"rabbit ["a@b|c|h|-"] Some("v") {}"#),
            ("kombu+memory://", "kombu [] None {}"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_without_the_url() {
        for text in [
            "//h",
            "h",
            "://u:hunter2@h",
            "rabbit://u:hunter2@h:x",
            "rabbit://u:hunter2@[::1",
            "rabbit://u:hunter2%zz@h",
        ] {
            let message = TransportUrl::parse(text).unwrap_err().to_string();
            assert!(!message.contains("hunter2"), "{message}");
        }
        assert!(!format!("{:?}", TransportUrl::parse("rabbit://u:hunter2@h")).contains("hunter2"));
    }
}
