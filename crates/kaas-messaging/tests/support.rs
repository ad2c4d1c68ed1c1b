// SPDX-License-Identifier: Apache-2.0
//! What the suites share: settings, names that no other case uses, a broker of their own.

pub(crate) mod broker;
pub(crate) mod python;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kaas_common::config::{self, Group, Item, Schema, Surroundings};
use kaas_common::context::{Domain, Owned, RequestContext, Scope};
use kaas_messaging::{Settings, Transport, options};
use libtest_mimic::{Failed, Trial};
use prometheus::Registry;

const GROUPS: &[Group] = &[
    group("DEFAULT", options::ITEMS_DEFAULT),
    group("oslo_messaging_rabbit", options::ITEMS_RABBIT),
    group("oslo_messaging_notifications", options::ITEMS_NOTIFICATIONS),
];

const fn group(name: &'static str, items: &'static [Item]) -> Group {
    Group {
        name,
        help: "",
        items,
    }
}

/// No case takes so long unless something hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// The settings that a process with these options has: `GROUP__OPTION`, or the URL alone.
pub(crate) fn settings(url: &str, options: &[(&str, &str)]) -> Settings {
    let text = |(name, value): &(&str, &str)| (format!("OS_{name}"), (*value).to_owned());
    let mut environment: BTreeMap<String, String> = options.iter().map(text).collect();
    environment.insert("OS_DEFAULT__TRANSPORT_URL".to_owned(), url.to_owned());
    let surroundings = Surroundings {
        environment: environment.into_iter().collect(),
        ..Surroundings::default()
    };
    let schema = Schema {
        namespace: "kaas.test",
        groups: GROUPS,
    };
    Settings::from_config(&config::load(schema, &surroundings).unwrap()).unwrap()
}

pub(crate) fn transport(url: &str, options: &[(&str, &str)]) -> Transport {
    Transport::open(settings(url, options), &Registry::new()).unwrap()
}

/// A name that no other case of this run has.
pub(crate) fn unique(what: &str) -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{what}-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

/// Somebody who asks.
pub(crate) fn somebody() -> RequestContext {
    let owned = |id: &str| Owned {
        id: id.to_owned(),
        name: format!("name of {id}"),
        domain: Domain {
            id: "D".to_owned(),
            name: String::new(),
        },
    };
    RequestContext {
        user: Some(owned("U")),
        scope: Scope::Project(owned("P")),
        roles: vec!["member".to_owned()],
        ..RequestContext::default()
    }
}

/// A case that runs in a runtime of its own, and fails rather than hangs.
pub(crate) fn trial<F, Fut>(name: String, case: F) -> Trial
where
    F: FnOnce() -> Fut + Send + 'static,
    Fut: Future<Output = ()>,
{
    Trial::test(name, move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let result = runtime.block_on(async { tokio::time::timeout(PATIENCE, case()).await });
        runtime.shutdown_timeout(Duration::from_secs(1));
        result.map_err(|_| Failed::from("it hangs"))
    })
}

/// Until it is so: for what a broker does some time after it was asked.
pub(crate) async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    let wait = async {
        while !so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(60), wait).await;
    assert!(waited.is_ok(), "it never comes about: {what}");
}
