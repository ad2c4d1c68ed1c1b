// SPDX-License-Identifier: Apache-2.0
//! What the options come to.

use kaas_common::config::{self, Group, Schema, Surroundings};

use super::*;

const GROUPS: &[Group] = &[
    group("DEFAULT", options::ITEMS_DEFAULT),
    group("oslo_messaging_rabbit", options::ITEMS_RABBIT),
    group("oslo_messaging_notifications", options::ITEMS_NOTIFICATIONS),
];
const SCHEMA: Schema<'_> = Schema {
    namespace: "kaas.test",
    groups: GROUPS,
};

const fn group(name: &'static str, items: &'static [Item]) -> Group {
    Group {
        name,
        help: "",
        items,
    }
}

fn with(variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    let text = |(name, value): &(&str, &str)| (format!("OS_{name}"), (*value).to_owned());
    let surroundings = Surroundings {
        environment: variables.iter().map(text).collect(),
        ..Surroundings::default()
    };
    Settings::from_config(&config::load(SCHEMA, &surroundings).unwrap())
}

fn url(text: &str) -> Result<Settings, SettingsError> {
    with(&[("DEFAULT__TRANSPORT_URL", text)])
}

#[test]
fn the_declarations_are_sound() {
    assert_eq!(SCHEMA.faults(), Vec::<String>::new());
}

#[test]
fn nothing_set_is_oslo_messagings_default_and_bounded() {
    let settings = with(&[]).unwrap();
    assert_eq!(settings.url.driver, "rabbit");
    assert_eq!(settings.response_timeout, Duration::from_secs(60));
    assert_eq!(settings.rabbit.prefetch, 64, "never unlimited");
    assert!(settings.rabbit.tls.is_none() && settings.rabbit.queues == Survival::Nothing);
}

#[test]
fn the_url_goes_before_the_configuration() {
    let group = ("OSLO_MESSAGING_RABBIT__RABBIT_QOS_PREFETCH_COUNT", "7");
    let text = "rabbit://u:p@h/v?rabbit_quorum_queue=true&ssl=1&ssl_ca_file=/ca";
    let settings = with(&[("DEFAULT__TRANSPORT_URL", text), group]).unwrap();
    assert_eq!(settings.rabbit.prefetch, 7);
    assert_eq!(settings.rabbit.queues, Survival::Node);
    assert_eq!(settings.rabbit.tls.unwrap().ca_file, Some("/ca".into()));
}

#[test]
fn what_matters_only_to_others_may_be_in_the_url() {
    assert!(url("rabbit://?heartbeat_rate=3&kombu_compression=gzip").is_ok());
    assert!(url("rabbit://?rabbit_stream_fanout=true").is_err());
}

#[test]
fn a_restricted_account_has_queues_of_its_own_name() {
    let text = "rabbit://?restricted_account=yes&hostname=h1&processname=kaas-builder";
    let settings = url(text).unwrap();
    assert_eq!(
        settings.rabbit.queue_manager.as_deref(),
        Some("h1:kaas-builder")
    );
}

#[test]
fn what_is_wrong_is_said_without_a_secret() {
    let cases = [
        (
            "rabbit://u:hunter2@h/?nonsense=1",
            "[DEFAULT] transport_url has the option 'nonsense', which is none of [oslo_messaging_rabbit]; remove it",
        ),
        (
            "rabbit://u:hunter2@h/?ssl=perhaps",
            "[DEFAULT] transport_url has the option 'ssl', whose value is neither true nor false; write true or false",
        ),
        (
            "rabbit://u:hunter2@h:x",
            "[DEFAULT] transport_url has a port that is no number from 0 to 65535",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(url(text).unwrap_err().to_string(), expected);
    }
    assert!(!format!("{:?}", url("rabbit://u:hunter2@h").unwrap()).contains("hunter2"));
}
