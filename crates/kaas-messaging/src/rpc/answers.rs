// SPDX-License-Identifier: Apache-2.0
//! The answers to the calls of a process: one queue for all, and who waits for which.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use crate::bounded::PENDING_CALLS;
use crate::driver::{Consumer, Delivery, Driver, Readiness, Refused};
use crate::message::{RemoteError, Reply, new_id, unsealed};
use crate::topology::Source;

pub(crate) type Outcome = Result<Value, RemoteError>;

#[derive(Debug)]
pub(crate) struct Answers {
    pub(super) queue: String,
    readiness: Readiness,
    waiting: Waiting,
    /// The task that receives them. Its end of the channel dropped, it ends.
    task: Mutex<Option<(oneshot::Sender<()>, JoinHandle<()>)>>,
}

#[derive(Clone, Debug, Default)]
struct Waiting(Arc<Mutex<HashMap<String, Waiter>>>);

/// The answering side of a call.
#[derive(Debug)]
struct Waiter {
    /// A result that came before the end.
    early: Value,
    signs: watch::Sender<()>,
    done: oneshot::Sender<Outcome>,
}

/// A call that waits. Dropped, nobody does.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) id: String,
    waiting: Waiting,
    signs: watch::Receiver<()>,
    done: oneshot::Receiver<Outcome>,
}

impl Drop for Call {
    fn drop(&mut self) {
        self.waiting.lock().remove(&self.id);
    }
}

impl Answers {
    pub(crate) fn start(driver: &Driver, source: Source, prefetch: u16) -> Self {
        let queue = source.queue.name.clone();
        let consumer = driver.consume(vec![source], prefetch);
        let (life, ended) = oneshot::channel();
        let (readiness, waiting) = (consumer.readiness(), Waiting::default());
        let task = tokio::spawn(receive(consumer, waiting.clone(), ended));
        Self {
            queue,
            readiness,
            waiting,
            task: Mutex::new(Some((life, task))),
        }
    }

    /// Takes none any more, and leaves no queue behind.
    pub(crate) async fn close(&self) {
        let task = self
            .task
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some((life, task)) = task {
            drop(life);
            let _ = task.await;
        }
    }

    /// Waits until answers would arrive.
    pub(super) async fn ready(&self) -> Result<(), Refused> {
        self.readiness.wait().await
    }

    /// A place for the answer to a call that is about to be sent; `None` when too many wait.
    pub(super) fn expect(&self) -> Option<Call> {
        let (done, receiver) = oneshot::channel();
        let signs = watch::Sender::new(());
        let call = Call {
            id: new_id(),
            waiting: self.waiting.clone(),
            signs: signs.subscribe(),
            done: receiver,
        };
        let waiter = Waiter {
            early: Value::Null,
            signs,
            done,
        };
        let mut waiting = self.waiting.lock();
        if waiting.len() >= PENDING_CALLS {
            drop(waiting);
            return None;
        }
        waiting.insert(call.id.clone(), waiter);
        drop(waiting);
        Some(call)
    }
}

impl Call {
    /// The answer; `None` when it does not come in time, or no sign of life for so long.
    pub(super) async fn wait(mut self, by: Instant, monitor: Option<Duration>) -> Option<Outcome> {
        loop {
            let silence = monitor.map(|monitor| Instant::now() + monitor);
            let until = silence.map_or(by, |silence| silence.min(by));
            let heard = timeout_at(until, async {
                tokio::select! {
                    biased;
                    outcome = &mut self.done => Some(outcome.ok()),
                    Ok(()) = self.signs.changed() => None,
                }
            });
            match heard.await {
                Ok(Some(outcome)) => return outcome,
                Ok(None) => {}
                Err(_) => return None,
            }
        }
    }
}

impl Waiting {
    /// No code panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Waiter>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, reply: Reply) {
        let mut waiting = self.lock();
        if !reply.ending && reply.outcome.is_ok() {
            if let Some(waiter) = waiting.get_mut(&reply.id) {
                waiter.hear(reply.outcome.unwrap_or_default());
            }
            return;
        }
        let Some(waiter) = waiting.remove(&reply.id) else {
            drop(waiting);
            tracing::info!("an answer that nobody waits for any more: {}", reply.id);
            return;
        };
        drop(waiting);
        let outcome = reply.outcome.map(|result| {
            if result.is_null() {
                waiter.early
            } else {
                result
            }
        });
        // Whoever waited may have given up this moment.
        let _ = waiter.done.send(outcome);
    }
}

impl Waiter {
    fn hear(&mut self, result: Value) {
        if !result.is_null() {
            self.early = result;
        }
        self.signs.send_replace(());
    }
}

async fn receive(mut consumer: Consumer, waiting: Waiting, mut ended: oneshot::Receiver<()>) {
    loop {
        let next = tokio::select! {
            _ = &mut ended => break,
            next = consumer.next() => next,
        };
        match next {
            Some(delivery) => read(delivery, &waiting).await,
            None => break,
        }
    }
    consumer.close().await;
}

async fn read(delivery: Delivery, waiting: &Waiting) {
    match unsealed(&delivery.body).and_then(Reply::from_message) {
        Ok(reply) => {
            // Whether it comes again does not matter: then nobody waits for it.
            delivery.ack().await;
            waiting.take(reply);
        }
        Err(error) => {
            tracing::warn!("an answer that cannot be read: {error}");
            delivery.discard().await;
        }
    }
}
