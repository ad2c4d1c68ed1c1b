// SPDX-License-Identifier: Apache-2.0
//! Where a message goes, or who serves it.

/// A topic, one server of it or all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The exchange; that of the configuration when there is none.
    pub exchange: Option<String>,
    /// What is served: `kaas-conductor`.
    pub topic: String,
    /// Who serves it, as its configuration's `host` says; `None` is any of them.
    pub server: Option<String>,
}

impl Target {
    /// Any server of the topic.
    pub fn topic(topic: &str) -> Self {
        Self {
            exchange: None,
            topic: topic.to_owned(),
            server: None,
        }
    }

    /// This one server.
    #[must_use]
    pub fn server(mut self, server: &str) -> Self {
        self.server = Some(server.to_owned());
        self
    }

    #[must_use]
    pub fn exchange(mut self, exchange: &str) -> Self {
        self.exchange = Some(exchange.to_owned());
        self
    }
}
