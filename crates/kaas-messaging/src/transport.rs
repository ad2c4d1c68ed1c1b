// SPDX-License-Identifier: Apache-2.0
//! The way to everybody else, shared by all clients and servers of a process.

use std::sync::Arc;

use prometheus::Registry;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use crate::driver::{Driver, OpenError, Outgoing, SendError};
use crate::message::{Object, sealed};
use crate::metrics::Metrics;
use crate::rpc::Answers;
use crate::settings::Settings;
use crate::topology::{Route, Topology};

/// A broker, or several of which one is used. Cheap to clone; all clones are the same.
#[derive(Clone, Debug)]
pub struct Transport(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    driver: Driver,
    topology: Topology,
    settings: Settings,
    metrics: Metrics,
    answers: OnceCell<Answers>,
}

impl Transport {
    /// Connects when it is first used. What it does is counted in `registry`.
    pub fn open(settings: Settings, registry: &Registry) -> Result<Self, OpenError> {
        let metrics = Metrics::new()?;
        metrics.register(registry)?;
        Ok(Self(Arc::new(Inner {
            driver: Driver::open(&settings, &metrics)?,
            topology: Topology::new(&settings),
            settings,
            metrics,
            answers: OnceCell::new(),
        })))
    }

    /// Says goodbye to the broker, once nothing is sent and awaited any more: the end of a process.
    pub async fn close(&self) {
        if let Some(answers) = self.0.answers.get() {
            answers.close().await;
        }
        self.0.driver.close().await;
    }

    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) fn driver(&self) -> &Driver {
        &self.0.driver
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn topology(&self) -> &Topology {
        &self.0.topology
    }

    /// Where the answers to this process's calls arrive.
    pub(crate) async fn answers(&self) -> &Answers {
        let start = async || {
            let replies = self.0.topology.replies();
            Answers::start(&self.0.driver, replies, self.0.settings.rabbit.prefetch)
        };
        self.0.answers.get_or_init(start).await
    }

    /// Sends a message in its envelope.
    pub(crate) async fn send(
        &self,
        route: Route,
        message: Object,
        by: Instant,
    ) -> Result<(), SendError> {
        let outgoing = Outgoing {
            route,
            body: sealed(message).into(),
            expiration: None,
        };
        let sent = self.0.driver.send(&outgoing, by).await;
        if matches!(sent, Err(SendError::Undeliverable(_))) {
            self.0.metrics.undeliverable.inc();
        }
        sent
    }
}
