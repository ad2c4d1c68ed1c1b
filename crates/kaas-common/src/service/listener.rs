// SPDX-License-Identifier: Apache-2.0
//! The listener for operators: `/metrics`, `/livez` and `/readyz`, apart from the service's own.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::CONTENT_TYPE;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::health::Health;
use super::lifecycle::{Lifecycle, Phase};
use super::metrics::Metrics;

const CONNECTIONS: usize = 64;
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// A connection is closed after this long, whatever it does.
const LONGEST: Duration = Duration::from_secs(300);

/// What the listener tells of.
struct Told {
    life: Lifecycle,
    health: Arc<Health>,
    metrics: Metrics,
}

/// Answers until the process closes.
pub async fn serve(listener: TcpListener, life: Lifecycle, health: Arc<Health>, metrics: Metrics) {
    let told = Arc::new(Told {
        life,
        health,
        metrics,
    });
    let permits = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(permit) = Arc::clone(&permits).acquire_owned().await else {
            return;
        };
        tokio::select! {
            () = told.life.wait_for(Phase::Closing) => return,
            accepted = listener.accept() => {
                let Some(stream) = usable(accepted.map(|(stream, _)| stream)).await else {
                    continue;
                };
                let told = Arc::clone(&told);
                tokio::spawn(async move {
                    // Who does not speak HTTP, or leaves, is told nothing.
                    let _ = tokio::time::timeout(LONGEST, connection(stream, told)).await;
                    drop(permit);
                });
            }
        }
    }
}

/// Where there are no files left, a moment's wait keeps the loop from burning.
async fn usable(accepted: io::Result<TcpStream>) -> Option<TcpStream> {
    if accepted.is_err() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    accepted.ok()
}

async fn connection(stream: TcpStream, told: Arc<Told>) -> hyper::Result<()> {
    let service = service_fn(move |request| {
        let answer = answer(&told, &request);
        async move { Ok::<_, Infallible>(answer) }
    });
    hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service)
        .await
}

fn answer(told: &Told, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    let (status, text) = match (request.method(), request.uri().path()) {
        (&Method::GET | &Method::HEAD, "/metrics") => match told.metrics.text() {
            Ok(text) => (StatusCode::OK, text),
            Err(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "the metrics cannot be written".to_owned(),
            ),
        },
        (&Method::GET | &Method::HEAD, "/livez") => (StatusCode::OK, "OK".to_owned()),
        (&Method::GET | &Method::HEAD, "/readyz") => ready(told),
        (_, "/metrics" | "/livez" | "/readyz") => (StatusCode::METHOD_NOT_ALLOWED, String::new()),
        _ => (StatusCode::NOT_FOUND, String::new()),
    };
    let mut response = Response::new(Full::from(text + "\n"));
    *response.status_mut() = status;
    let plain = hyper::header::HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, plain);
    response
}

fn ready(told: &Told) -> (StatusCode, String) {
    let healthy = told.health.ask(Instant::now());
    let is_ready = told.life.phase() == Phase::Ready && healthy.is_healthy;
    let status = if is_ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let text = if told.life.phase() == Phase::Starting {
        "STARTING".to_owned()
    } else {
        healthy.text()
    };
    (status, text)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    use super::*;
    use crate::config::{self, Schema, Surroundings};

    async fn get(address: &str, request: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        text
    }

    #[tokio::test]
    async fn operators_are_told_how_it_is_until_it_closes() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let life = Lifecycle::new();
        let config = config::load(
            Schema {
                namespace: "t",
                groups: &[],
            },
            &Surroundings::default(),
        )
        .unwrap();
        let health = Arc::new(Health::new(&config, life.clone(), vec![]));
        let serving = tokio::spawn(serve(
            listener,
            life.clone(),
            health,
            Metrics::new("1").unwrap(),
        ));
        assert!(
            get(&address, "GET /livez")
                .await
                .starts_with("HTTP/1.1 200 ")
        );
        let starting = get(&address, "GET /readyz").await;
        assert!(
            starting.starts_with("HTTP/1.1 503 ") && starting.contains("STARTING"),
            "{starting}"
        );
        life.ready();
        assert!(
            get(&address, "HEAD /readyz")
                .await
                .starts_with("HTTP/1.1 200 ")
        );
        assert!(
            get(&address, "GET /metrics")
                .await
                .contains("kaas_build_info{version=\"1\"} 1\n")
        );
        assert!(
            get(&address, "POST /metrics")
                .await
                .starts_with("HTTP/1.1 405 ")
        );
        assert!(
            get(&address, "GET /etc/passwd")
                .await
                .starts_with("HTTP/1.1 404 ")
        );
        life.drain_within(Duration::ZERO, None).await;
        serving.await.unwrap();
        assert!(TcpStream::connect(&address).await.is_err());
    }
}
