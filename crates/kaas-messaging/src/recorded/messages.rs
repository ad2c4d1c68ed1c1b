// SPDX-License-Identifier: Apache-2.0
//! What was published: ways, and the messages in their envelopes.

use std::collections::BTreeSet;

use chrono::Utc;
use serde_json::{Value, json};

use super::{MODES, publications, topology};
use crate::message::{
    Announcement, Failure, Notification, Object, Reply, Request, bare, sealed, unsealed,
};
use crate::target::Target;
use crate::topology::{Route, Topology};

/// What was published that has this field.
fn each(field: &'static str) -> Vec<(&'static str, &'static str, &'static Value, Object)> {
    let mut all = Vec::new();
    for (mode, options) in MODES {
        for (name, publication) in publications(mode) {
            let message = &publication["message"];
            let message = if message.is_null() {
                &publication["body"]
            } else {
                message
            };
            let message = message.as_object().unwrap();
            if message.contains_key(field) {
                all.push((*options, name, publication, message.clone()));
            }
        }
    }
    assert!(all.len() > 10, "too few with {field}");
    all
}

/// Without what is of the context, or another each time.
fn plain(message: &Object) -> Object {
    let differs = |name: &str| name.starts_with("_context_") || name == "_unique_id";
    message
        .iter()
        .filter(|(name, _)| !differs(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

fn names(message: &Object) -> BTreeSet<&str> {
    message
        .keys()
        .map(String::as_str)
        .filter(|name| !name.starts_with("_context_"))
        .collect()
}

fn assert_way(route: &Route, publication: &Value, name: &str) {
    let exchange = route
        .exchange
        .as_ref()
        .map_or("", |exchange| exchange.name.as_str());
    let ours = json!([exchange, route.key, route.mandatory]);
    let theirs = json!([
        publication["exchange"],
        publication["routing_key"],
        publication["mandatory"]
    ]);
    assert_eq!(ours, theirs, "{name}");
}

#[test]
fn a_request_is_what_theirs_is() {
    for (_, name, _, theirs) in each("method") {
        let body = sealed(theirs.clone());
        let request = Request::from_message(unsealed(&body).unwrap()).unwrap();
        let ours = request.into_message();
        assert_eq!(plain(&ours), plain(&theirs), "{name}");
        assert_eq!(names(&ours), names(&theirs), "{name}");
    }
}

#[test]
fn the_context_is_read_and_the_token_is_not() {
    let token = each("method")
        .into_iter()
        .filter(|(_, _, _, theirs)| theirs.get("_context_auth_token").is_some());
    let mut count = 0;
    for (_, name, _, theirs) in token {
        let request = Request::from_message(theirs).unwrap();
        assert_eq!(
            request.context.identity(),
            "u1 p1 - - default default",
            "{name}"
        );
        assert_eq!(request.context.roles, ["member", "reader"]);
        let ours = request.into_message();
        assert!(!Value::Object(ours).to_string().contains("TOKEN"), "{name}");
        count += 1;
    }
    assert!(count > 10);
}

#[test]
fn requests_go_the_way_that_theirs_go() {
    for (options, name, publication, theirs) in each("method") {
        let topology = topology(options);
        let conductor = Target::topic("kaas-conductor");
        let route = match name {
            "fanout" => topology.fanout("kaas-conductor"),
            "call_server" | "cast_server" => {
                let server = publication["routing_key"]
                    .as_str()
                    .unwrap()
                    .rsplit('.')
                    .next()
                    .unwrap();
                topology.request(&conductor.server(server))
            }
            "call_no_server" => topology.request(&Target::topic("kaas-nobody")),
            _ => topology.request(&conductor),
        };
        assert_way(&route, publication, name);
        let call = theirs.contains_key("_msg_id");
        assert_eq!(
            publication["properties"].get("expiration").is_some(),
            call,
            "{name}"
        );
    }
}

#[test]
fn answers_are_what_theirs_are() {
    for (_, name, publication, theirs) in each("ending") {
        let id = theirs["_msg_id"].as_str().unwrap();
        let reply = Reply::from_message(theirs.clone()).unwrap();
        assert_eq!(reply.ending, theirs["ending"] == json!(true), "{name}");
        let ours = match reply.outcome {
            Ok(_) if !reply.ending => Reply::sign_of_life(id),
            outcome => Reply::last(id, outcome.map_err(Failure::from)),
        };
        assert_eq!(names(&ours), names(&theirs), "{name}");
        let without_failure = |message: &Object| {
            let mut plain = plain(message);
            plain
                .remove("failure")
                .map(|failure| (plain, read(&failure)))
        };
        assert_eq!(without_failure(&ours), without_failure(&theirs), "{name}");
        assert_way(
            &Topology::reply(publication["routing_key"].as_str().unwrap()),
            publication,
            name,
        );
    }
}

/// A failure, but for the stack and the arguments, which are Python's.
fn read(failure: &Value) -> Value {
    let Some(text) = failure.as_str() else {
        return failure.clone();
    };
    let mut failure: Object = serde_json::from_str(text).unwrap();
    assert_eq!(
        names(&failure),
        ["args", "class", "kwargs", "message", "module", "tb"].into()
    );
    failure.remove("tb");
    failure.remove("args");
    Value::Object(failure)
}

#[test]
fn our_words_for_what_is_not_offered_are_theirs() {
    let failures: BTreeSet<String> = each("ending")
        .into_iter()
        .filter_map(|(_, _, _, theirs)| Reply::from_message(theirs).unwrap().outcome.err())
        .map(|error| error.to_string())
        .collect();
    let ours = [
        Failure::no_such_method("does_not_exist"),
        Failure::unsupported_version("1.9", "ping"),
    ];
    for failure in ours {
        assert!(
            failures.contains(&failure.to_string()),
            "{failure}: {failures:?}"
        );
    }
}

#[test]
fn notifications_are_what_theirs_are() {
    for (options, name, publication, theirs) in each("event_type") {
        let seal = if name == "notify_v1" { bare } else { sealed };
        let notification =
            Notification::from_message(unsealed(&seal(theirs.clone())).unwrap()).unwrap();
        let priority = if name == "notify_error" {
            "error"
        } else {
            "info"
        };
        assert_eq!(notification.priority, priority, "{name}");
        let ours = Announcement {
            context: notification.context,
            publisher: notification.publisher,
            priority,
            event: notification.event,
            payload: notification.payload,
            at: Utc::now(),
        };
        let ours = ours.into_message();
        assert_eq!(names(&ours), names(&theirs), "{name}");
        for field in ["publisher_id", "event_type", "priority", "payload"] {
            assert_eq!(ours[field], theirs[field], "{name}");
        }
        let shape = |message: &Object, field: &str| {
            let digits = |character: char| {
                if character.is_ascii_hexdigit() {
                    '0'
                } else {
                    character
                }
            };
            message[field]
                .as_str()
                .unwrap()
                .chars()
                .map(digits)
                .collect::<String>()
        };
        for field in ["message_id", "timestamp", "_unique_id"] {
            assert_eq!(shape(&ours, field), shape(&theirs, field), "{name}");
        }
        assert_way(
            &topology(options).notification(&format!("notifications.{priority}")),
            publication,
            name,
        );
    }
}

#[test]
fn the_envelope_is_theirs() {
    for (mode, _) in MODES {
        for (name, publication) in publications(mode).filter(|(name, _)| *name != "notify_v1") {
            let ours = unsealed_outer(&sealed(Object::new()));
            let theirs = publication["body"]["oslo.version"].as_str();
            assert_eq!(
                ours.get("oslo.version").and_then(Value::as_str),
                theirs,
                "{name}"
            );
        }
    }
}

fn unsealed_outer(body: &[u8]) -> Object {
    serde_json::from_slice(body).unwrap()
}
