// SPDX-License-Identifier: Apache-2.0
//! A broker inside the process, with as much of RabbitMQ as we use of it: exchanges, bound
//! queues, competing consumers, expiration, return of what nobody takes.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::delivery::{Delivery, Feed, Handle, Phase};
use super::{Outgoing, SendError};
use crate::bounded::LOCAL_QUEUE;
use crate::settings::Settings;
use crate::topology::{Binding, Exchange, ExchangeKind, Route, Source};

/// All that speak by one name share one.
static BROKERS: LazyLock<Mutex<BTreeMap<String, Weak<Broker>>>> = LazyLock::new(Mutex::default);

/// A broker; it goes with the last that uses it.
#[derive(Debug, Default)]
pub(crate) struct Broker {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    queues: BTreeMap<String, VecDeque<Message>>,
    exchanges: BTreeMap<String, Bindings>,
}

#[derive(Debug)]
struct Bindings {
    kind: ExchangeKind,
    /// Key and queue.
    queues: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
struct Message {
    body: Arc<[u8]>,
    expires: Option<Instant>,
}

/// A message that is handed over; it goes back to the front of its queue unless it is settled.
#[derive(Debug)]
pub(crate) struct Held {
    broker: Arc<Broker>,
    queue: String,
    message: Option<Message>,
}

impl Held {
    /// It is done with.
    pub(crate) fn settle(mut self) -> bool {
        self.message.take().is_some()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let Some(message) = self.message.take() else {
            return;
        };
        if let Some(queue) = self.broker.lock().queues.get_mut(&self.queue) {
            queue.push_front(message);
        }
        self.broker.changed.notify_waiters();
    }
}

impl Broker {
    /// The one of this name: `local://NAME`.
    pub(crate) fn named(settings: &Settings) -> Arc<Self> {
        let hosts = settings.url.hosts.iter().map(|host| host.name.as_str());
        let path = settings.url.virtual_host.as_deref();
        let name: Vec<_> = hosts.chain(path).collect();
        let mut brokers = BROKERS.lock().unwrap_or_else(PoisonError::into_inner);
        brokers.retain(|_, broker| broker.strong_count() > 0);
        let entry = brokers.entry(name.join("/")).or_default();
        entry.upgrade().unwrap_or_else(|| {
            let broker = Arc::new(Self::default());
            *entry = Arc::downgrade(&broker);
            broker
        })
    }

    /// No code panics while it holds the lock.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for room in every queue that takes the message.
    pub(crate) async fn send(&self, message: &Outgoing, by: Instant) -> Result<(), SendError> {
        loop {
            let room = self.changed.notified();
            tokio::pin!(room);
            room.as_mut().enable();
            if self.lock().publish(message)? {
                self.changed.notify_waiters();
                return Ok(());
            }
            if tokio::time::timeout_at(by, room).await.is_err() {
                return Err(SendError::TimedOut(format!(
                    "the queue '{}' is full",
                    message.route.key
                )));
            }
        }
    }

    fn take(self: &Arc<Self>, sources: &[Source]) -> Option<Delivery> {
        let mut state = self.lock();
        for source in sources {
            let name = &source.queue.name;
            let Some(message) = state.queues.get_mut(name).and_then(fresh) else {
                continue;
            };
            drop(state);
            let body = message.body.to_vec();
            let held = Held {
                broker: Arc::clone(self),
                queue: name.clone(),
                message: Some(message),
            };
            return Some(Delivery {
                body,
                handle: Handle::Local(held),
            });
        }
        None
    }
}

/// The first that is still worth delivering.
fn fresh(queue: &mut VecDeque<Message>) -> Option<Message> {
    let now = Instant::now();
    while let Some(message) = queue.pop_front() {
        if message.expires.is_none_or(|expires| now < expires) {
            return Some(message);
        }
    }
    None
}

impl State {
    /// Puts the message into its queues; false while one of them is full.
    fn publish(&mut self, message: &Outgoing) -> Result<bool, SendError> {
        let route = &message.route;
        self.declare(route);
        let names = self.takers(route);
        if names.is_empty() && route.mandatory {
            return Err(SendError::Undeliverable(route.key.clone()));
        }
        let full = |name: &String| {
            self.queues
                .get(name)
                .is_some_and(|queue| queue.len() >= LOCAL_QUEUE)
        };
        if names.iter().any(full) {
            return Ok(false);
        }
        let copy = Message {
            body: Arc::clone(&message.body),
            expires: message
                .expiration
                .map(|expiration| Instant::now() + expiration),
        };
        for name in names {
            if let Some(queue) = self.queues.get_mut(&name) {
                queue.push_back(copy.clone());
            }
        }
        Ok(true)
    }

    fn declare(&mut self, route: &Route) {
        let Some(exchange) = &route.exchange else {
            return;
        };
        self.exchange(exchange);
        if let Some(queue) = &route.queue {
            self.queues.entry(queue.name.clone()).or_default();
            self.bind(exchange, &route.key, &queue.name);
        }
    }

    fn takers(&self, route: &Route) -> Vec<String> {
        let Some(exchange) = &route.exchange else {
            return self
                .queues
                .contains_key(&route.key)
                .then(|| route.key.clone())
                .into_iter()
                .collect();
        };
        let Some(bindings) = self.exchanges.get(&exchange.name) else {
            return Vec::new();
        };
        let all = bindings.kind == ExchangeKind::Fanout;
        let taken = bindings
            .queues
            .iter()
            .filter(|(key, _)| all || *key == route.key);
        taken.map(|(_, queue)| queue.clone()).collect()
    }

    fn exchange(&mut self, exchange: &Exchange) -> &mut Bindings {
        self.exchanges
            .entry(exchange.name.clone())
            .or_insert_with(|| Bindings {
                kind: exchange.kind,
                queues: Vec::new(),
            })
    }

    fn bind(&mut self, exchange: &Exchange, key: &str, queue: &str) {
        let binding = (key.to_owned(), queue.to_owned());
        let bindings = &mut self.exchange(exchange).queues;
        if !bindings.contains(&binding) {
            bindings.push(binding);
        }
    }

    fn open(&mut self, source: &Source) {
        self.queues.entry(source.queue.name.clone()).or_default();
        if let Some(Binding { exchange, key }) = &source.binding {
            self.bind(exchange, key, &source.queue.name);
        }
    }

    fn remove(&mut self, name: &str) -> Option<VecDeque<Message>> {
        for bindings in self.exchanges.values_mut() {
            bindings.queues.retain(|(_, queue)| queue != name);
        }
        self.queues.remove(name)
    }
}

/// Delivers what the queues have, until it is told to stop.
pub(super) async fn consume(broker: Arc<Broker>, sources: Vec<Source>, mut feed: Feed) {
    for source in &sources {
        broker.lock().open(source);
    }
    feed.consuming();
    while !feed.is_told(Phase::Cancel) {
        let change = broker.changed.notified();
        tokio::pin!(change);
        change.as_mut().enable();
        if let Some(delivery) = broker.take(&sources) {
            broker.changed.notify_waiters();
            feed.deliver(delivery).await;
            continue;
        }
        tokio::select! {
            () = change => {}
            () = feed.told(Phase::Cancel) => {}
        }
    }
    feed.silent().await;
    for source in sources.iter().filter(|source| source.passing) {
        // Dropped outside the lock.
        let gone = broker.lock().remove(&source.queue.name);
        drop(gone);
    }
}
