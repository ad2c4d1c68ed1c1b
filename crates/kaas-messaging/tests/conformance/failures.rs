// SPDX-License-Identifier: Apache-2.0
//! Calls that do not go well.

use std::time::{Duration, Instant};

use kaas_messaging::rpc::{CallError, Endpoint, NoArguments};
use kaas_messaging::{Failure, RemoteError, SendError, Version};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Stage;
use super::support::somebody;

crate::cases! {
    "a failure arrives with its class and what belongs to it" => failure,
    "wrong arguments are the caller's fault" => wrong_arguments,
    "a method that panics is a failure, and the server goes on" => panics,
    "what is not offered is refused by name" => not_offered,
    "nothing newer than the cap is sent" => cap,
    "nobody there: the call ends when its time is over" => nobody,
    "no sign of life ends a call before its time" => silence,
    "an answer of another shape is no result" => other_shape,
    "too large a message is not sent" => too_large,
    "a failing cast leaves the server alone" => failing_cast,
    "arguments are an object" => arguments,
}

const ONE: Version = Version::new(1, 0);

fn remote(result: Result<Value, CallError>) -> RemoteError {
    match result {
        Err(CallError::Remote(error)) => error,
        other => panic!("{other:?}"),
    }
}

async fn failure(stage: Stage) {
    let fails = |_, args: Value| async move {
        let message = format!("no kernel {}", args["id"]);
        let failure = Failure::new("kaas.exception", "KernelNotFound", message).with("code", 404);
        Err::<(), _>(failure.expected())
    };
    stage
        .serve("h1", Endpoint::new(ONE).method("show", fails))
        .await;
    let error = remote(
        stage
            .client()
            .call(&somebody(), "show", &json!({"id": 7}))
            .await,
    );
    assert_eq!(error.to_string(), "KernelNotFound: no kernel 7");
    assert_eq!(
        (error.module.as_str(), &error.kwargs["code"]),
        ("kaas.exception", &json!(404))
    );
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sum {
    left: i64,
    right: i64,
}

fn adds() -> Endpoint {
    Endpoint::new(ONE).method("add", |_, sum: Sum| async move { Ok(sum.left + sum.right) })
}

async fn wrong_arguments(stage: Stage) {
    stage.serve("h1", adds()).await;
    let client = stage.client();
    let sum: i64 = client
        .call(&somebody(), "add", &json!({"left": 1, "right": 2}))
        .await
        .unwrap();
    assert_eq!(sum, 3);
    for args in [
        json!({"left": 1}),
        json!({"left": "1", "right": 2}),
        json!({"left": 1, "right": 2, "more": 3}),
    ] {
        let error = remote(client.call(&somebody(), "add", &args).await);
        assert_eq!(
            (error.module.as_str(), error.class.as_str()),
            ("builtins", "TypeError"),
            "{args}"
        );
    }
}

async fn panics(stage: Stage) {
    let bad = |_, _: NoArguments| async {
        "as it should".parse::<Version>().unwrap();
        Ok(())
    };
    stage.serve("h1", adds().method("bad", bad)).await;
    let error = remote(stage.client().call(&somebody(), "bad", &()).await);
    assert_eq!(error.class, "RuntimeError");
    assert!(
        !error.message.contains("Version"),
        "nothing of the inside is told"
    );
    let sum: i64 = stage
        .client()
        .call(&somebody(), "add", &json!({"left": 1, "right": 2}))
        .await
        .unwrap();
    assert_eq!(sum, 3);
}

async fn not_offered(stage: Stage) {
    let endpoint = adds().method("_hidden", |_, _: NoArguments| async { Ok(()) });
    stage.serve("h1", endpoint).await;
    let client = stage.client();
    let newer = client.version(Version::new(1, 9));
    let elsewhere = client.namespace("elsewhere");
    let cases = [
        (
            &client,
            "nope",
            "NoSuchMethod",
            "Endpoint does not support RPC method nope",
        ),
        (
            &client,
            "_hidden",
            "NoSuchMethod",
            "Endpoint does not support RPC method _hidden",
        ),
        (
            &newer,
            "add",
            "UnsupportedVersion",
            "Endpoint does not support RPC version 1.9. Attempted method: add",
        ),
        (
            &elsewhere,
            "add",
            "UnsupportedVersion",
            "Endpoint does not support RPC version 1.0. Attempted method: add",
        ),
    ];
    for (client, method, class, message) in cases {
        let error = remote(client.call(&somebody(), method, &()).await);
        assert_eq!(
            (error.class.as_str(), error.message.as_str()),
            (class, message)
        );
        assert_eq!(error.module, "oslo_messaging.rpc.dispatcher");
    }
}

async fn cap(stage: Stage) {
    let client = stage.client().cap(Version::new(1, 3));
    assert!(client.can_send(Version::new(1, 3)) && !client.can_send(Version::new(1, 4)));
    let result = client
        .version(Version::new(1, 4))
        .cast(&somebody(), "m", &())
        .await;
    assert!(
        matches!(result, Err(CallError::VersionCap { .. })),
        "{result:?}"
    );
}

async fn nobody(stage: Stage) {
    let client = stage.client().timeout(Duration::from_secs(1));
    let result = client.call::<Value>(&somebody(), "m", &()).await;
    assert!(
        matches!(result, Err(CallError::TimedOut { .. })),
        "{result:?}"
    );
    client.cast(&somebody(), "m", &()).await.unwrap();
}

async fn silence(stage: Stage) {
    let client = stage
        .client()
        .timeout(Duration::from_secs(120))
        .monitor(Duration::from_secs(1));
    let began = Instant::now();
    let result = client.call::<Value>(&somebody(), "m", &()).await;
    assert!(
        matches!(result, Err(CallError::TimedOut { .. })),
        "{result:?}"
    );
    assert!(began.elapsed() < Duration::from_secs(120));
}

async fn other_shape(stage: Stage) {
    stage.serve("h1", adds()).await;
    let result = stage
        .client()
        .call::<String>(&somebody(), "add", &json!({"left": 1, "right": 2}))
        .await;
    assert!(matches!(result, Err(CallError::Answer(_))), "{result:?}");
}

async fn too_large(stage: Stage) {
    let args = json!({"text": "x".repeat(17 << 20)});
    let result = stage.client().cast(&somebody(), "m", &args).await;
    assert!(
        matches!(result, Err(CallError::Send(SendError::TooLong(_)))),
        "{result:?}"
    );
}

async fn failing_cast(stage: Stage) {
    stage.serve("h1", adds()).await;
    let client = stage.client();
    client
        .cast(&somebody(), "add", &json!({"left": "no"}))
        .await
        .unwrap();
    client.cast(&somebody(), "nope", &()).await.unwrap();
    let sum: i64 = client
        .call(&somebody(), "add", &json!({"left": 1, "right": 2}))
        .await
        .unwrap();
    assert_eq!(sum, 3);
}

async fn arguments(stage: Stage) {
    for args in [json!([1]), json!("text"), json!(1)] {
        let result = stage.client().cast(&somebody(), "m", &args).await;
        assert!(matches!(result, Err(CallError::Arguments(_))), "{result:?}");
    }
}
