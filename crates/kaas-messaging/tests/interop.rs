// SPDX-License-Identifier: Apache-2.0
//! With Python's oslo.messaging, both ways.

use std::time::Duration;

use kaas_common::context::RequestContext;
use kaas_common::service::Lifecycle;
use kaas_messaging::notify::{Listener, Notification, Notifier, Priority, Verdict};
use kaas_messaging::rpc::{CallError, Client, Endpoint, NoArguments, Server};
use kaas_messaging::{Failure, RemoteError, Target, Transport, Version};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::support::python::Peer;
use crate::support::{broker, somebody, transport, trial, unique};

/// How queues are declared, and which of the cases are tried so.
const MODES: &[(&str, &str, &[Case])] = &[
    ("classic", "", CASES),
    (
        "quorum",
        "rabbit_quorum_queue=1&rabbit_transient_quorum_queue=1",
        CASES,
    ),
    ("durable", "amqp_durable_queues=1", CALLS),
    ("compressed", "kombu_compression=gzip", CALLS),
];

type Case = (
    &'static str,
    fn(Meeting) -> std::pin::Pin<Box<dyn Future<Output = ()>>>,
);

const CALLS: &[Case] = &[
    ("their client calls our server", |meeting| {
        Box::pin(they_call(meeting))
    }),
    ("our client calls their server", |meeting| {
        Box::pin(we_call(meeting))
    }),
];

const CASES: &[Case] = &[
    CALLS[0],
    CALLS[1],
    ("their client learns how our methods fail", |meeting| {
        Box::pin(they_learn(meeting))
    }),
    ("our client learns how their methods fail", |meeting| {
        Box::pin(we_learn(meeting))
    }),
    ("their client's timeouts", |meeting| {
        Box::pin(they_wait(meeting))
    }),
    ("our client's timeouts", |meeting| {
        Box::pin(we_wait(meeting))
    }),
    ("their casts and fanouts", |meeting| {
        Box::pin(they_cast(meeting))
    }),
    ("our casts and fanouts, to servers of both", |meeting| {
        Box::pin(we_cast(meeting))
    }),
    ("their listener hears our notifications", |meeting| {
        Box::pin(they_hear(meeting))
    }),
    ("our listener hears their notifications", |meeting| {
        Box::pin(we_hear(meeting))
    }),
];

/// A peer of theirs, and what we need to meet it.
struct Meeting {
    peer: Peer,
    ours: Transport,
    topic: String,
    life: Lifecycle,
}

pub(crate) fn trials() -> Vec<Trial> {
    let each = |(mode, options, cases): &(&'static str, &'static str, &'static [Case])| {
        let (mode, options) = (*mode, *options);
        cases.iter().map(move |(name, case)| {
            trial(
                format!("oslo.messaging, {mode}: {name}"),
                move || async move {
                    case(Meeting::new(mode, options)).await;
                },
            )
        })
    };
    MODES.iter().flat_map(each).collect()
}

impl Meeting {
    fn new(mode: &str, options: &str) -> Self {
        let url = broker::shared().url(options);
        let (exchange, topic) = (format!("interop-{mode}"), unique("interop"));
        let ours = [
            ("DEFAULT__CONTROL_EXCHANGE", exchange.as_str()),
            ("DEFAULT__RPC_RESPONSE_TIMEOUT", "30"),
            ("OSLO_MESSAGING_NOTIFICATIONS__DRIVER", "messagingv2"),
            ("OSLO_MESSAGING_NOTIFICATIONS__TOPICS", topic.as_str()),
        ];
        Self {
            peer: Peer::start(&url, &exchange, &topic),
            ours: transport(&url, &ours),
            topic,
            life: Lifecycle::new(),
        }
    }

    fn target(&self) -> Target {
        Target::topic(&self.topic)
    }

    fn client(&self) -> Client {
        Client::new(&self.ours, self.target())
            .namespace("test")
            .version(Version::new(1, 1))
    }

    /// The same as theirs.
    async fn serve(&self, name: &str) -> mpsc::Receiver<String> {
        let (heard, said) = mpsc::channel(10);
        let server = Server::new(&self.ours, self.target(), name).endpoint(endpoint(name, heard));
        server.start(&self.life).await.unwrap();
        said
    }

    async fn they_serve(&mut self, name: &str) {
        let outcome = self.peer.run(json!({"do": "serve", "name": name})).await;
        assert_eq!(outcome, json!({"result": null}));
    }
}

fn endpoint(name: &str, heard: mpsc::Sender<String>) -> Endpoint {
    let (by, me) = (name.to_owned(), name.to_owned());
    let echo = move |context: RequestContext, args: Value| {
        let user = context.user.map(|user| user.id);
        let answer =
            json!({"by": by, "args": args, "user": user, "request": context.request_id.as_str()});
        async { Ok(answer) }
    };
    let slow = |_, args: Value| async move {
        tokio::time::sleep(Duration::from_secs(args["seconds"].as_u64().unwrap())).await;
        Ok("late")
    };
    let tell = move |_, args: Value| {
        let (heard, text) = (
            heard.clone(),
            format!("{me}: {}", args["what"].as_str().unwrap()),
        );
        async move {
            heard.send(text).await.unwrap();
            Ok(())
        }
    };
    let fail = |_, _: NoArguments| async {
        Err::<(), _>(
            Failure::new("kaas.exception", "KernelNotFound", "no kernel é")
                .with("code", 404)
                .expected(),
        )
    };
    let fail_builtin = |_, _: NoArguments| async {
        Err::<(), _>(Failure::new("builtins", "ValueError", "bad value"))
    };
    Endpoint::new(Version::new(1, 2))
        .namespace("test")
        .method("echo", echo)
        .method("slow", slow)
        .method("tell", tell)
        .method("fail", fail)
        .method("fail_builtin", fail_builtin)
}

fn arguments() -> Value {
    json!({"text": "é \"quoted\"", "list": [1, 2.5, true, null], "nested": {"deep": [[]]}})
}

async fn they_call(mut meeting: Meeting) {
    meeting.serve("ours").await;
    for more in [
        json!({}),
        json!({"server": "ours"}),
        json!({"version": "1.2"}),
    ] {
        let mut command = json!({"namespace": "test", "args": arguments()});
        command
            .as_object_mut()
            .unwrap()
            .append(&mut more.as_object().unwrap().clone());
        let outcome = meeting.peer.call("echo", command).await;
        let expected = json!({"by": "ours", "args": arguments(), "user": "U", "request": "req-1"});
        assert_eq!(outcome, json!({"result": expected}), "{more}");
    }
    let base = json!({"namespace": "baseapi", "args": {"arg": 7}});
    assert_eq!(meeting.peer.call("ping", base).await["result"]["arg"], 7);
}

async fn they_learn(mut meeting: Meeting) {
    meeting.serve("ours").await;
    let cases = [
        (
            "fail",
            json!({}),
            "RemoteError",
            json!("KernelNotFound"),
            "no kernel é",
        ),
        (
            "fail_builtin",
            json!({}),
            "ValueError",
            json!(null),
            "bad value\n",
        ),
        (
            "nope",
            json!({}),
            "RemoteError",
            json!("NoSuchMethod"),
            "Endpoint does not support RPC method nope",
        ),
        (
            "echo",
            json!({"version": "1.9"}),
            "RemoteError",
            json!("UnsupportedVersion"),
            "Endpoint does not support RPC version 1.9. Attempted method: echo",
        ),
    ];
    for (method, more, error, remote, message) in cases {
        let mut command = json!({"namespace": "test"});
        command
            .as_object_mut()
            .unwrap()
            .append(&mut more.as_object().unwrap().clone());
        let outcome = meeting.peer.call(method, command).await;
        assert_eq!(
            outcome,
            json!({"error": error, "remote": remote, "message": message})
        );
    }
}

async fn they_wait(mut meeting: Meeting) {
    meeting.serve("ours").await;
    let long = json!({"namespace": "test", "args": {"seconds": 8}, "call_monitor_timeout": 6, "timeout": 60});
    assert_eq!(
        meeting.peer.call("slow", long).await,
        json!({"result": "late"})
    );
    let short = json!({"namespace": "test", "args": {"seconds": 5}, "timeout": 1});
    assert_eq!(
        meeting.peer.call("slow", short).await["error"],
        "MessagingTimeout"
    );
}

async fn they_cast(mut meeting: Meeting) {
    let mut first = meeting.serve("one").await;
    let mut second = meeting.serve("two").await;
    let cast = |more: Value| {
        let mut command = json!({"do": "cast", "method": "tell", "namespace": "test"});
        command
            .as_object_mut()
            .unwrap()
            .append(&mut more.as_object().unwrap().clone());
        command
    };
    meeting
        .peer
        .run(cast(json!({"server": "two", "args": {"what": "a"}})))
        .await;
    assert_eq!(second.recv().await.unwrap(), "two: a");
    meeting
        .peer
        .run(cast(json!({"fanout": true, "args": {"what": "b"}})))
        .await;
    assert_eq!(first.recv().await.unwrap(), "one: b");
    assert_eq!(second.recv().await.unwrap(), "two: b");
    meeting.peer.run(cast(json!({"args": {"what": "c"}}))).await;
    let heard = tokio::select! {
        heard = first.recv() => heard,
        heard = second.recv() => heard,
    };
    assert!(heard.unwrap().ends_with(": c"));
}

async fn we_call(mut meeting: Meeting) {
    meeting.they_serve("theirs").await;
    let asking = somebody();
    for client in [meeting.client(), meeting.client().server("theirs")] {
        let answer: Value = client.call(&asking, "echo", &arguments()).await.unwrap();
        let expected = json!({"by": "theirs", "args": arguments(), "user": "U", "request": asking.request_id.as_str()});
        assert_eq!(answer, expected);
    }
}

fn remote(result: Result<Value, CallError>) -> RemoteError {
    match result {
        Err(CallError::Remote(error)) => error,
        other => panic!("{other:?}"),
    }
}

async fn we_learn(mut meeting: Meeting) {
    meeting.they_serve("theirs").await;
    let client = meeting.client();
    let error = remote(client.call(&somebody(), "fail", &()).await);
    assert_eq!(error.to_string(), "KernelNotFound: no kernel é");
    assert_eq!(error.kwargs["code"], 404);
    assert!(error.traceback.contains("peer.py"), "{}", error.traceback);
    let error = remote(client.call(&somebody(), "fail_builtin", &()).await);
    assert_eq!(
        (error.module.as_str(), error.class.as_str()),
        ("builtins", "ValueError")
    );
    let error = remote(client.call(&somebody(), "nope", &()).await);
    assert_eq!(error.class, "NoSuchMethod");
    let error = remote(
        client
            .version(Version::new(1, 9))
            .call(&somebody(), "echo", &())
            .await,
    );
    assert_eq!(error.class, "UnsupportedVersion");
}

async fn we_wait(mut meeting: Meeting) {
    meeting.they_serve("theirs").await;
    let args = json!({"seconds": 8});
    let long = meeting.client().monitor(Duration::from_secs(6));
    assert_eq!(
        long.call::<String>(&somebody(), "slow", &args)
            .await
            .unwrap(),
        "late"
    );
    let short = meeting.client().timeout(Duration::from_secs(1));
    let result = short.call::<String>(&somebody(), "slow", &args).await;
    assert!(
        matches!(result, Err(CallError::TimedOut { .. })),
        "{result:?}"
    );
}

async fn we_cast(mut meeting: Meeting) {
    let mut ours = meeting.serve("ours").await;
    meeting.they_serve("theirs").await;
    let client = meeting.client();
    client
        .server("theirs")
        .cast(&somebody(), "tell", &json!({"what": "a"}))
        .await
        .unwrap();
    assert_eq!(meeting.peer.heard().await, "theirs: a");
    client
        .fanout(&somebody(), "tell", &json!({"what": "b"}))
        .await
        .unwrap();
    assert_eq!(meeting.peer.heard().await, "theirs: b");
    assert_eq!(ours.recv().await.unwrap(), "ours: b");
    // One queue, whoever serves it.
    let mut by = std::collections::BTreeSet::new();
    for _ in 0..10 {
        let answer: Value = client.call(&somebody(), "echo", &()).await.unwrap();
        by.insert(answer["by"].to_string());
    }
    assert_eq!(by.len(), 2, "{by:?}");
}

async fn they_hear(mut meeting: Meeting) {
    meeting.peer.run(json!({"do": "listen"})).await;
    let notifier = Notifier::start(&meeting.ours, "kaas-conductor.h1").unwrap();
    for (priority, event) in [
        (Priority::Info, "kernel.build.end"),
        (Priority::Error, "kernel.build.error"),
    ] {
        notifier.notify(&somebody(), priority, event, arguments());
        let expected = json!({
            "event": event, "publisher": "kaas-conductor.h1", "payload": arguments(), "user": "U",
            "metadata": ["message_id", "timestamp"],
        });
        assert_eq!(meeting.peer.heard().await, expected);
    }
    notifier.close().await;
}

async fn we_hear(mut meeting: Meeting) {
    let (heard, mut said) = mpsc::channel(10);
    let handle = move |notification: Notification| {
        let heard = heard.clone();
        async move {
            heard.send(notification).await.unwrap();
            Verdict::Handled
        }
    };
    let listener = Listener::new(&meeting.ours, &[Priority::Info, Priority::Error]);
    listener.start(&meeting.life, handle).await.unwrap();
    for (driver, priority) in [("messagingv2", "info"), ("messaging", "error")] {
        let command = json!({
            "do": "notify", "driver": driver, "priority": priority, "event": "e", "payload": arguments(),
        });
        assert_eq!(meeting.peer.run(command).await, json!({"result": null}));
        let notification = said.recv().await.unwrap();
        assert_eq!(
            (notification.event.as_str(), notification.priority.as_str()),
            ("e", priority)
        );
        assert_eq!(
            (notification.publisher.as_str(), notification.payload),
            ("theirs.h1", arguments())
        );
    }
}
