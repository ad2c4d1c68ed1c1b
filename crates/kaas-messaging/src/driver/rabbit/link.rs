// SPDX-License-Identifier: Apache-2.0
//! A connection that is made again when it is gone: host after host, with growing pauses.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use lapin::tcp::{AsyncTcpStream, RustlsConnector};
use lapin::uri::{
    AMQPAuthority, AMQPQueryString, AMQPScheme, AMQPUri, AMQPUserInfo, SASLMechanism,
};
use lapin::{Channel, Connection, ConnectionProperties, Event};
use tokio::sync::{Mutex, watch};
use tokio::time::{Instant, sleep_until, timeout};

use super::next_number;
use crate::metrics::Metrics;
use crate::settings::{Rabbit, Settings, program};
use crate::url::Host;

/// How long a host may take to let us in.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) struct Link {
    role: String,
    hosts: Vec<Host>,
    virtual_host: String,
    tls: Option<Arc<RustlsConnector>>,
    rabbit: Rabbit,
    metrics: Metrics,
    state: Mutex<State>,
    /// Why there is no connection, as far as is known.
    trouble: watch::Sender<String>,
    /// Whether the broker holds back what we send.
    blocked: watch::Sender<bool>,
}

/// Outlives whoever waits for it.
#[derive(Default)]
struct State {
    connection: Option<Connection>,
    /// Which host is tried next.
    turn: usize,
    /// Since the last success.
    failures: u32,
    not_before: Option<Instant>,
}

impl fmt::Debug for Link {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Link")
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

impl Link {
    pub(super) fn new(
        settings: &Settings,
        tls: Option<Arc<RustlsConnector>>,
        metrics: &Metrics,
        role: &str,
    ) -> Self {
        let mut hosts = settings.url.hosts.clone();
        if hosts.is_empty() {
            hosts.push(guest());
        }
        let virtual_host = settings
            .url
            .virtual_host
            .as_deref()
            .filter(|path| !path.is_empty());
        Self {
            role: role.to_owned(),
            hosts,
            virtual_host: virtual_host.unwrap_or("/").to_owned(),
            tls,
            rabbit: settings.rabbit.clone(),
            metrics: metrics.clone(),
            state: Mutex::default(),
            trouble: watch::Sender::new("there is no connection yet".to_owned()),
            blocked: watch::Sender::new(false),
        }
    }

    /// A new channel, once there is a connection. It may take for ever.
    pub(super) async fn channel(&self) -> Channel {
        let mut state = self.state.lock().await;
        loop {
            if let Some(connection) = state
                .connection
                .as_ref()
                .filter(|connection| connection.status().connected())
            {
                match timeout(PATIENCE, connection.create_channel()).await {
                    Ok(Ok(channel)) => return channel,
                    Ok(Err(error)) => tracing::warn!(role = self.role, "no channel: {error}"),
                    Err(_) => {
                        tracing::warn!(role = self.role, "no channel: RabbitMQ does not answer");
                    }
                }
            }
            state.connection = None;
            self.connect(&mut state).await;
        }
    }

    /// Ends the connection; whoever needs one again gets another.
    pub(super) async fn close(&self) {
        let connection = self.state.lock().await.connection.take();
        if let Some(connection) = connection.filter(|connection| connection.status().connected()) {
            // Where the broker does not answer, it notices by itself.
            let _ = timeout(PATIENCE, connection.close(200, "goodbye".into())).await;
        }
    }

    /// Why nothing goes on: for whoever gives up.
    pub(super) fn trouble(&self) -> String {
        if *self.blocked.borrow() {
            return "it takes no messages for now".to_owned();
        }
        self.trouble.borrow().clone()
    }

    /// Waits while the broker holds back what we send.
    pub(super) async fn unblocked(&self) {
        let _ = self.blocked.subscribe().wait_for(|blocked| !blocked).await;
    }

    /// One attempt, not too soon after the last.
    async fn connect(&self, state: &mut State) {
        if let Some(time) = state.not_before {
            sleep_until(time).await;
        }
        // For whoever comes next, should nobody wait for this one any more.
        state.not_before = Some(Instant::now() + self.rabbit.retry_interval);
        let host = &self.hosts[state.turn % self.hosts.len()];
        state.turn = state.turn.wrapping_add(1);
        let name = format!("{}:{}", host.name, self.port(host));
        match timeout(PATIENCE, self.attempt(host)).await {
            Ok(Ok(connection)) => {
                tracing::info!(
                    role = self.role,
                    host = name,
                    "connected to RabbitMQ at {name}"
                );
                self.watch(&connection);
                *state = State {
                    connection: Some(connection),
                    turn: state.turn.wrapping_sub(1),
                    ..State::default()
                };
            }
            Ok(Err(error)) => self.failed(state, &name, &error.to_string()),
            Err(_) => self.failed(state, &name, "it does not answer"),
        }
    }

    fn failed(&self, state: &mut State, host: &str, why: &str) {
        state.failures = state.failures.saturating_add(1);
        // All hosts are tried before there is a pause.
        let rounds = state.failures / u32::try_from(self.hosts.len()).unwrap_or(1);
        let pause = if rounds == 0 {
            Duration::ZERO
        } else {
            let longer = self.rabbit.retry_backoff.saturating_mul(rounds - 1);
            self.rabbit
                .retry_interval
                .saturating_add(longer)
                .min(self.rabbit.interval_max)
        };
        let pause = pause.mul_f64(spread());
        state.not_before = Some(Instant::now() + pause);
        self.trouble.send_replace(format!("{host}: {why}"));
        tracing::warn!(
            role = self.role,
            host,
            "no connection to RabbitMQ at {host}: {why}; again in {pause:.1?}"
        );
    }

    async fn attempt(&self, host: &Host) -> lapin::Result<Connection> {
        let tls = self.tls.clone();
        let runtime = lapin::runtime::default_runtime()?;
        let name = format!(
            "{}:{}:{}-{}",
            program(),
            std::process::id(),
            self.role,
            next_number()
        );
        let properties = ConnectionProperties::default().with_connection_name(name.into());
        Connection::connector(
            self.uri(host),
            runtime,
            async move |uri, runtime| {
                let address = (uri.authority.host.clone(), uri.authority.port);
                let address = runtime.to_socket_addrs(address);
                let stream = AsyncTcpStream::connect(&runtime, address).await?;
                match &tls {
                    Some(connector) => {
                        Ok(stream.into_rustls(connector, &uri.authority.host).await?)
                    }
                    None => Ok(stream),
                }
            },
            properties,
        )
        .await
    }

    fn uri(&self, host: &Host) -> AMQPUri {
        let mechanism = match self.rabbit.login_method.as_str() {
            "PLAIN" => SASLMechanism::Plain,
            "EXTERNAL" => SASLMechanism::External,
            _ => SASLMechanism::AMQPlain,
        };
        AMQPUri {
            scheme: AMQPScheme::AMQP,
            authority: AMQPAuthority {
                userinfo: AMQPUserInfo {
                    username: host.user.clone(),
                    password: host.password.expose().to_owned(),
                },
                host: host.name.clone(),
                port: self.port(host),
            },
            vhost: self.virtual_host.clone(),
            query: AMQPQueryString {
                heartbeat: Some(self.rabbit.heartbeat),
                auth_mechanism: Some(mechanism),
                ..AMQPQueryString::default()
            },
        }
    }

    fn port(&self, host: &Host) -> u16 {
        host.port
            .unwrap_or(if self.tls.is_some() { 5671 } else { 5672 })
    }

    /// Follows what the broker says of the connection.
    fn watch(&self, connection: &Connection) {
        let mut events = Box::pin(connection.events_listener());
        let (blocked, role) = (self.blocked.clone(), self.role.clone());
        let connected = self.metrics.connected.with_label_values(&[&role]);
        connected.inc();
        self.metrics.connections.with_label_values(&[&role]).inc();
        blocked.send_replace(false);
        tokio::spawn(async move {
            while let Some(event) = events.next().await {
                match event {
                    Event::ConnectionBlocked(why) => {
                        tracing::error!(role, "RabbitMQ takes no messages: {why}");
                        blocked.send_replace(true);
                    }
                    Event::ConnectionUnblocked => {
                        blocked.send_replace(false);
                    }
                    Event::Error(error) => {
                        tracing::warn!(role, "connection to RabbitMQ: {error}");
                        break;
                    }
                    _ => {}
                }
            }
            connected.dec();
            blocked.send_replace(false);
        });
    }
}

fn guest() -> Host {
    Host {
        name: "localhost".to_owned(),
        port: None,
        user: "guest".to_owned(),
        password: kaas_common::secret::Secret::new("guest".to_owned()),
    }
}

/// From 0.75 to 1.25: not everybody comes back at the same moment.
fn spread() -> f64 {
    let byte = uuid::Uuid::new_v4().as_bytes()[0];
    0.75 + f64::from(byte) / 512.0
}
