// SPDX-License-Identifier: Apache-2.0
//! Notifications and their listeners.

use std::sync::atomic::{AtomicBool, Ordering};

use kaas_messaging::notify::{Listener, Notification, Notifier, Priority, Verdict};
use serde_json::json;
use tokio::sync::mpsc;

use super::Stage;
use super::support::somebody;

crate::cases! {
    "a notification arrives with everything" => arrives,
    "what happens before anybody listens is not lost" => kept,
    "each priority is a queue of its own" => priorities,
    "a notification that is put back comes again" => requeued,
}

/// A listener's handler that passes on what it hears.
fn passing(
    heard: &mpsc::Sender<Notification>,
) -> impl Fn(Notification) -> std::pin::Pin<Box<dyn Future<Output = Verdict> + Send>> + use<> {
    let heard = heard.clone();
    move |notification| {
        let heard = heard.clone();
        Box::pin(async move {
            heard.send(notification).await.unwrap();
            Verdict::Handled
        })
    }
}

async fn arrives(stage: Stage) {
    let (heard, mut said) = mpsc::channel(10);
    let listener = Listener::new(&stage.transport(), &[Priority::Info]);
    let listening = listener.start(&stage.life, passing(&heard)).await.unwrap();
    let notifier = Notifier::start(&stage.transport(), "kaas-conductor.h1").unwrap();
    let payload = json!({"kernel_id": "k", "n": [1, null]});
    let context = somebody();
    notifier.notify(
        &context,
        Priority::Info,
        "kernel.build.end",
        payload.clone(),
    );
    let notification = said.recv().await.unwrap();
    assert_eq!(
        (notification.event.as_str(), notification.payload),
        ("kernel.build.end", payload)
    );
    assert_eq!(
        (
            notification.publisher.as_str(),
            notification.priority.as_str()
        ),
        ("kaas-conductor.h1", "info")
    );
    assert_eq!(notification.context, context);
    assert_eq!(
        (notification.id.len(), notification.timestamp.len()),
        (36, 26)
    );
    notifier.close().await;
    listening.stop().await;
}

async fn kept(stage: Stage) {
    let notifier = Notifier::start(&stage.transport(), "p").unwrap();
    for event in ["one", "two", "three"] {
        notifier.notify(&somebody(), Priority::Info, event, json!(null));
    }
    notifier.close().await;
    let (heard, mut said) = mpsc::channel(10);
    let listener = Listener::new(&stage.transport(), &[Priority::Info]);
    listener.start(&stage.life, passing(&heard)).await.unwrap();
    for event in ["one", "two", "three"] {
        assert_eq!(said.recv().await.unwrap().event, event);
    }
}

async fn priorities(stage: Stage) {
    let (heard, mut said) = mpsc::channel(10);
    let listener = Listener::new(&stage.transport(), &[Priority::Error, Priority::Critical]);
    listener.start(&stage.life, passing(&heard)).await.unwrap();
    let notifier = Notifier::start(&stage.transport(), "p").unwrap();
    for priority in [
        Priority::Info,
        Priority::Error,
        Priority::Debug,
        Priority::Critical,
    ] {
        notifier.notify(&somebody(), priority, "event", json!({}));
    }
    let mut found = [
        said.recv().await.unwrap().priority,
        said.recv().await.unwrap().priority,
    ];
    found.sort();
    assert_eq!(found, ["critical", "error"]);
}

async fn requeued(stage: Stage) {
    let (heard, mut said) = mpsc::channel(10);
    let first = AtomicBool::new(true);
    let handle = move |notification: Notification| {
        let (heard, first) = (heard.clone(), first.swap(false, Ordering::SeqCst));
        async move {
            heard.send(notification.id).await.unwrap();
            if first {
                Verdict::Requeue
            } else {
                Verdict::Handled
            }
        }
    };
    let listener = Listener::new(&stage.transport(), &[Priority::Info]);
    listener.start(&stage.life, handle).await.unwrap();
    let notifier = Notifier::start(&stage.transport(), "p").unwrap();
    notifier.notify(&somebody(), Priority::Info, "event", json!({}));
    assert_eq!(said.recv().await.unwrap(), said.recv().await.unwrap());
}
