// SPDX-License-Identifier: Apache-2.0
//! Calls, casts and fanouts that go well.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use kaas_common::context::RequestContext;
use kaas_messaging::Version;
use kaas_messaging::rpc::{Endpoint, NoArguments};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::Stage;
use super::support::somebody;

crate::cases! {
    "a call brings its result" => result,
    "the context arrives, and no more than it" => context,
    "a server is called by its name" => by_name,
    "the servers of a topic share its calls" => shared,
    "a cast is executed, and nothing comes back" => cast,
    "a fanout reaches every server once" => fanout,
    "many calls at once each get their own answer" => many,
    "signs of life keep a long call alive" => signs_of_life,
    "a server answers whether it lives" => pings,
    "a large message arrives whole" => large,
}

const ONE: Version = Version::new(1, 0);

/// Answers with what it was called with, and with its own name.
fn echo(name: &str) -> Endpoint {
    let name = name.to_owned();
    Endpoint::new(Version::new(1, 2))
        .namespace("test")
        .method("echo", move |_, args: Value| {
            let answer = json!({"by": name, "args": args});
            async { Ok(answer) }
        })
}

async fn result(stage: Stage) {
    stage.serve("h1", echo("h1")).await;
    let client = stage.client().namespace("test").version(Version::new(1, 1));
    let args = json!({"text": "é \"quoted\"\n", "list": [1, 2.5, true, null, {"deep": []}], "big": i64::MAX});
    let answer: Value = client.call(&somebody(), "echo", &args).await.unwrap();
    assert_eq!(answer, json!({"by": "h1", "args": args}));
    let twice: Value = client.call(&somebody(), "echo", &json!({})).await.unwrap();
    assert_eq!(twice["args"], json!({}));
}

async fn context(stage: Stage) {
    let who = |context: RequestContext, _: NoArguments| async move {
        Ok(
            json!({"identity": context.identity(), "roles": context.roles, "request": context.request_id.as_str()}),
        )
    };
    stage
        .serve("h1", Endpoint::new(ONE).method("who", who))
        .await;
    let asking = somebody();
    let answer: Value = stage.client().call(&asking, "who", &()).await.unwrap();
    let expected = json!({
        "identity": asking.identity(), "roles": ["member"], "request": asking.request_id.as_str(),
    });
    assert_eq!(answer, expected);
}

async fn by_name(stage: Stage) {
    for name in ["h1", "h2"] {
        stage.serve(name, echo(name)).await;
    }
    let client = stage.client().namespace("test");
    for name in ["h1", "h2", "h1"] {
        let answer: Value = client
            .server(name)
            .call(&somebody(), "echo", &())
            .await
            .unwrap();
        assert_eq!(answer["by"], name);
    }
}

async fn shared(stage: Stage) {
    for name in ["h1", "h2"] {
        stage.serve(name, echo(name)).await;
    }
    let client = stage.client().namespace("test");
    let mut by = BTreeSet::new();
    for _ in 0..20 {
        let answer: Value = client.call(&somebody(), "echo", &()).await.unwrap();
        by.insert(answer["by"].as_str().unwrap().to_owned());
    }
    assert_eq!(by.len(), 2, "{by:?}");
}

/// An endpoint that says which server was told what.
fn telling(name: &str, heard: &mpsc::Sender<String>) -> Endpoint {
    let (name, heard) = (name.to_owned(), heard.clone());
    Endpoint::new(ONE).method("tell", move |_, args: Value| {
        let (heard, text) = (heard.clone(), format!("{name}: {}", args["what"]));
        async move {
            heard.send(text).await.unwrap();
            Ok(())
        }
    })
}

async fn cast(stage: Stage) {
    let (heard, mut said) = mpsc::channel(10);
    stage.serve("h1", telling("h1", &heard)).await;
    stage
        .client()
        .cast(&somebody(), "tell", &json!({"what": 1}))
        .await
        .unwrap();
    stage
        .client()
        .server("h1")
        .cast(&somebody(), "tell", &json!({"what": 2}))
        .await
        .unwrap();
    let mut all = [said.recv().await.unwrap(), said.recv().await.unwrap()];
    all.sort();
    assert_eq!(all, ["h1: 1", "h1: 2"]);
}

async fn fanout(stage: Stage) {
    let (heard, mut said) = mpsc::channel(10);
    for name in ["h1", "h2", "h3"] {
        stage.serve(name, telling(name, &heard)).await;
    }
    let client = stage.client();
    client
        .fanout(&somebody(), "tell", &json!({"what": 1}))
        .await
        .unwrap();
    let mut all = Vec::new();
    for _ in 0..3 {
        all.push(said.recv().await.unwrap());
    }
    all.sort();
    assert_eq!(all, ["h1: 1", "h2: 1", "h3: 1"]);
    // Whatever would come twice has come before this.
    client
        .fanout(&somebody(), "tell", &json!({"what": 2}))
        .await
        .unwrap();
    assert!(said.recv().await.unwrap().ends_with(": 2"));
}

async fn many(stage: Stage) {
    stage.serve("h1", echo("h1")).await;
    let client = Arc::new(stage.client().namespace("test"));
    let call = |number: u32| {
        let client = Arc::clone(&client);
        async move {
            let answer: Value = client
                .call(&somebody(), "echo", &json!({"n": number}))
                .await
                .unwrap();
            assert_eq!(answer["args"]["n"], number);
        }
    };
    join_all((0..300).map(call)).await;
}

async fn signs_of_life(stage: Stage) {
    let slow = |_, _: NoArguments| async {
        tokio::time::sleep(Duration::from_secs(8)).await;
        Ok("late")
    };
    stage
        .serve("h1", Endpoint::new(ONE).method("slow", slow))
        .await;
    let client = stage.client().monitor(Duration::from_secs(6));
    let answer: String = client.call(&somebody(), "slow", &()).await.unwrap();
    assert_eq!(answer, "late");
}

async fn pings(stage: Stage) {
    let transport = stage.transport_with(&[("DEFAULT__RPC_PING_ENABLED", "true")]);
    let server = kaas_messaging::rpc::Server::new(&transport, stage.target(), "h1");
    server.start(&stage.life).await.unwrap();
    let pong: String = stage
        .client()
        .call(&somebody(), "oslo_rpc_server_ping", &())
        .await
        .unwrap();
    assert_eq!(pong, "pong");
    let base = stage.client().namespace("baseapi");
    let answer: Value = base
        .call(&somebody(), "ping", &json!({"arg": [1]}))
        .await
        .unwrap();
    assert_eq!(answer["arg"], json!([1]));
}

async fn large(stage: Stage) {
    stage.serve("h1", echo("h1")).await;
    let text = "\\\"é".repeat(200_000);
    let args = json!({"text": text});
    let answer: Value = stage
        .client()
        .namespace("test")
        .call(&somebody(), "echo", &args)
        .await
        .unwrap();
    assert_eq!(answer["args"], args);
}
