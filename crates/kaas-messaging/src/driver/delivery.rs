// SPDX-License-Identifier: Apache-2.0
//! What a driver hands over, and the two ends of consuming: one says when to stop, the other
//! delivers, through whatever happens to the broker.

use kaas_common::service::{self, Lifecycle};
use lapin::Acker;
use lapin::options::{BasicAckOptions, BasicRejectOptions};
use tokio::sync::{mpsc, watch};

use super::local::Held;

/// A message that is ours once it is acknowledged. Dropped, it goes to somebody else.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub(crate) body: Vec<u8>,
    pub(crate) handle: Handle,
}

#[derive(Debug)]
pub(crate) enum Handle {
    Local(Held),
    Rabbit(Acker),
}

impl Delivery {
    /// Takes it; false when it is not ours any more, and comes again.
    pub(crate) async fn ack(self) -> bool {
        match self.handle {
            Handle::Local(held) => held.settle(),
            Handle::Rabbit(acker) => acker.ack(BasicAckOptions::default()).await.unwrap_or(false),
        }
    }

    /// Throws it away: nobody could read it.
    pub(crate) async fn discard(self) {
        match self.handle {
            Handle::Local(held) => {
                held.settle();
            }
            Handle::Rabbit(acker) => reject(&acker, false).await,
        }
    }

    /// Gives it to somebody else, or to us once more.
    pub(crate) async fn requeue(self) {
        match self.handle {
            Handle::Local(held) => drop(held),
            Handle::Rabbit(acker) => reject(&acker, true).await,
        }
    }
}

async fn reject(acker: &Acker, requeue: bool) {
    // An error means that the channel is gone, and the message with it back in its queue.
    let _ = acker.reject(BasicRejectOptions { requeue }).await;
}

/// How far a consumer is to go. Each leads only to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    Consume,
    /// Nothing new; what was delivered may still be acknowledged.
    Cancel,
    Close,
}

#[derive(Clone, Debug)]
enum State {
    Starting,
    Consuming,
    Refused(String),
}

/// The queues cannot be consumed as they are declared here, or not by this account.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the broker refuses to let us consume: {0}")]
pub struct Refused(pub(crate) String);

/// The consuming end.
#[derive(Debug)]
pub(crate) struct Consumer {
    deliveries: mpsc::Receiver<Delivery>,
    state: watch::Receiver<State>,
    phase: watch::Sender<Phase>,
}

/// Whether a consumer consumes.
#[derive(Clone, Debug)]
pub(crate) struct Readiness(watch::Receiver<State>);

impl Readiness {
    /// Waits until messages would be delivered.
    pub(crate) async fn wait(&self) -> Result<(), Refused> {
        let mut state = self.0.clone();
        let said = state
            .wait_for(|state| !matches!(state, State::Starting))
            .await;
        match said.as_deref() {
            Ok(State::Refused(why)) => Err(Refused(why.clone())),
            Ok(_) => Ok(()),
            Err(_) => Err(Refused("it was stopped".to_owned())),
        }
    }
}

impl Readiness {
    /// The same, for no longer than the process takes work.
    pub(crate) async fn wait_within(&self, life: &Lifecycle) -> Result<(), Refused> {
        tokio::select! {
            biased;
            ready = self.wait() => ready,
            () = life.wait_for(service::Phase::Closing) => Err(Refused("the process ends".to_owned())),
        }
    }
}

/// The delivering end, a driver's.
#[derive(Debug)]
pub(crate) struct Feed {
    deliveries: Option<mpsc::Sender<Delivery>>,
    state: watch::Sender<State>,
    phase: watch::Receiver<Phase>,
}

/// Both ends.
pub(crate) fn consumer() -> (Consumer, Feed) {
    let (deliver, deliveries) = mpsc::channel(1);
    let (phase, heard) = watch::channel(Phase::Consume);
    let (say, state) = watch::channel(State::Starting);
    let consumer = Consumer {
        deliveries,
        state,
        phase,
    };
    let feed = Feed {
        deliveries: Some(deliver),
        state: say,
        phase: heard,
    };
    (consumer, feed)
}

impl Consumer {
    /// By which others wait for it.
    pub(crate) fn readiness(&self) -> Readiness {
        Readiness(self.state.clone())
    }

    /// The next message; `None` once nothing new comes.
    pub(crate) async fn next(&mut self) -> Option<Delivery> {
        self.deliveries.recv().await
    }

    /// Asks for nothing new.
    pub(crate) fn cancel(&self) {
        self.phase
            .send_modify(|phase| *phase = Phase::Cancel.max(*phase));
    }

    /// Ends it, and waits for the end.
    pub(crate) async fn close(mut self) {
        self.phase.send_replace(Phase::Close);
        drop(self.deliveries);
        // Fails once the other end is gone, which is what we wait for.
        while self.state.changed().await.is_ok() {}
    }
}

impl Feed {
    pub(crate) fn consuming(&self) {
        self.state.send_replace(State::Consuming);
    }

    pub(crate) fn refused(&self, why: String) {
        self.state.send_replace(State::Refused(why));
    }

    /// Waits until it is to go so far; whoever went away without a word wants its end.
    pub(crate) async fn told(&self, phase: Phase) {
        let mut heard = self.phase.clone();
        let _ = heard.wait_for(|said| *said >= phase).await;
    }

    pub(crate) fn is_told(&self, phase: Phase) -> bool {
        *self.phase.borrow() >= phase || self.phase.has_changed().is_err()
    }

    /// Hands over a message, when there is room; false when nothing new is wanted.
    pub(crate) async fn deliver(&self, delivery: Delivery) -> bool {
        let Some(deliveries) = &self.deliveries else {
            return false;
        };
        tokio::select! {
            biased;
            () = self.told(Phase::Cancel) => {
                delivery.requeue().await;
                false
            }
            room = deliveries.reserve() => match room {
                Ok(room) => {
                    room.send(delivery);
                    true
                }
                Err(_) => false,
            },
        }
    }

    /// Says that nothing new comes, and waits for the end.
    pub(crate) async fn silent(&mut self) {
        self.deliveries = None;
        self.told(Phase::Close).await;
    }
}
