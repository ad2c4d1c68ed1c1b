// SPDX-License-Identifier: Apache-2.0
//! The gate before a Keystone that says what a test wants, at a time that it sets.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::context::{Domain, Owned};
use crate::keystone::AccessRule;

thread_local! {
    static NOW: Cell<i64> = const { Cell::new(1000) };
}

fn clock() -> DateTime<Utc> {
    DateTime::from_timestamp(NOW.get(), 0).unwrap()
}

fn named(name: &str) -> Owned {
    let domain = Domain {
        id: "D".to_owned(),
        name: "d".to_owned(),
    };
    Owned {
        id: name.to_owned(),
        name: name.to_owned(),
        domain,
    }
}

/// Words of a token's name are what it is: `user expired member`.
#[derive(Default)]
struct Fake {
    asked: AtomicUsize,
    away: std::sync::atomic::AtomicBool,
}

impl Identity for &Fake {
    async fn validate(&self, token: &str, question: Question) -> Answer {
        self.asked.fetch_add(1, Ordering::Relaxed);
        tokio::task::yield_now().await;
        if self.away.load(Ordering::Relaxed) {
            return Answer::Away("it cannot be reached".to_owned());
        }
        let is = |word: &str| token.split('-').any(|it| it == word);
        if is("unknown") || (is("expired") && question.expired == Expired::Refused) {
            return Answer::Invalid;
        }
        let rule = |path: &str| AccessRule {
            service: "kernel".to_owned(),
            method: "GET".to_owned(),
            path: path.to_owned(),
        };
        let services = if is("foreign") {
            vec!["image"]
        } else {
            vec!["identity", "kernel"]
        };
        Answer::Valid(Arc::new(Token {
            user: named("U"),
            scope: Scope::Project(named("P")),
            roles: token.split('-').map(str::to_owned).collect(),
            expires_at: DateTime::from_timestamp(if is("expired") { 10 } else { 1100 }, 0).unwrap(),
            is_admin_project: true,
            catalog: (question.catalog == Catalog::With)
                .then(|| services.iter().map(|it| (*it).to_owned()).collect()),
            access_rules: is("rules").then(|| vec![rule("/v1/builds/*")]),
        }))
    }
}

fn settings() -> Settings {
    Settings {
        service_type: Some("kernel".to_owned()),
        service_roles: vec!["service".to_owned()],
        service_roles_required: true,
        catalog: Catalog::Without,
        lasts: TimeDelta::seconds(300),
    }
}

fn asked<'a>(
    token: &'a str,
    service_token: Option<&'a str>,
    method: &'a str,
    path: &'a str,
) -> Asked<'a> {
    Asked {
        token: Some(token),
        service_token,
        method,
        path,
    }
}

fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

fn admits(settings: Settings, asked: Asked<'_>) -> bool {
    let fake = Fake::default();
    run(Gate::new(&fake, settings, clock).admit(asked)).is_ok()
}

#[test]
fn requests_are_let_in_as_keystonemiddleware_does() {
    let show = |token, service| asked(token, service, "GET", "/v1/builds/1");
    let cases = [
        (show("member", None), true),
        (show("  member ", None), true),
        (show("unknown", None), false),
        (show("expired", None), false),
        (show("", None), false),
        (show("a b", None), false),
        (show("member\r\nX: y", None), false),
        (show("expired", Some("service")), true),
        (show("expired", Some("member")), false),
        (show("expired", Some("expired-service")), false),
        (show("member", Some("service")), true),
        (show("member", Some("member")), false),
        (show("member", Some("unknown")), false),
        (show("unknown", Some("service")), false),
        (
            Asked {
                token: None,
                ..show("", None)
            },
            false,
        ),
        (
            Asked {
                token: None,
                ..show("", Some("service"))
            },
            false,
        ),
    ];
    for (asked, expected) in cases {
        assert_eq!(
            admits(settings(), asked),
            expected,
            "{:?} {:?} {asked:?}",
            asked.token,
            asked.service_token
        );
    }
}

/// `tests/keystone/record.py` made them. Where roles of a service are not required, any token
/// in the place of a service's lifts access rules there, and here none does.
#[test]
fn requests_are_let_in_as_recorded() {
    type Recorded = (bool, Option<String>, Option<String>, String, String, u16);
    let cases: Vec<Recorded> =
        serde_json::from_str(include_str!("../../../tests/keystone/requests.json")).unwrap();
    for (required, token, service, method, path, status) in &cases {
        let asked = Asked {
            token: token.as_deref(),
            service_token: service.as_deref(),
            method,
            path,
        };
        let settings = Settings {
            service_roles_required: *required,
            ..settings()
        };
        let lifted = !required
            && token.as_ref().is_some_and(|token| token == "rules")
            && service.as_ref().is_some_and(|token| token == "member")
            && (method.as_str(), path.as_str()) != ("GET", "/v1/builds/1");
        let expected = *status == 200 && !lifted;
        assert_eq!(
            admits(settings, asked),
            expected,
            "{required} {token:?} {service:?} {asked:?}"
        );
        assert!(!lifted || *status == 200, "it is not lifted there either");
    }
}

#[test]
fn access_rules_allow_only_their_requests() {
    let cases = [
        (asked("rules", None, "GET", "/v1/builds/1"), true),
        (asked("rules", None, "DELETE", "/v1/builds/1"), false),
        (asked("rules", None, "GET", "/v1/builds"), false),
        (asked("rules", None, "GET", "/kernel/v1/builds/1"), false),
        (
            asked("rules", Some("service"), "DELETE", "/v1/builds/1"),
            true,
        ),
        (asked("rules-foreign", None, "GET", "/v1/builds/1"), false),
        (
            asked("rules-foreign", Some("service"), "GET", "/v1/builds/1"),
            false,
        ),
    ];
    for (asked, expected) in cases {
        for catalog in [Catalog::With, Catalog::Without] {
            assert_eq!(
                admits(
                    Settings {
                        catalog,
                        ..settings()
                    },
                    asked
                ),
                expected,
                "{:?} {asked:?} {catalog:?}",
                asked.token
            );
        }
        assert!(!admits(
            Settings {
                service_type: None,
                ..settings()
            },
            asked
        ));
    }
}

#[test]
fn where_roles_of_a_service_are_not_required_they_still_give_what_they_give() {
    let settings = || Settings {
        service_roles_required: false,
        ..settings()
    };
    let cases = [
        (asked("member", Some("member"), "GET", "/"), true),
        (asked("expired", Some("member"), "GET", "/"), false),
        (asked("expired", Some("service"), "GET", "/"), true),
        (
            asked("rules", Some("member"), "DELETE", "/v1/builds/1"),
            false,
        ),
    ];
    for (asked, expected) in cases {
        assert_eq!(
            admits(settings(), asked),
            expected,
            "{:?} {:?} {asked:?}",
            asked.token,
            asked.service_token
        );
    }
}

#[test]
fn what_is_known_is_not_asked_again_for_a_while() {
    let fake = Fake::default();
    let gate = Gate::new(&fake, settings(), clock);
    let admit = |token: &'static str, now: i64| {
        NOW.set(now);
        let admitted = run(gate.admit(asked(token, None, "GET", "/"))).is_ok();
        (admitted, fake.asked.load(Ordering::Relaxed))
    };
    assert_eq!(admit("member", 1000), (true, 1));
    assert_eq!(admit("member", 1099), (true, 1));
    assert_eq!(
        admit("member", 1100),
        (false, 1),
        "its own end is seen without Keystone"
    );
    assert_eq!(admit("unknown", 1100), (false, 2));
    assert_eq!(admit("unknown", 1104), (false, 2));
    assert_eq!(admit("unknown", 1105), (false, 3));
    NOW.set(1000);
}

#[test]
fn while_keystone_is_away_known_tokens_count_and_others_are_not_invalid() {
    let fake = Fake::default();
    let gate = Gate::new(&fake, settings(), clock);
    let admit = |token: &'static str| run(gate.admit(asked(token, None, "GET", "/")));
    admit("member").unwrap();
    fake.away.store(true, Ordering::Relaxed);
    assert!(admit("member").is_ok());
    assert_eq!(
        admit("other"),
        Err(Refusal::Away("it cannot be reached".to_owned()))
    );
    fake.away.store(false, Ordering::Relaxed);
    assert!(admit("other").is_ok(), "that it was away is not remembered");
}

#[test]
fn many_who_ask_at_once_ask_once() {
    let fake = Fake::default();
    let gate = Gate::new(&fake, settings(), clock);
    run(async {
        let one = || gate.admit(asked("member", None, "GET", "/"));
        let (first, second, third) = tokio::join!(one(), one(), one());
        assert!(first.is_ok() && second.is_ok() && third.is_ok());
    });
    assert_eq!(fake.asked.load(Ordering::Relaxed), 1);
    assert_eq!(lock(&gate.asking).len(), 0);
}

#[test]
fn one_who_gives_up_does_not_leave_the_others_waiting() {
    let fake = Fake::default();
    let gate = Gate::new(&fake, settings(), clock);
    run(async {
        let one = || gate.admit(asked("member", None, "GET", "/"));
        tokio::select! {
            biased;
            _ = one() => panic!("it waits once at least"),
            () = std::future::ready(()) => {}
        }
        assert!(one().await.is_ok());
    });
}

#[test]
fn the_context_is_that_of_the_token_and_of_the_service() {
    let fake = Fake::default();
    let gate = Gate::new(&fake, settings(), clock);
    let admitted = run(gate.admit(asked("member", Some("service"), "GET", "/"))).unwrap();
    let context = admitted.context(None);
    assert_eq!(context.identity(), "U P - - D D");
    assert_eq!(context.roles, ["member"]);
    assert_eq!(context.service.unwrap().roles, ["service"]);
}
