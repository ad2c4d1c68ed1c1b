// SPDX-License-Identifier: Apache-2.0
//! What a builder's account on the broker may do, and no more.
//!
//! A builder runs what customers wrote. Whoever takes it over has its account, and must not reach
//! the jobs of another builder: neither read them nor send any. So a builder consumes its own two
//! kinds of queues, `TOPIC.HOST` and `reply_HOST:...`, and publishes for the conductor alone.
//! What it may not: declare or delete exchanges, listen to what is for any builder or for all
//! (each is told by its name), or publish by the default exchange, which leads to every queue of
//! the virtual host; for that reason it answers no calls, and is only cast to.
//!
//! Jobs have an exchange of their own, which builders may only bind to: a queue passes dead letters
//! on by any key to any exchange that its owner may write to, whatever keys he may publish by.

use std::fmt::Write as _;

/// The names that an account is made of.
#[derive(Clone, Copy, Debug)]
pub struct Builder<'a> {
    /// What builders serve: `kaas-builder`.
    pub topic: &'a str,
    /// That of the topic's target, which nothing but jobs goes by, and the conductor declares.
    pub jobs: &'a str,
    /// Its `host`, by which the conductor sends to it.
    pub host: &'a str,
    /// Whom it calls: `kaas-conductor`.
    pub conductor: &'a str,
    /// The way there, `control_exchange`.
    pub exchange: &'a str,
}

/// Permissions of one user in one virtual host: regular expressions that have to match a whole
/// name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permissions {
    /// What it may declare and delete.
    pub configure: String,
    /// Where it may publish, and which queues it may bind.
    pub write: String,
    /// What it may consume from, and which exchanges it may bind to.
    pub read: String,
    /// For each exchange.
    pub keys: [Keys; 2],
}

/// The keys that an exchange may be used by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    pub exchange: String,
    /// It may publish by.
    pub write: String,
    /// It may bind its queues by.
    pub read: String,
}

/// Matches no key that is used.
const NONE: &str = "^$";

impl Builder<'_> {
    /// For RabbitMQ's `set_permissions` and `set_topic_permissions`.
    pub fn permissions(&self) -> Permissions {
        let [topic, jobs, host, conductor, exchange] = [
            self.topic,
            self.jobs,
            self.host,
            self.conductor,
            self.exchange,
        ]
        .map(quoted);
        let own = format!("{topic}\\.{host}|reply_{host}:[^:]*:[0-9a-f]{{12}}");
        let there = Keys {
            exchange: self.exchange.to_owned(),
            write: format!("^{conductor}(\\.[^.]+)?$"),
            read: NONE.to_owned(),
        };
        let back = Keys {
            exchange: self.jobs.to_owned(),
            write: NONE.to_owned(),
            read: format!("^{topic}\\.{host}$"),
        };
        Permissions {
            configure: format!("^({own})$"),
            write: format!("^({exchange}|{own})$"),
            read: format!("^({jobs}|{own})$"),
            keys: [there, back],
        }
    }
}

impl Permissions {
    /// The arguments of `rabbitmqctl` that grant them.
    pub fn commands(&self, virtual_host: &str, user: &str) -> [Vec<String>; 3] {
        let command = |name: &str, rest: [&str; 3]| {
            let first = [name, "--vhost", virtual_host, user];
            let words = first.iter().chain(&rest);
            words.map(|word| (*word).to_owned()).collect()
        };
        let keys = |keys: &Keys| {
            command(
                "set_topic_permissions",
                [&keys.exchange, &keys.write, &keys.read],
            )
        };
        let [there, back] = &self.keys;
        [
            command(
                "set_permissions",
                [&self.configure, &self.write, &self.read],
            ),
            keys(there),
            keys(back),
        ]
    }
}

/// A regular expression that only this text matches.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_alphanumeric() || matches!(character, '-' | '_') {
            out.push(character);
        } else {
            // Writing to a text cannot fail.
            let _ = write!(out, "\\x{{{:x}}}", u32::from(character));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_expression() {
        assert_eq!(quoted("kaas-builder_1"), "kaas-builder_1");
        assert_eq!(quoted("h.1|.*"), "h\\x{2e}1\\x{7c}\\x{2e}\\x{2a}");
    }
}
