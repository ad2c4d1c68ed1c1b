// SPDX-License-Identifier: Apache-2.0
//! Brokers that go and come back, peers that send nonsense or the same twice.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use kaas_common::service::Lifecycle;
use kaas_messaging::rpc::{CallError, Client, Endpoint, NoArguments, Running, Server};
use kaas_messaging::{SendError, Target, Transport, Version};
use lapin::options::{BasicPublishOptions, ConfirmSelectOptions, QueueDeclareOptions};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};
use libtest_mimic::Trial;
use prometheus::{Registry, TextEncoder};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::support::broker::{self, Broker};
use crate::support::{settings, somebody, transport, trial, unique, until};

pub(crate) fn trials() -> Vec<Trial> {
    let name = |text: &str| format!("faults: {text}");
    vec![
        trial(
            name("connections that are closed in the middle of a call"),
            closed_connections,
        ),
        trial(
            name("a broker that starts again in the middle of a call"),
            restart_in_a_call,
        ),
        trial(
            name("what a durable queue holds survives the broker"),
            durable_survives,
        ),
        trial(
            name("a message waits for a broker, and not for ever"),
            waits_for_a_broker,
        ),
        trial(name("the first of two hosts is dead"), first_host_is_dead),
        trial(name("the first of two hosts dies"), first_host_dies),
        trial(name("a broker without memory takes nothing"), no_memory),
        trial(name("the same message twice is executed once"), duplicates),
        trial(name("nonsense leaves a server alone"), nonsense),
        trial(
            name("a queue that is there in another form is an error at the start"),
            other_form,
        ),
        trial(
            name("a queue that somebody deletes is declared again"),
            deleted_queue,
        ),
        trial(
            name("a caller that is gone holds nobody up"),
            caller_is_gone,
        ),
        trial(name("who ends well leaves nothing behind"), goodbye),
    ]
}

/// A server that counts what it executes.
struct Scene {
    url: String,
    topic: String,
    life: Lifecycle,
    count: Arc<AtomicU32>,
    began: mpsc::Sender<()>,
    begun: mpsc::Receiver<()>,
}

impl Scene {
    fn new(url: String) -> Self {
        let (began, begun) = mpsc::channel(100);
        Self {
            url,
            topic: unique("faults"),
            life: Lifecycle::new(),
            count: Arc::default(),
            began,
            begun,
        }
    }

    fn transport(&self) -> Transport {
        let options = [
            ("DEFAULT__CONTROL_EXCHANGE", "faults"),
            ("DEFAULT__RPC_RESPONSE_TIMEOUT", "50"),
            ("OSLO_MESSAGING_RABBIT__RABBIT_RETRY_BACKOFF", "0"),
        ];
        transport(&self.url, &options)
    }

    fn client(&self) -> Client {
        Client::new(&self.transport(), Target::topic(&self.topic))
    }

    async fn serve(&self) -> Running {
        let (count, began) = (Arc::clone(&self.count), self.began.clone());
        let work = move |_, args: Value| {
            let began = began.clone();
            count.fetch_add(1, Ordering::SeqCst);
            async move {
                began.send(()).await.unwrap();
                tokio::time::sleep(Duration::from_millis(
                    args["ms"].as_u64().unwrap_or_default(),
                ))
                .await;
                Ok("done")
            }
        };
        let endpoint = Endpoint::new(Version::new(1, 0)).method("work", work);
        let endpoint = endpoint.method("ping", |_, _: NoArguments| async { Ok("pong") });
        let server =
            Server::new(&self.transport(), Target::topic(&self.topic), "h1").endpoint(endpoint);
        server.start(&self.life).await.unwrap()
    }

    /// It serves still, or again. A request is lost while its queue is not declared again.
    async fn assert_serves(&self) {
        let client = self.client().timeout(Duration::from_secs(2));
        until("it serves", async || {
            client
                .call::<String>(&somebody(), "ping", &())
                .await
                .is_ok()
        })
        .await;
    }

    fn call_in_background(&self, ms: u64) -> tokio::task::JoinHandle<Result<String, CallError>> {
        let client = self.client();
        tokio::spawn(async move { client.call(&somebody(), "work", &json!({"ms": ms})).await })
    }

    fn executed(&self) -> u32 {
        self.count.load(Ordering::SeqCst)
    }
}

async fn closed_connections() {
    let broker = blocking(Broker::start).await;
    let mut scene = Scene::new(broker.url(""));
    scene.serve().await;
    let call = scene.call_in_background(3000);
    scene.begun.recv().await.unwrap();
    let (broker, closed) = blocking(move || {
        let closed = broker.control(&["close_all_connections", "a test"]);
        (broker, closed)
    })
    .await;
    assert_eq!(call.await.unwrap().unwrap(), "done", "{closed}");
    assert_eq!(scene.executed(), 1);
    scene.assert_serves().await;
    drop(broker);
}

async fn restart_in_a_call() {
    let broker = blocking(Broker::start).await;
    let mut scene = Scene::new(broker.url(""));
    scene.serve().await;
    let call = scene.call_in_background(1500);
    scene.begun.recv().await.unwrap();
    let broker = restarted(broker).await;
    assert_eq!(call.await.unwrap().unwrap(), "done");
    assert_eq!(scene.executed(), 1);
    scene.assert_serves().await;
    drop(broker);
}

async fn durable_survives() {
    let broker = blocking(Broker::start).await;
    let mut scene = Scene::new(broker.url("amqp_durable_queues=1"));
    scene.serve().await.stop().await;
    scene
        .client()
        .cast(&somebody(), "work", &json!({}))
        .await
        .unwrap();
    let broker = restarted(broker).await;
    scene.serve().await;
    scene.begun.recv().await.unwrap();
    drop(broker);
}

async fn waits_for_a_broker() {
    let broker = blocking(Broker::start).await;
    let mut scene = Scene::new(broker.url("amqp_durable_queues=1"));
    scene.serve().await;
    broker.kill_server();
    let client = scene.client();
    let short = client
        .timeout(Duration::from_secs(1))
        .cast(&somebody(), "work", &json!({}))
        .await;
    assert!(
        matches!(short, Err(CallError::Send(SendError::TimedOut(_)))),
        "{short:?}"
    );
    let cast = tokio::spawn(async move { client.cast(&somebody(), "work", &json!({})).await });
    let broker = blocking(move || {
        broker.start_server();
        broker
    })
    .await;
    cast.await.unwrap().unwrap();
    scene.begun.recv().await.unwrap();
    drop(broker);
}

async fn first_host_is_dead() {
    let port = broker::shared().port;
    let url = format!("rabbit://guest:guest@127.0.0.1:1,guest:guest@127.0.0.1:{port}/");
    let scene = Scene::new(url);
    scene.serve().await;
    scene.assert_serves().await;
}

async fn first_host_dies() {
    let (first, second) = blocking(|| (Broker::start(), Broker::start())).await;
    let hosts = [&first, &second].map(|broker| format!("guest:guest@127.0.0.1:{}", broker.port));
    let scene = Scene::new(format!("rabbit://{}/", hosts.join(",")));
    scene.serve().await;
    let client = scene.client().timeout(Duration::from_secs(2));
    let pong: String = client.call(&somebody(), "ping", &()).await.unwrap();
    assert_eq!(pong, "pong");
    first.kill_server();
    until("the other host serves", async || {
        client
            .call::<String>(&somebody(), "ping", &())
            .await
            .is_ok()
    })
    .await;
    drop(second);
}

async fn no_memory() {
    let broker = blocking(Broker::start).await;
    let scene = Scene::new(broker.url(""));
    scene.serve().await;
    scene.assert_serves().await;
    let broker = controlled(broker, &["set_vm_memory_high_watermark", "0.000001"]).await;
    let client = scene.client().timeout(Duration::from_secs(2));
    let mut last = None;
    until("a cast is refused", async || {
        last = Some(client.cast(&somebody(), "work", &json!({})).await);
        !matches!(last, Some(Ok(())))
    })
    .await;
    assert!(
        matches!(last, Some(Err(CallError::Send(SendError::TimedOut(_))))),
        "{last:?}"
    );
    let broker = controlled(broker, &["set_vm_memory_high_watermark", "0.6"]).await;
    scene.assert_serves().await;
    drop(broker);
}

/// A channel of somebody who does not use our code.
async fn stranger(scene: &Scene) -> Channel {
    let url = scene.url.replace("rabbit://", "amqp://");
    let url = format!("{}/%2f", url.split("/?").next().unwrap());
    let connection = Connection::connect(&url, ConnectionProperties::default())
        .await
        .unwrap();
    let channel = connection.create_channel().await.unwrap();
    channel
        .confirm_select(ConfirmSelectOptions::default())
        .await
        .unwrap();
    channel
}

async fn put(channel: &Channel, queue: &str, body: &[u8]) {
    let options = BasicPublishOptions {
        mandatory: true,
        ..BasicPublishOptions::default()
    };
    let sent = channel.basic_publish(
        "".into(),
        queue.into(),
        options,
        body,
        BasicProperties::default(),
    );
    let confirmation = sent.await.unwrap().await.unwrap();
    assert!(
        confirmation.is_ack() && confirmation.take_message().is_none(),
        "{queue} is not there"
    );
}

async fn duplicates() {
    let mut scene = Scene::new(broker::shared().url(""));
    scene.serve().await;
    let channel = stranger(&scene).await;
    let inner = json!({"method": "work", "args": {}, "_unique_id": "the-same"}).to_string();
    let body = json!({"oslo.version": "2.0", "oslo.message": inner}).to_string();
    let other = body.replace("the-same", "another");
    for body in [&body, &body, &other, &body] {
        put(&channel, &scene.topic, body.as_bytes()).await;
    }
    scene.begun.recv().await.unwrap();
    scene.begun.recv().await.unwrap();
    scene.assert_serves().await;
    assert_eq!(scene.executed(), 2);
}

async fn nonsense() {
    let scene = Scene::new(broker::shared().url(""));
    scene.serve().await;
    let channel = stranger(&scene).await;
    let deep = "[".repeat(200_000);
    let bodies = [
        "",
        "{",
        "\u{0}",
        "null",
        "[]",
        &deep,
        r#"{"oslo.version": "9.0", "oslo.message": "{}"}"#,
        r#"{"oslo.version": "2.0", "oslo.message": 7}"#,
        r#"{"method": {}}"#,
        r#"{"method": "work", "args": 3, "_msg_id": "x", "_reply_q": "y"}"#,
        r#"{"method": "ping", "_context_roles": 7, "_context_user": {"a": []}, "_timeout": "soon"}"#,
    ];
    for body in bodies {
        put(&channel, &scene.topic, body.as_bytes()).await;
    }
    put(&channel, &scene.topic, &[0xff; 100]).await;
    put(&channel, &scene.topic, &vec![b' '; 17 << 20]).await;
    scene.assert_serves().await;
    assert_eq!(scene.executed(), 0);
    let left = channel.queue_declare(
        scene.topic.as_str().into(),
        QueueDeclareOptions {
            passive: true,
            ..QueueDeclareOptions::default()
        },
        FieldTable::default(),
    );
    assert_eq!(
        left.await.unwrap().message_count(),
        0,
        "nothing comes back for ever"
    );
}

async fn other_form() {
    let scene = Scene::new(broker::shared().url(""));
    let channel = stranger(&scene).await;
    let options = QueueDeclareOptions {
        durable: true,
        ..QueueDeclareOptions::default()
    };
    channel
        .queue_declare(scene.topic.as_str().into(), options, FieldTable::default())
        .await
        .unwrap();
    let server = Server::new(&scene.transport(), Target::topic(&scene.topic), "h1");
    let error = server.start(&scene.life).await.unwrap_err().to_string();
    assert!(
        error.contains("PRECONDITION_FAILED") && error.contains(&scene.topic),
        "{error}"
    );
}

async fn deleted_queue() {
    let scene = Scene::new(broker::shared().url(""));
    scene.serve().await;
    let channel = stranger(&scene).await;
    let options = lapin::options::QueueDeleteOptions::default();
    channel
        .queue_delete(scene.topic.as_str().into(), options)
        .await
        .unwrap();
    let client = scene.client().timeout(Duration::from_secs(1));
    until("it serves again", async || {
        client
            .call::<String>(&somebody(), "ping", &())
            .await
            .is_ok()
    })
    .await;
}

async fn caller_is_gone() {
    let url = broker::shared().url("kombu_missing_consumer_retry_timeout=1");
    let mut scene = Scene::new(url);
    let running = scene.serve().await;
    let channel = stranger(&scene).await;
    for id in ["a", "b"] {
        let body =
            json!({"method": "work", "_msg_id": id, "_reply_q": "reply_gone", "_unique_id": id});
        put(&channel, &scene.topic, body.to_string().as_bytes()).await;
        scene.begun.recv().await.unwrap();
    }
    scene.assert_serves().await;
    running.stop().await;
}

async fn goodbye() {
    let broker = blocking(Broker::start).await;
    let scene = Scene::new(broker.url(""));
    let registry = Registry::new();
    let ours = Transport::open(
        settings(&scene.url, &[("DEFAULT__CONTROL_EXCHANGE", "faults")]),
        &registry,
    );
    let (server, ours) = (scene.transport(), ours.unwrap());
    let endpoint =
        Endpoint::new(Version::new(1, 0)).method("ping", |_, _: NoArguments| async { Ok("pong") });
    let running = Server::new(&server, Target::topic(&scene.topic), "h1").endpoint(endpoint);
    let running = running.start(&scene.life).await.unwrap();
    let client = Client::new(&ours, Target::topic(&scene.topic));
    let pong: String = client.call(&somebody(), "ping", &()).await.unwrap();
    assert_eq!(pong, "pong");
    running.stop().await;
    ours.close().await;
    server.close().await;
    let (queues, connections) = blocking(move || {
        let queues = broker.control(&["list_queues", "name", "--no-table-headers"]);
        (
            queues,
            broker.control(&["list_connections", "name", "--no-table-headers"]),
        )
    })
    .await;
    let left: std::collections::BTreeSet<_> = queues.lines().map(str::to_owned).collect();
    assert_eq!(
        left,
        [scene.topic.clone(), format!("{}.h1", scene.topic)].into(),
        "nobody's queues are left"
    );
    assert_eq!(connections.trim(), "");
    until("no connection is counted", async || {
        let text = TextEncoder::new()
            .encode_to_string(&registry.gather())
            .unwrap();
        let line = |role: &str, count| {
            text.contains(&format!("kaas_amqp_connected{{role=\"{role}\"}} {count}"))
        };
        line("sending", 0) && line("receiving", 0)
    })
    .await;
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.unwrap()
}

async fn controlled(broker: Broker, command: &'static [&'static str]) -> Broker {
    blocking(move || {
        broker.control(command);
        broker
    })
    .await
}

async fn restarted(broker: Broker) -> Broker {
    blocking(move || {
        broker.kill_server();
        broker.start_server();
        broker
    })
    .await
}
