// SPDX-License-Identifier: Apache-2.0
//! The way to everybody else, shared by all clients and servers of a process.

use std::sync::Arc;

use tokio::sync::OnceCell;
use tokio::time::Instant;

use crate::driver::{Driver, OpenError, Outgoing, SendError};
use crate::message::{Object, sealed};
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
    answers: OnceCell<Answers>,
}

impl Transport {
    /// Connects when it is first used.
    pub fn open(settings: Settings) -> Result<Self, OpenError> {
        Ok(Self(Arc::new(Inner {
            driver: Driver::open(&settings)?,
            topology: Topology::new(&settings),
            settings,
            answers: OnceCell::new(),
        })))
    }

    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) fn driver(&self) -> &Driver {
        &self.0.driver
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
        self.0.driver.send(&outgoing, by).await
    }
}
