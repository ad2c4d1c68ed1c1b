// SPDX-License-Identifier: Apache-2.0
//! The client before a server that answers as the real Keystone was recorded to.

use std::collections::VecDeque;
use std::sync::Mutex as Lock;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;
use crate::config::{self, Group, Schema, Surroundings};

const VALID: &str = include_str!("../../../tests/keystone/validate_ok.json");
const ISSUED: &str = r#"{"token": {"expires_at": "2999-01-01T00:00:00.000000Z"}}"#;
const NOT_FOUND: &str =
    r#"{"error":{"code":404,"message":"Could not recognize Fernet token","title":"Not Found"}}"#;
const REFUSED: &str =
    r#"{"error":{"code":401,"message":"The request you have made requires authentication."}}"#;

/// Answers each connection with the next reply, and remembers what it was asked.
struct Keystone {
    address: String,
    asked: Arc<Lock<Vec<String>>>,
}

async fn keystone(replies: &[(&str, &str)]) -> Keystone {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/identity", listener.local_addr().unwrap());
    let asked = Arc::new(Lock::new(Vec::new()));
    let mut replies: VecDeque<String> = replies
        .iter()
        .map(|(status, body)| reply(status, body))
        .collect();
    let seen = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Some(reply) = replies.pop_front() {
            let (mut stream, _) = listener.accept().await.unwrap();
            let request = request(&mut stream).await;
            seen.lock().unwrap().push(request);
            stream.write_all(reply.as_bytes()).await.unwrap();
        }
    });
    Keystone { address, asked }
}

/// An empty status closes the connection without a word.
fn reply(status: &str, body: &str) -> String {
    if status.is_empty() {
        return String::new();
    }
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nX-Subject-Token: own-token\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}

/// The head, and the body that it announces.
async fn request(stream: &mut tokio::net::TcpStream) -> String {
    let mut text = String::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).await.unwrap();
        text += &String::from_utf8_lossy(&buffer[..read]);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let announced = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        if read == 0 || body.len() >= announced.map_or(0, |length| length.parse().unwrap()) {
            return text;
        }
    }
}

fn client(address: &str, more: &[(&str, &str)]) -> Result<Client, Error> {
    let plain = [
        ("AUTH_URL", address),
        ("USERNAME", "kaas"),
        ("PASSWORD", "hunter2"),
        ("USER_DOMAIN_NAME", "Default"),
        ("PROJECT_NAME", "service"),
        ("PROJECT_DOMAIN_NAME", "Default"),
        ("HTTP_REQUEST_MAX_RETRIES", "1"),
    ];
    let variable = |(name, value): &(&str, &str)| {
        (
            format!("OS_KEYSTONE_AUTHTOKEN__{name}"),
            (*value).to_owned(),
        )
    };
    let environment = plain.iter().chain(more).map(variable).collect();
    let groups = [Group {
        name: "keystone_authtoken",
        help: "",
        items: super::super::ITEMS,
    }];
    let schema = Schema {
        namespace: "t",
        groups: &groups,
    };
    assert_eq!(schema.faults(), Vec::<String>::new());
    Client::new(
        &config::load(
            schema,
            &Surroundings {
                environment,
                ..Surroundings::default()
            },
        )
        .unwrap(),
    )
}

const QUESTION: Question = Question {
    expired: Expired::Refused,
    catalog: Catalog::Without,
};

/// What it answers, and what it was asked.
async fn ask(replies: &[(&str, &str)], question: Question) -> (Answer, Vec<String>) {
    let keystone = keystone(replies).await;
    let client = client(&keystone.address, &[]).unwrap();
    let answer = client.validate("user-token", question).await;
    let asked = keystone.asked.lock().unwrap().clone();
    (answer, asked)
}

#[tokio::test]
async fn a_token_is_validated_by_our_own() {
    let (answer, asked) = ask(&[("201 CREATED", ISSUED), ("200 OK", VALID)], QUESTION).await;
    assert!(matches!(answer, Answer::Valid(token) if token.user.name == "demo"));
    assert!(
        asked[0].starts_with("POST /identity/v3/auth/tokens HTTP/1.1\r\n"),
        "{}",
        asked[0]
    );
    assert!(asked[0].contains(r#""password":"hunter2""#));
    assert!(
        asked[1].starts_with("GET /identity/v3/auth/tokens?nocatalog HTTP/1.1\r\n"),
        "{}",
        asked[1]
    );
    for header in [
        "x-auth-token: own-token",
        "x-subject-token: user-token",
        "openstack-identity-access-rules: 1",
    ] {
        assert!(asked[1].contains(header), "{}", asked[1]);
    }
}

#[tokio::test]
async fn what_is_asked_is_in_the_query() {
    let replies = [("201 CREATED", ISSUED), ("200 OK", VALID)];
    let cases = [
        (
            Expired::Allowed,
            Catalog::Without,
            "?nocatalog&allow_expired=1 ",
        ),
        (Expired::Allowed, Catalog::With, "tokens?allow_expired=1 "),
        (Expired::Refused, Catalog::With, "tokens HTTP"),
    ];
    for (expired, catalog, query) in cases {
        let (_, asked) = ask(&replies, Question { expired, catalog }).await;
        assert!(
            asked[1].lines().next().unwrap().contains(query),
            "{}",
            asked[1]
        );
    }
}

#[tokio::test]
async fn an_unknown_token_is_invalid() {
    let (answer, _) = ask(
        &[("201 CREATED", ISSUED), ("404 NOT FOUND", NOT_FOUND)],
        QUESTION,
    )
    .await;
    assert_eq!(answer, Answer::Invalid);
}

#[tokio::test]
async fn our_own_token_is_renewed_once_when_it_is_refused() {
    let replies = [
        ("201 CREATED", ISSUED),
        ("401 UNAUTHORIZED", REFUSED),
        ("201 CREATED", ISSUED),
        ("200 OK", VALID),
    ];
    let question = Question {
        expired: Expired::Allowed,
        ..QUESTION
    };
    let (answer, asked) = ask(&replies, question).await;
    assert!(matches!(answer, Answer::Valid(_)));
    assert!(
        asked[3].contains("allow_expired=1"),
        "the question stays the same"
    );
    let replies = [
        ("201 CREATED", ISSUED),
        ("401 UNAUTHORIZED", REFUSED),
        ("201 CREATED", ISSUED),
        ("401 UNAUTHORIZED", REFUSED),
    ];
    let (answer, _) = ask(&replies, QUESTION).await;
    assert!(matches!(answer, Answer::Away(_)));
}

#[tokio::test]
async fn whatever_else_happens_keystone_is_away_and_no_secret_is_told() {
    let cases: &[&[(&str, &str)]] = &[
        &[("401 UNAUTHORIZED", REFUSED)],
        &[("201 CREATED", "nonsense")],
        &[("201 CREATED", ISSUED), ("500 INTERNAL SERVER ERROR", "")],
        &[("201 CREATED", ISSUED), ("200 OK", "nonsense")],
        &[("201 CREATED", ISSUED), ("403 FORBIDDEN", "")],
        &[("", ""), ("", "")],
        &[],
    ];
    for replies in cases {
        let (answer, _) = ask(replies, QUESTION).await;
        let Answer::Away(why) = answer else {
            panic!("{replies:?}: {answer:?}")
        };
        assert!(
            ["hunter2", "own-token", "user-token"]
                .iter()
                .all(|secret| !why.contains(secret)),
            "{why}"
        );
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_tried_again() {
    let (answer, asked) = ask(
        &[("", ""), ("201 CREATED", ISSUED), ("200 OK", VALID)],
        QUESTION,
    )
    .await;
    assert!(matches!(answer, Answer::Valid(_)), "{answer:?}");
    assert_eq!(asked.len(), 3);
}

#[tokio::test]
async fn the_catalog_says_where_tokens_are_validated() {
    let other = keystone(&[("200 OK", VALID)]).await;
    let catalog = serde_json::json!({"token": {"expires_at": "2999-01-01T00:00:00Z", "catalog": [
        {"type": "image", "endpoints": [{"interface": "internal", "url": "http://no"}]},
        {"type": "identity", "endpoints": [
            {"interface": "public", "region_id": "R", "url": "http://no"},
            {"interface": "internal", "region_id": "R", "url": format!("{}/v2.0/", other.address)}]}]}});
    let (answer, _) = ask(&[("201 CREATED", &catalog.to_string())], QUESTION).await;
    assert!(matches!(answer, Answer::Valid(_)), "{answer:?}");
    assert!(other.asked.lock().unwrap()[0].starts_with("GET /identity/v3/auth/tokens?"));
}

#[test]
fn what_is_missing_is_said() {
    let cases: [(&[(&str, &str)], &str); 2] = [
        (
            &[("AUTH_TYPE", "v3applicationcredential")],
            "application_credential_id is not set",
        ),
        (&[("CAFILE", "/nonexistent")], "cafile"),
    ];
    for (settings, said) in cases {
        let error = client("http://h", settings).err().unwrap().to_string();
        assert!(error.contains(said), "{error}");
    }
}
