// SPDX-License-Identifier: Apache-2.0
//! Which exchanges and queues there are, as data: what oslo.messaging declares for the same
//! options, in the same order. Drivers do what it says.

use uuid::Uuid;

use crate::settings::{Rabbit, Settings, Survival};
use crate::target::Target;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ExchangeKind {
    Topic,
    Fanout,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Exchange {
    pub(crate) name: String,
    pub(crate) kind: ExchangeKind,
    pub(crate) durable: bool,
    pub(crate) auto_delete: bool,
}

/// The value of a queue's argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Argument {
    Number(i32),
    Text(&'static str),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Queue {
    pub(crate) name: String,
    pub(crate) durable: bool,
    pub(crate) auto_delete: bool,
    pub(crate) arguments: Vec<(&'static str, Argument)>,
}

/// An exchange, and the key by which it leads to a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Binding {
    pub(crate) exchange: Exchange,
    pub(crate) key: String,
}

/// A queue that is consumed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Source {
    pub(crate) queue: Queue,
    /// None for a queue that only the default exchange leads to.
    pub(crate) binding: Option<Binding>,
    /// Whether it goes when its consumer stops.
    pub(crate) passing: bool,
}

/// The way of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Route {
    /// None is the default exchange: the key is the queue.
    pub(crate) exchange: Option<Exchange>,
    pub(crate) key: String,
    /// Whether a message that no queue takes comes back.
    pub(crate) mandatory: bool,
    /// A queue that is declared and bound before the message is sent.
    pub(crate) queue: Option<Queue>,
}

/// The names and properties that the settings give.
#[derive(Clone, Debug)]
pub(crate) struct Topology {
    exchange: String,
    rabbit: Rabbit,
}

impl Topology {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self {
            exchange: settings.exchange.clone(),
            rabbit: settings.rabbit.clone(),
        }
    }

    /// What a server consumes: what is for any, for it alone, and for all.
    pub(crate) fn server(&self, target: &Target, server: &str) -> Vec<Source> {
        let exchange = self.topic_exchange(target.exchange.as_deref());
        let own = self.lasting(&exchange, &format!("{}.{server}", target.topic));
        if self.rabbit.restricted {
            return vec![own];
        }
        let binding = Binding {
            exchange: self.fanout_exchange(&target.topic),
            key: target.topic.clone(),
        };
        let fanout = Source {
            queue: self.transient_queue(&format!("{}_fanout", target.topic)),
            binding: Some(binding),
            passing: true,
        };
        vec![self.lasting(&exchange, &target.topic), own, fanout]
    }

    /// Where a process takes its answers from.
    pub(crate) fn replies(&self) -> Source {
        Source {
            queue: self.transient_queue("reply"),
            binding: None,
            passing: true,
        }
    }

    /// What a listener for notifications consumes: of a pool, each member gets a part.
    pub(crate) fn notifications(&self, keys: &[String], pool: Option<&str>) -> Vec<Source> {
        let exchange = self.topic_exchange(None);
        let source = |key: &String| Source {
            queue: self.lasting_queue(pool.unwrap_or(key)),
            binding: Some(Binding {
                exchange: exchange.clone(),
                key: key.clone(),
            }),
            passing: false,
        };
        keys.iter().map(source).collect()
    }

    /// The way to a server, or to any of them.
    pub(crate) fn request(&self, target: &Target) -> Route {
        let key = match &target.server {
            Some(server) => format!("{}.{server}", target.topic),
            None => target.topic.clone(),
        };
        Route {
            exchange: Some(self.topic_exchange(target.exchange.as_deref())),
            key,
            mandatory: false,
            queue: None,
        }
    }

    /// The way to all servers of a topic.
    pub(crate) fn fanout(&self, topic: &str) -> Route {
        Route {
            exchange: Some(self.fanout_exchange(topic)),
            key: String::new(),
            mandatory: false,
            queue: None,
        }
    }

    /// The way back to whoever called.
    pub(crate) fn reply(queue: &str) -> Route {
        Route {
            exchange: None,
            key: queue.to_owned(),
            mandatory: true,
            queue: None,
        }
    }

    /// The way of a notification; it waits for listeners that come later.
    pub(crate) fn notification(&self, key: &str) -> Route {
        Route {
            exchange: Some(self.topic_exchange(None)),
            key: key.to_owned(),
            mandatory: false,
            queue: Some(self.lasting_queue(key)),
        }
    }

    fn topic_exchange(&self, name: Option<&str>) -> Exchange {
        Exchange {
            name: name.unwrap_or(&self.exchange).to_owned(),
            kind: ExchangeKind::Topic,
            durable: self.rabbit.queues != Survival::Nothing,
            auto_delete: self.rabbit.auto_delete,
        }
    }

    fn fanout_exchange(&self, topic: &str) -> Exchange {
        Exchange {
            name: format!("{topic}_fanout"),
            kind: ExchangeKind::Fanout,
            durable: self.rabbit.transient_quorum,
            auto_delete: true,
        }
    }

    fn lasting(&self, exchange: &Exchange, name: &str) -> Source {
        let binding = Binding {
            exchange: exchange.clone(),
            key: name.to_owned(),
        };
        Source {
            queue: self.lasting_queue(name),
            binding: Some(binding),
            passing: false,
        }
    }

    fn lasting_queue(&self, name: &str) -> Queue {
        Queue {
            name: name.to_owned(),
            durable: self.rabbit.queues != Survival::Nothing,
            auto_delete: self.rabbit.auto_delete,
            arguments: self.quorum(self.rabbit.queues == Survival::Node),
        }
    }

    fn transient_queue(&self, what: &str) -> Queue {
        let id = Uuid::new_v4().simple().to_string();
        let name = match &self.rabbit.queue_manager {
            Some(owner) => format!("{what}_{owner}:{}", &id[..12]),
            None => format!("{what}_{id}"),
        };
        let mut arguments = self.quorum(self.rabbit.transient_quorum);
        let expiry = i32::try_from(self.rabbit.transient_ttl.as_millis()).unwrap_or(i32::MAX);
        if expiry > 0 {
            arguments.push(("x-expires", Argument::Number(expiry)));
        }
        Queue {
            name,
            durable: self.rabbit.transient_quorum,
            auto_delete: false,
            arguments,
        }
    }

    fn quorum(&self, wanted: bool) -> Vec<(&'static str, Argument)> {
        if !wanted {
            return Vec::new();
        }
        let numbers = [
            ("x-delivery-limit", self.rabbit.delivery_limit),
            ("x-max-in-memory-length", self.rabbit.memory_length),
            ("x-max-in-memory-bytes", self.rabbit.memory_bytes),
        ];
        let numbers = numbers.into_iter().filter(|(_, number)| *number > 0);
        let mut arguments = vec![("x-queue-type", Argument::Text("quorum"))];
        arguments.extend(numbers.map(|(name, number)| (name, Argument::Number(number))));
        arguments
    }
}
