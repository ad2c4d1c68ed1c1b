// SPDX-License-Identifier: Apache-2.0
//! How servers end, and what becomes of what they were doing.

use std::time::Duration;

use kaas_common::service::{Drained, Lifecycle};
use kaas_messaging::Version;
use kaas_messaging::rpc::{Endpoint, NoArguments, Server};
use serde_json::json;
use tokio::sync::mpsc;

use super::Stage;
use super::support::somebody;

crate::cases! {
    "a server that stops finishes what it does" => finishes,
    "what comes while no server is there waits for one" => waits,
    "the end of a process drains its servers" => drains,
    "a server does no more at once than it is told to" => workers,
    "a fanout has no memory" => fanout_forgets,
}

const ONE: Version = Version::new(1, 0);

/// Says that it began, then takes its time.
fn slow(began: &mpsc::Sender<()>) -> Endpoint {
    let began = began.clone();
    Endpoint::new(ONE).method("slow", move |_, _: NoArguments| {
        let began = began.clone();
        async move {
            began.send(()).await.unwrap();
            tokio::time::sleep(Duration::from_secs(1)).await;
            Ok("done")
        }
    })
}

async fn finishes(stage: Stage) {
    let (began, mut begun) = mpsc::channel(10);
    let server = stage.serve("h1", slow(&began)).await;
    let client = stage.client();
    let call = tokio::spawn(async move { client.call::<String>(&somebody(), "slow", &()).await });
    begun.recv().await.unwrap();
    server.stop().await;
    assert_eq!(call.await.unwrap().unwrap(), "done");
}

async fn waits(stage: Stage) {
    let (began, mut begun) = mpsc::channel(10);
    stage.serve("h1", slow(&began)).await.stop().await;
    let client = stage.client();
    client.cast(&somebody(), "slow", &()).await.unwrap();
    client
        .server("h1")
        .cast(&somebody(), "slow", &())
        .await
        .unwrap();
    let late = tokio::spawn(async move { client.call::<String>(&somebody(), "slow", &()).await });
    stage.serve("h1", slow(&began)).await;
    for _ in 0..3 {
        begun.recv().await.unwrap();
    }
    assert_eq!(late.await.unwrap().unwrap(), "done");
}

async fn drains(stage: Stage) {
    let (began, mut begun) = mpsc::channel(10);
    let (life, transport) = (Lifecycle::new(), stage.transport());
    let server = Server::new(&transport, stage.target(), "h1").endpoint(slow(&began));
    let _running = server.start(&life).await.unwrap();
    life.ready();
    let client = stage.client();
    let call = tokio::spawn({
        let client = client.clone();
        async move { client.call::<String>(&somebody(), "slow", &()).await }
    });
    begun.recv().await.unwrap();
    let end = life
        .drain_within(Duration::ZERO, Some(Duration::from_secs(60)))
        .await;
    assert_eq!(end, Drained::Clean);
    assert_eq!(call.await.unwrap().unwrap(), "done");
    // Nobody takes this one.
    client.cast(&somebody(), "slow", &()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(begun.try_recv().is_err());
}

async fn workers(stage: Stage) {
    let (began, mut begun) = mpsc::channel(10);
    let transport = stage.transport_with(&[("DEFAULT__EXECUTOR_THREAD_POOL_SIZE", "2")]);
    let server = Server::new(&transport, stage.target(), "h1").endpoint(slow(&began));
    let _running = server.start(&stage.life).await.unwrap();
    for _ in 0..4 {
        stage.client().cast(&somebody(), "slow", &()).await.unwrap();
    }
    begun.recv().await.unwrap();
    begun.recv().await.unwrap();
    assert_eq!(stage.life.under_way(), 2);
    // The others come later, and they do come.
    begun.recv().await.unwrap();
    begun.recv().await.unwrap();
}

async fn fanout_forgets(stage: Stage) {
    let (heard, mut said) = mpsc::channel(10);
    let tells = |heard: &mpsc::Sender<u64>| {
        let heard = heard.clone();
        Endpoint::new(ONE).method("tell", move |_, args: serde_json::Value| {
            let (heard, what) = (heard.clone(), args["what"].as_u64().unwrap());
            async move {
                heard.send(what).await.unwrap();
                Ok(())
            }
        })
    };
    stage.serve("h1", tells(&heard)).await.stop().await;
    let client = stage.client();
    client
        .fanout(&somebody(), "tell", &json!({"what": 1}))
        .await
        .unwrap();
    stage.serve("h1", tells(&heard)).await;
    client
        .fanout(&somebody(), "tell", &json!({"what": 2}))
        .await
        .unwrap();
    assert_eq!(said.recv().await.unwrap(), 2);
}
