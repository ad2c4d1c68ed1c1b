// SPDX-License-Identifier: Apache-2.0
//! What the real oslo.messaging declared and sent (`tests/wire/recorded.json`), and what we would
//! in its place.

mod declarations;
mod messages;

use std::sync::LazyLock;

use kaas_common::config::{self, Group, Item, Schema, Surroundings};
use serde_json::Value;

use crate::options;
use crate::settings::Settings;
use crate::topology::Topology;

static RECORDED: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../tests/wire/recorded.json")).unwrap());

/// The recordings, by the options that the queues were declared with.
const MODES: &[(&str, &str)] = &[
    ("default", ""),
    ("oslo-messaging-18-default", ""),
    ("durable", "amqp_durable_queues=1"),
    ("quorum", "rabbit_quorum_queue=1"),
];

/// A scenario of a recording.
fn scenario(mode: &str, name: &str) -> &'static Value {
    let found = &RECORDED[mode][name];
    assert!(found.is_object(), "{mode} {name} is not recorded");
    found
}

/// Everything that was published, in any scenario of a recording.
fn publications(mode: &str) -> impl Iterator<Item = (&'static str, &'static Value)> {
    let scenarios = RECORDED[mode].as_object().unwrap();
    scenarios.iter().flat_map(|(name, scenario)| {
        let all = scenario["publications"].as_array().unwrap();
        all.iter()
            .map(move |publication| (name.as_str(), publication))
    })
}

fn topology(options: &str) -> Topology {
    const fn group(name: &'static str, items: &'static [Item]) -> Group {
        Group {
            name,
            help: "",
            items,
        }
    }
    let groups = [
        group("DEFAULT", options::ITEMS_DEFAULT),
        group("oslo_messaging_rabbit", options::ITEMS_RABBIT),
        group("oslo_messaging_notifications", options::ITEMS_NOTIFICATIONS),
    ];
    let schema = Schema {
        namespace: "kaas.test",
        groups: &groups,
    };
    let url = (
        "OS_DEFAULT__TRANSPORT_URL".to_owned(),
        format!("rabbit:///?{options}"),
    );
    let surroundings = Surroundings {
        environment: [url].into(),
        ..Surroundings::default()
    };
    let config = config::load(schema, &surroundings).unwrap();
    Topology::new(&Settings::from_config(&config).unwrap())
}
