// SPDX-License-Identifier: Apache-2.0
//! Sending answers: to a caller whose queue may be away for a while, or for good.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::driver::SendError;
use crate::message::Object;
use crate::topology::Topology;
use crate::transport::Transport;

/// How often a missing queue is tried.
const PAUSE: Duration = Duration::from_millis(250);
/// How long, and of how many queues, it is remembered that they are gone.
const MEMORY: Duration = Duration::from_secs(60);
const REMEMBERED: usize = 200;

#[derive(Debug)]
pub(super) struct Replies {
    transport: Transport,
    gone: Mutex<VecDeque<(Instant, String)>>,
}

impl Replies {
    pub(super) fn new(transport: Transport) -> Self {
        Self {
            transport,
            gone: Mutex::default(),
        }
    }

    /// Sends an answer, or says in the log why not.
    pub(super) async fn send(&self, queue: &str, message: Object) {
        let rabbit = &self.transport.settings().rabbit;
        if rabbit.restricted {
            tracing::warn!("a call is not answered: this account may not; have it cast instead");
            return;
        }
        if self.is_gone(queue) {
            tracing::debug!("an answer is dropped: its queue {queue} is gone");
            return;
        }
        let by = Instant::now() + rabbit.missing_consumer;
        loop {
            let sent = self.transport.send(
                Topology::reply(queue),
                message.clone(),
                by.max(Instant::now() + PAUSE),
            );
            match sent.await {
                Ok(()) => return,
                Err(SendError::Undeliverable(_)) if Instant::now() + PAUSE < by => {
                    sleep(PAUSE).await;
                }
                Err(SendError::Undeliverable(_)) => {
                    tracing::error!("an answer is abandoned: its queue {queue} does not come back");
                    self.forget(queue);
                    return;
                }
                Err(error) => {
                    tracing::error!("an answer is not sent to {queue}: {error}");
                    return;
                }
            }
        }
    }

    fn is_gone(&self, queue: &str) -> bool {
        let mut gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
        gone.retain(|(since, _)| since.elapsed() < MEMORY);
        gone.iter().any(|(_, name)| name == queue)
    }

    fn forget(&self, queue: &str) {
        let mut gone = self.gone.lock().unwrap_or_else(PoisonError::into_inner);
        if gone.len() == REMEMBERED {
            gone.pop_front();
        }
        gone.push_back((Instant::now(), queue.to_owned()));
    }
}
