// SPDX-License-Identifier: Apache-2.0
//! Where the database is: a URL in the form of `SQLAlchemy`, which is what operators have in
//! their `[database] connection`. No message shows it: it holds a password.

use kaas_common::secret::Secret;

use crate::error::Error;

/// Which kind of server it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    Sqlite,
    Postgres,
    /// MySQL or MariaDB.
    Mysql,
}

/// A server and a database on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub server: Server,
    /// In the words of the server's own library.
    pub(crate) url: Secret,
}

impl Address {
    /// From `mysql+pymysql://USER:PASSWORD@HOST/DATABASE?charset=utf8mb4`,
    /// `postgresql://...`, `sqlite:///relative` or `sqlite:////absolute`.
    pub fn parse(url: &str) -> Result<Self, Error> {
        let (scheme, rest) = url.split_once("://").ok_or_else(|| wrong("has no ://"))?;
        // `+pymysql` names a library of Python's.
        let dialect = scheme.split('+').next().unwrap_or_default();
        match dialect {
            "sqlite" => sqlite(rest),
            "postgresql" | "postgres" => Ok(Self::new(Server::Postgres, postgres(rest)?)),
            "mysql" | "mariadb" => Ok(Self::new(Server::Mysql, mysql(rest)?)),
            _ => Err(wrong("is for none of sqlite, postgresql, mysql")),
        }
    }

    const fn new(server: Server, url: String) -> Self {
        let url = Secret::new(url);
        Self { server, url }
    }
}

fn wrong(what: &str) -> Error {
    Error::Address(what.to_owned())
}

fn sqlite(rest: &str) -> Result<Address, Error> {
    let path = rest.split('?').next().unwrap_or_default();
    match path.strip_prefix('/') {
        Some("" | ":memory:") => Err(wrong(
            "names no file; write sqlite:////var/lib/kaas/kaas.sqlite",
        )),
        Some(path) => Ok(Address::new(Server::Sqlite, path.to_owned())),
        None => Err(wrong(
            "names a host; write sqlite:/// and the path of a file",
        )),
    }
}

/// What libpq reads, without what is meant for other libraries.
fn postgres(rest: &str) -> Result<String, Error> {
    let (place, pairs) = split(rest)?;
    let kept = pairs.into_iter().filter(|(name, _)| *name != "plugin");
    let words: Vec<String> = kept
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    Ok(join("postgresql", place, &words))
}

fn mysql(rest: &str) -> Result<String, Error> {
    let (place, pairs) = split(rest)?;
    let mut words = Vec::new();
    for (name, value) in pairs {
        match name {
            "charset" if value == "utf8" || value == "utf8mb4" => {}
            "charset" => return Err(wrong("asks for a character set other than utf8mb4")),
            "ssl_verify_cert" if matches!(value, "1" | "true" | "True") => {
                words.push("ssl_mode=verify_ca".to_owned());
            }
            // `DevStack` adds a plugin that counts queries.
            "ssl_verify_cert" | "plugin" => {}
            "unix_socket" | "ssl_ca" | "ssl_cert" | "ssl_key" | "ssl_mode" => {
                words.push(format!("{name}={value}"));
            }
            _ => return Err(wrong(&format!("has a parameter that is not known: {name}"))),
        }
    }
    Ok(join("mysql", place, &words))
}

type Pairs<'a> = Vec<(&'a str, &'a str)>;

/// What comes before `?`, and the pairs after it.
fn split(rest: &str) -> Result<(&str, Pairs<'_>), Error> {
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let words = query.split('&').filter(|word| !word.is_empty());
    let pairs: Option<Pairs<'_>> = words.map(|word| word.split_once('=')).collect();
    let pairs = pairs.ok_or_else(|| wrong("has a parameter without ="))?;
    Ok((place, pairs))
}

fn join(scheme: &str, place: &str, words: &[String]) -> String {
    let mark = if words.is_empty() { "" } else { "?" };
    format!("{scheme}://{place}{mark}{}", words.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_operators_have_in_their_files() {
        for (url, server, ours) in [
            ("sqlite:///kaas.sqlite", Server::Sqlite, "kaas.sqlite"),
            ("sqlite:////var/lib/k.db", Server::Sqlite, "/var/lib/k.db"),
            (
                "mysql+pymysql://kaas:p%40w@db:3306/kaas?charset=utf8&plugin=dbcounter",
                Server::Mysql,
                "mysql://kaas:p%40w@db:3306/kaas",
            ),
            (
                "mysql://u@localhost/k?unix_socket=/run/m.sock&ssl_verify_cert=true",
                Server::Mysql,
                "mysql://u@localhost/k?unix_socket=/run/m.sock&ssl_mode=verify_ca",
            ),
            (
                "postgresql+psycopg2://u:p@db/kaas?sslmode=require&plugin=dbcounter",
                Server::Postgres,
                "postgresql://u:p@db/kaas?sslmode=require",
            ),
        ] {
            let address = Address::parse(url).unwrap();
            assert_eq!(
                (address.server, address.url.expose()),
                (server, ours),
                "{url}"
            );
        }
    }

    #[test]
    fn what_cannot_be_is_refused_and_never_repeated() {
        for url in [
            "hunter2",
            "oracle://u:hunter2@h/d",
            "sqlite://",
            "sqlite:///:memory:",
            "sqlite://hunter2/x",
            "mysql://u:hunter2@h/d?charset=latin1",
            "mysql://u:hunter2@h/d?read_timeout=3",
            "mysql://u:hunter2@h/d?charset",
        ] {
            let error = Address::parse(url).unwrap_err();
            assert!(!error.to_string().contains("hunter2"), "{error}");
            assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        }
    }
}
