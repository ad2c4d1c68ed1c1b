// SPDX-License-Identifier: Apache-2.0
//! Brokers by TLS: verified, and shown who we are.

use std::time::Duration;

use kaas_common::service::Lifecycle;
use kaas_messaging::rpc::{CallError, Client, Endpoint, NoArguments, Server};
use kaas_messaging::{OpenError, SendError, Target, Transport, Version};
use libtest_mimic::Trial;
use prometheus::Registry;

use crate::support::{broker, settings, somebody, transport, trial, unique};

pub(crate) fn trials() -> Vec<Trial> {
    let name = |text: &str| format!("TLS: {text}");
    vec![
        trial(name("a broker that its authority vouches for"), verified),
        trial(
            name("a broker that is not who it should be gets no message"),
            not_verified,
        ),
        trial(name("files that are none are said at the start"), bad_files),
    ]
}

fn options(authority: &str) -> String {
    let file = |name: &str| broker::shared().file(name);
    let (authority, certificate, key) = (file(authority), file("client.pem"), file("client.key"));
    format!("ssl_ca_file={authority}&ssl_cert_file={certificate}&ssl_key_file={key}")
}

async fn verified() {
    let transport = transport(
        &broker::shared().tls_url("127.0.0.1", &options("ca.pem")),
        &[],
    );
    let target = Target::topic(&unique("tls"));
    let endpoint =
        Endpoint::new(Version::new(1, 0)).method("ping", |_, _: NoArguments| async { Ok("pong") });
    let server = Server::new(&transport, target.clone(), "h1").endpoint(endpoint);
    server.start(&Lifecycle::new()).await.unwrap();
    let pong: String = Client::new(&transport, target)
        .call(&somebody(), "ping", &())
        .await
        .unwrap();
    assert_eq!(pong, "pong");
}

async fn not_verified() {
    let broker = broker::shared();
    let without_ours = format!("ssl_ca_file={}", broker.file("ca.pem"));
    let cases = [
        (
            "UnknownIssuer",
            broker.tls_url("127.0.0.1", &options("other.pem")),
        ),
        (
            "not valid for name",
            broker.tls_url("localhost", &options("ca.pem")),
        ),
        ("UnknownIssuer", broker.tls_url("127.0.0.1", "")),
        (
            "CertificateRequired",
            broker.tls_url("127.0.0.1", &without_ours),
        ),
        ("InvalidContentType", broker.url("ssl=1")),
    ];
    for (why, url) in cases {
        let client = Client::new(&transport(&url, &[]), Target::topic("nobody"))
            .timeout(Duration::from_secs(4));
        match client.cast(&somebody(), "m", &()).await {
            Err(CallError::Send(SendError::TimedOut(said))) => {
                // Who is refused for want of a certificate has said his first words already: the
                // broker's reset may come before its reason.
                let is_reset = why == "CertificateRequired" && said.contains("reset by peer");
                assert!(is_reset || said.contains(why), "{why}: {said}");
            }
            other => panic!("{why}: {other:?}"),
        }
    }
}

async fn bad_files() {
    let broker = broker::shared();
    let (key, certificate) = (broker.file("client.key"), broker.file("client.pem"));
    for (options, option) in [
        ("ssl_ca_file=/nowhere".to_owned(), "ssl_ca_file"),
        (format!("ssl_ca_file={key}"), "ssl_ca_file"),
        (format!("ssl_cert_file={certificate}"), "ssl_cert_file"),
        (
            format!("ssl_cert_file={certificate}&ssl_key_file={certificate}"),
            "ssl_key_file",
        ),
    ] {
        let settings = settings(&broker.tls_url("127.0.0.1", &options), &[]);
        match Transport::open(settings, &Registry::new()) {
            Err(OpenError::Tls { option: found, .. }) => assert_eq!(found, option, "{options}"),
            other => panic!("{options}: {other:?}"),
        }
    }
}
