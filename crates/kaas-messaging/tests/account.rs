// SPDX-License-Identifier: Apache-2.0
//! A builder's account does its work, and nothing else: whoever holds it reaches nobody else's.

use std::time::Duration;

use kaas_common::service::Lifecycle;
use kaas_messaging::account::Builder;
use kaas_messaging::rpc::{CallError, Client, Endpoint, Server};
use kaas_messaging::{Target, Transport, Version};
use lapin::options::{
    BasicConsumeOptions, BasicGetOptions, BasicPublishOptions, ConfirmSelectOptions,
    ExchangeDeclareOptions, ExchangeDeleteOptions, QueueBindOptions, QueueDeclareOptions,
    QueueDeleteOptions, QueuePurgeOptions,
};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties, ExchangeKind};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::support::{broker, somebody, transport, trial, unique};

const EXCHANGE: &str = "accounts";
/// By which jobs go.
const JOBS: &str = "accounts-jobs";

pub(crate) fn trials() -> Vec<Trial> {
    let name = |text: &str| format!("a builder's account: {text}");
    vec![
        trial(name("a builder does its work with it"), works),
        trial(name("nothing else can be done with it"), nothing_else),
    ]
}

/// A conductor, two builders and their accounts.
struct Pool {
    conductor: Transport,
    jobs: String,
    conductors: String,
    life: Lifecycle,
}

impl Pool {
    fn new() -> Self {
        let exchange = ("DEFAULT__CONTROL_EXCHANGE", EXCHANGE);
        Self {
            conductor: transport(&broker::shared().url(""), &[exchange]),
            jobs: unique("kaas-builder"),
            conductors: unique("kaas-conductor"),
            life: Lifecycle::new(),
        }
    }

    fn builders(&self) -> Target {
        Target::topic(&self.jobs).exchange(JOBS)
    }

    fn user(&self, host: &str) -> String {
        format!("{}-{host}", self.jobs)
    }

    fn admit(&self, host: &str) {
        let (broker, user) = (broker::shared(), self.user(host));
        let builder = Builder {
            exchange: EXCHANGE,
            jobs: JOBS,
            topic: &self.jobs,
            host,
            conductor: &self.conductors,
        };
        broker.control(&["add_user", &user, "secret"]);
        for command in builder.permissions().commands("/", &user) {
            broker.control(&command.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }

    fn builder(&self, host: &str) -> Transport {
        let options = format!("restricted_account=1&hostname={host}&processname=kaas-builder");
        let url = broker::shared().url_as(&self.user(host), "secret", &options);
        transport(
            &url,
            &[
                ("DEFAULT__CONTROL_EXCHANGE", EXCHANGE),
                ("DEFAULT__RPC_RESPONSE_TIMEOUT", "20"),
            ],
        )
    }

    async fn serve_conductor(&self) -> mpsc::Receiver<Value> {
        let (heard, said) = mpsc::channel(10);
        let report = move |_, args: Value| {
            let heard = heard.clone();
            async move {
                heard.send(args).await.unwrap();
                Ok("noted")
            }
        };
        let endpoint = Endpoint::new(Version::new(1, 0)).method("report", report);
        let server =
            Server::new(&self.conductor, Target::topic(&self.conductors), "c1").endpoint(endpoint);
        server.start(&self.life).await.unwrap();
        Client::new(&self.conductor, self.builders())
            .declare()
            .await
            .unwrap();
        said
    }

    async fn serve_builder(&self, host: &str) -> mpsc::Receiver<Value> {
        let (heard, said) = mpsc::channel(10);
        let build = move |_, args: Value| {
            let heard = heard.clone();
            async move {
                heard.send(args).await.unwrap();
                Ok(())
            }
        };
        let endpoint = Endpoint::new(Version::new(1, 0)).method("build", build);
        let server = Server::new(&self.builder(host), self.builders(), host).endpoint(endpoint);
        server.start(&self.life).await.unwrap();
        said
    }

    async fn send_job(&self, host: &str, job: u32) {
        let client = Client::new(&self.conductor, self.builders()).server(host);
        client
            .cast(&somebody(), "build", &json!({"job": job}))
            .await
            .unwrap();
    }
}

async fn works() {
    let pool = Pool::new();
    let mut reports = pool.serve_conductor().await;
    for host in ["b1", "b2"] {
        pool.admit(host);
    }
    let (mut first, mut second) = (
        pool.serve_builder("b1").await,
        pool.serve_builder("b2").await,
    );
    pool.send_job("b1", 1).await;
    pool.send_job("b2", 2).await;
    assert_eq!(first.recv().await.unwrap()["job"], 1);
    assert_eq!(second.recv().await.unwrap()["job"], 2);
    let client = Client::new(&pool.builder("b1"), Target::topic(&pool.conductors));
    let answer: String = client
        .call(&somebody(), "report", &json!({"seq": 1}))
        .await
        .unwrap();
    assert_eq!(answer, "noted");
    client
        .server("c1")
        .cast(&somebody(), "report", &json!({"seq": 2}))
        .await
        .unwrap();
    for seq in 1..=2 {
        assert_eq!(reports.recv().await.unwrap()["seq"], seq);
    }
    // A call is executed, and not answered.
    let call = Client::new(&pool.conductor, pool.builders())
        .server("b1")
        .timeout(Duration::from_secs(2));
    let result = call
        .call::<Value>(&somebody(), "build", &json!({"job": 3}))
        .await;
    assert!(
        matches!(result, Err(CallError::TimedOut { .. })),
        "{result:?}"
    );
    assert_eq!(first.recv().await.unwrap()["job"], 3);
}

/// What somebody tries who holds the account of `b1`: each on a channel of its own, since a
/// refusal ends one.
struct Intruder {
    connection: Connection,
    jobs: String,
    conductors: String,
}

impl Intruder {
    async fn channel(&self) -> Channel {
        let channel = self.connection.create_channel().await.unwrap();
        channel
            .confirm_select(ConfirmSelectOptions::default())
            .await
            .unwrap();
        channel
    }

    async fn publish(&self, exchange: &str, key: &str) -> lapin::Result<()> {
        let options = BasicPublishOptions::default();
        let channel = self.channel().await;
        let sent = channel.basic_publish(
            exchange.into(),
            key.into(),
            options,
            b"{}",
            BasicProperties::default(),
        );
        sent.await?.await.map(drop)
    }

    async fn bind(&self, queue: &str, exchange: &str, key: &str) -> lapin::Result<()> {
        let options = QueueBindOptions::default();
        let channel = self.channel().await;
        channel
            .queue_bind(
                queue.into(),
                exchange.into(),
                key.into(),
                options,
                FieldTable::default(),
            )
            .await
    }

    async fn declare(&self, queue: &str, arguments: &[(&str, &str)]) -> lapin::Result<()> {
        let mut table = FieldTable::default();
        for (name, value) in arguments {
            table.insert((*name).into(), AMQPValue::LongString((*value).into()));
        }
        let channel = self.channel().await;
        channel
            .queue_declare(queue.into(), QueueDeclareOptions::default(), table)
            .await
            .map(drop)
    }

    async fn consume(&self, queue: &str) -> lapin::Result<()> {
        let options = BasicConsumeOptions::default();
        let channel = self.channel().await;
        channel
            .basic_consume(queue.into(), "t".into(), options, FieldTable::default())
            .await
            .map(drop)
    }
}

async fn nothing_else() {
    let pool = Pool::new();
    let _reports = pool.serve_conductor().await;
    pool.admit("b1");
    pool.admit("b2");
    let (mut first, mut second) = (
        pool.serve_builder("b1").await,
        pool.serve_builder("b2").await,
    );
    let url = format!(
        "amqp://{}:secret@127.0.0.1:{}/%2f",
        pool.user("b1"),
        broker::shared().port
    );
    let intruder = Intruder {
        connection: Connection::connect(&url, ConnectionProperties::default())
            .await
            .unwrap(),
        jobs: pool.jobs.clone(),
        conductors: pool.conductors.clone(),
    };
    let (own, others) = (format!("{}.b1", pool.jobs), format!("{}.b2", pool.jobs));
    intruder.publish(EXCHANGE, &pool.conductors).await.unwrap();
    reading(&intruder, &own, &others).await;
    writing(&intruder, &own, &others).await;
    changing(&intruder, &others).await;
    dead_letters(&intruder, &own, &others).await;
    pool.send_job("b1", 6).await;
    assert_eq!(first.recv().await.unwrap()["job"], 6);
    // After all of it, the other builder gets its own jobs, and no more.
    pool.send_job("b2", 7).await;
    assert_eq!(second.recv().await.unwrap()["job"], 7);
}

fn refused(what: &str, result: lapin::Result<()>) {
    let error = match result {
        Err(error) => error.to_string(),
        Ok(()) => panic!("allowed: {what}"),
    };
    assert!(
        error.contains("ACCESS_REFUSED") || error.contains("access"),
        "{what}: {error}"
    );
}

async fn reading(intruder: &Intruder, own: &str, others: &str) {
    let conductors = &intruder.conductors;
    let reply = "reply_b1:kaas-builder:0123456789ab";
    intruder.declare(reply, &[]).await.unwrap();
    refused("consuming another's jobs", intruder.consume(others).await);
    refused(
        "consuming what is for any",
        intruder.consume(&intruder.jobs).await,
    );
    refused(
        "consuming what is for the conductor",
        intruder.consume(conductors).await,
    );
    let channel = intruder.channel().await;
    let got = channel
        .basic_get(others.into(), BasicGetOptions::default())
        .await
        .map(drop);
    refused("getting another's jobs", got);
    for key in [others, "#", "*.*", conductors] {
        refused(
            "copying by a binding",
            intruder.bind(own, EXCHANGE, key).await,
        );
        refused(
            "copying to an own queue",
            intruder.bind(reply, JOBS, key).await,
        );
    }
    let fanout = format!("{conductors}_fanout");
    refused(
        "listening to what is for all",
        intruder.bind(own, &fanout, "").await,
    );
    refused(
        "the broker's own log",
        intruder.bind(own, "amq.rabbitmq.log", "#").await,
    );
}

async fn writing(intruder: &Intruder, own: &str, others: &str) {
    let fanout = format!("{}_fanout", intruder.conductors);
    for (exchange, key) in [
        (EXCHANGE, others),
        (JOBS, others),
        (JOBS, intruder.jobs.as_str()),
        (JOBS, own),
        (EXCHANGE, intruder.jobs.as_str()),
        (EXCHANGE, own),
        (EXCHANGE, "notifications.info"),
        ("", others),
        ("", "reply_somebody"),
        (&fanout, ""),
        ("amq.topic", others),
        ("amq.direct", others),
    ] {
        refused(
            "publishing where it must not",
            intruder.publish(exchange, key).await,
        );
    }
    refused(
        "binding another's queue",
        intruder.bind(others, JOBS, own).await,
    );
}

/// A queue that gets a copy of every own job, and passes it on at once: by an exchange that it may
/// write to, but that leads to no builder.
async fn dead_letters(intruder: &Intruder, own: &str, others: &str) {
    let queue = "reply_b1:x:111111111111";
    let arguments = [
        ("x-dead-letter-exchange", EXCHANGE),
        ("x-dead-letter-routing-key", others),
    ];
    let mut table = FieldTable::default();
    for (name, value) in arguments {
        table.insert(name.into(), AMQPValue::LongString(value.into()));
    }
    table.insert("x-message-ttl".into(), AMQPValue::LongInt(0));
    let channel = intruder.channel().await;
    channel
        .queue_declare(queue.into(), QueueDeclareOptions::default(), table)
        .await
        .unwrap();
    intruder.bind(queue, JOBS, own).await.unwrap();
}

async fn changing(intruder: &Intruder, others: &str) {
    refused("declaring a queue", intruder.declare("anything", &[]).await);
    refused(
        "another's queue of replies",
        intruder
            .declare("reply_b2:kaas-builder:0123456789ab", &[])
            .await,
    );
    refused(
        "a name that only begins well",
        intruder.declare("reply_b1:x:0123456789ab.more", &[]).await,
    );
    for exchange in ["", JOBS, "amq.topic"] {
        let arguments = [
            ("x-dead-letter-exchange", exchange),
            ("x-dead-letter-routing-key", others),
        ];
        refused(
            "passing on by dead letters",
            intruder
                .declare("reply_b1:x:000000000000", &arguments)
                .await,
        );
    }
    let channel = intruder.channel().await;
    refused(
        "deleting",
        channel
            .queue_delete(others.into(), QueueDeleteOptions::default())
            .await
            .map(drop),
    );
    let channel = intruder.channel().await;
    refused(
        "emptying",
        channel
            .queue_purge(others.into(), QueuePurgeOptions::default())
            .await
            .map(drop),
    );
    let channel = intruder.channel().await;
    refused(
        "deleting the exchange",
        channel
            .exchange_delete(EXCHANGE.into(), ExchangeDeleteOptions::default())
            .await,
    );
    let channel = intruder.channel().await;
    let options = ExchangeDeclareOptions::default();
    let declared = channel
        .exchange_declare(
            "anything".into(),
            ExchangeKind::Fanout,
            options,
            FieldTable::default(),
        )
        .await;
    refused("declaring an exchange", declared);
}
