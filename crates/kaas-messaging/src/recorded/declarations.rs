// SPDX-License-Identifier: Apache-2.0
//! Exchanges, queues, bindings and consumers, in the order declared.

use serde_json::{Map, Value, json};

use super::{MODES, scenario, topology};
use crate::target::Target;
use crate::topology::{Argument, Exchange, ExchangeKind, Queue, Route, Source};

fn exchange(exchange: &Exchange) -> Value {
    let kind = match exchange.kind {
        ExchangeKind::Topic => "topic",
        ExchangeKind::Fanout => "fanout",
    };
    json!({
        "method": "exchange.declare", "exchange": exchange.name, "type": kind,
        "durable": exchange.durable, "auto_delete": exchange.auto_delete, "arguments": {},
    })
}

fn queue(queue: &Queue) -> Value {
    let value = |argument: &Argument| match argument {
        Argument::Number(number) => json!(number),
        Argument::Text(text) => json!(text),
    };
    let arguments: Map<_, _> = queue
        .arguments
        .iter()
        .map(|(name, argument)| ((*name).to_owned(), value(argument)))
        .collect();
    json!({
        "method": "queue.declare", "queue": queue.name, "durable": queue.durable,
        "exclusive": false, "auto_delete": queue.auto_delete, "arguments": arguments,
    })
}

fn bind(queue: &Queue, exchange: &Exchange, key: &str) -> Value {
    json!({
        "method": "queue.bind", "queue": queue.name, "exchange": exchange.name, "routing_key": key,
        "arguments": {},
    })
}

fn consuming(sources: &[Source]) -> Vec<Value> {
    let mut all = Vec::new();
    for source in sources {
        all.extend(
            source
                .binding
                .as_ref()
                .map(|binding| exchange(&binding.exchange)),
        );
        all.push(queue(&source.queue));
        let binding = source.binding.as_ref();
        all.extend(binding.map(|binding| bind(&source.queue, &binding.exchange, &binding.key)));
    }
    all.extend(sources.iter().zip(1..).map(|(source, tag): (_, u32)| {
        json!({
            "method": "basic.consume", "queue": source.queue.name, "consumer_tag": tag.to_string(), "exclusive": false,
            "arguments": {},
        })
    }));
    all
}

fn sending(route: &Route) -> Vec<Value> {
    let exchange_of = route.exchange.as_ref();
    let mut all: Vec<_> = exchange_of.map(exchange).into_iter().collect();
    if let Some((taker, from)) = route.queue.as_ref().zip(exchange_of) {
        all.push(queue(taker));
        all.push(bind(taker, from, &route.key));
    }
    all
}

/// The declarations, `*` in the place of what is another each time; none twice.
fn plain(declarations: &[Value]) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    for declaration in declarations {
        let mut declaration = declaration.clone();
        if let Some(Value::String(name)) = declaration.get_mut("queue") {
            let end = name.rfind('_').filter(|end| name.len() - end == 33);
            if let Some(end) = end {
                name.replace_range(end + 1.., "*");
            }
        }
        if !all.contains(&declaration) {
            all.push(declaration);
        }
    }
    all
}

fn recorded(mode: &str, name: &str) -> Vec<Value> {
    plain(scenario(mode, name)["declarations"].as_array().unwrap())
}

#[test]
fn a_server_declares_and_consumes_what_theirs_does() {
    for (mode, options) in MODES {
        let target = Target::topic("kaas-conductor");
        for (name, host) in [
            ("00_server_start", "host1"),
            ("01_second_server_start", "host2"),
        ] {
            let ours = consuming(&topology(options).server(&target, host));
            assert_eq!(plain(&ours), recorded(mode, name), "{mode} {name}");
        }
    }
}

#[test]
fn a_client_declares_and_consumes_what_theirs_does() {
    for (mode, options) in MODES {
        let topology = topology(options);
        let mut ours = consuming(&[topology.replies()]);
        ours.extend(sending(&topology.request(&Target::topic("kaas-conductor"))));
        assert_eq!(plain(&ours), recorded(mode, "call"), "{mode}");
        let ours = sending(&topology.fanout("kaas-conductor"));
        assert_eq!(plain(&ours), recorded(mode, "fanout"), "{mode}");
    }
}

#[test]
fn notifications_have_the_queues_that_theirs_have() {
    for (mode, options) in MODES {
        let topology = topology(options);
        let keys = ["notifications.info", "notifications.error"].map(str::to_owned);
        // Theirs is a set, in another order each time.
        let theirs = recorded(mode, "10_notification_listener_start");
        let orders = [keys.clone(), [keys[1].clone(), keys[0].clone()]];
        let ours = orders.map(|keys| plain(&consuming(&topology.notifications(&keys, None))));
        assert!(ours.contains(&theirs), "{mode}: {theirs:?}");
        for (name, key) in [("notify_info", &keys[0]), ("notify_error", &keys[1])] {
            let ours = sending(&topology.notification(key));
            assert_eq!(plain(&ours), recorded(mode, name), "{mode} {name}");
        }
    }
}

/// Not recorded: what the options of quorum queues for what passes add.
#[test]
fn queues_that_pass_may_be_quorum_queues() {
    let topology = topology("rabbit_transient_quorum_queue=1&rabbit_quorum_delivery_limit=3");
    let replies = queue(&topology.replies().queue);
    let arguments =
        json!({"x-queue-type": "quorum", "x-delivery-limit": 3, "x-expires": 1_800_000});
    assert_eq!(
        (&replies["arguments"], &replies["durable"]),
        (&arguments, &json!(true))
    );
    let fanout = topology.fanout("t").exchange.unwrap();
    assert!(fanout.durable && fanout.auto_delete);
}
