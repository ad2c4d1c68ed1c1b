// SPDX-License-Identifier: Apache-2.0
//! The contract that every driver keeps.

mod calls;
mod endings;
mod failures;
mod notifications;

use kaas_common::service::Lifecycle;
use kaas_messaging::rpc::{Client, Endpoint, Running, Server};
use kaas_messaging::{Target, Transport};
use libtest_mimic::Trial;

use crate::support::{self, transport, trial, unique};

/// A way for messages to go.
#[derive(Clone, Copy)]
pub(crate) struct Bus {
    pub(crate) name: &'static str,
    pub(crate) url: fn() -> String,
}

/// One case on one bus: names that only it uses.
pub(crate) struct Stage {
    url: String,
    exchange: String,
    topic: String,
    pub(crate) life: Lifecycle,
}

type Case = (
    &'static str,
    fn(Stage) -> std::pin::Pin<Box<dyn Future<Output = ()>>>,
);

/// Every case on every bus.
pub(crate) fn trials(buses: &[Bus]) -> Vec<Trial> {
    let cases = [
        calls::CASES,
        failures::CASES,
        endings::CASES,
        notifications::CASES,
    ]
    .concat();
    let on = |bus: &Bus| {
        let (name, url) = (bus.name, bus.url);
        let each = move |(case, run): &Case| {
            let run = *run;
            trial(format!("{name}: {case}"), move || run(Stage::new(url())))
        };
        cases.iter().map(each).collect::<Vec<_>>()
    };
    buses.iter().flat_map(on).collect()
}

impl Stage {
    fn new(url: String) -> Self {
        // Durable and other exchanges cannot share a name.
        let exchange = if url.contains("quorum") {
            "conformance-quorum"
        } else {
            "conformance"
        };
        Self {
            url,
            exchange: exchange.to_owned(),
            topic: unique("topic"),
            life: Lifecycle::new(),
        }
    }

    /// As another process has it.
    pub(crate) fn transport(&self) -> Transport {
        self.transport_with(&[])
    }

    pub(crate) fn transport_with(&self, options: &[(&str, &str)]) -> Transport {
        let mut all = vec![
            ("DEFAULT__CONTROL_EXCHANGE", self.exchange.as_str()),
            ("DEFAULT__RPC_RESPONSE_TIMEOUT", "30"),
            ("OSLO_MESSAGING_NOTIFICATIONS__DRIVER", "messagingv2"),
            ("OSLO_MESSAGING_NOTIFICATIONS__TOPICS", self.topic.as_str()),
        ];
        all.extend(options);
        transport(&self.url, &all)
    }

    pub(crate) fn target(&self) -> Target {
        Target::topic(&self.topic)
    }

    /// Of another process than the servers.
    pub(crate) fn client(&self) -> Client {
        Client::new(&self.transport(), self.target())
    }

    /// A server that serves.
    pub(crate) async fn serve(&self, name: &str, endpoint: Endpoint) -> Running {
        let server = Server::new(&self.transport(), self.target(), name);
        server.endpoint(endpoint).start(&self.life).await.unwrap()
    }
}

/// A list of cases of a file.
#[macro_export]
macro_rules! cases {
    ($($name:literal => $function:ident),* $(,)?) => {
        pub(crate) const CASES: &[super::Case] = &[$(($name, |stage| Box::pin($function(stage)))),*];
    };
}
