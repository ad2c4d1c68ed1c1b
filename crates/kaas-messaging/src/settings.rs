// SPDX-License-Identifier: Apache-2.0
//! What the options come to: typed, checked, and with those of the transport URL over those of
//! the configuration.

use std::path::PathBuf;
use std::time::Duration;

use kaas_common::config::{Config, FromValue, Item, Opt};

use crate::options;
use crate::url::{TransportUrl, UrlError};

/// How messages go. Not a secret in `Debug`.
#[derive(Clone, Debug)]
pub struct Settings {
    pub url: TransportUrl,
    pub exchange: String,
    /// How long an answer is waited for, and a broker that takes a message.
    pub response_timeout: Duration,
    /// Requests that a server works on at once.
    pub workers: usize,
    /// Whether servers answer `oslo_rpc_server_ping`.
    pub ping: bool,
    /// Names of drivers: `messagingv2`, `messaging`, `log`, `noop`.
    pub notification_drivers: Vec<String>,
    pub notification_topics: Vec<String>,
    pub rabbit: Rabbit,
}

/// What only concerns RabbitMQ.
#[derive(Clone, Debug)]
pub struct Rabbit {
    pub tls: Option<Tls>,
    pub login_method: String,
    /// Messages under way at once.
    pub channels: usize,
    pub retry_interval: Duration,
    pub retry_backoff: Duration,
    pub interval_max: Duration,
    /// Seconds; 0 for none.
    pub heartbeat: u16,
    /// What queues for requests and notifications survive.
    pub queues: Survival,
    pub auto_delete: bool,
    pub transient_quorum: bool,
    /// Arguments of quorum queues; 0 for none.
    pub delivery_limit: i32,
    pub memory_length: i32,
    pub memory_bytes: i32,
    /// Of queues for replies and fanout; zero for ever.
    pub transient_ttl: Duration,
    /// Messages delivered and not acknowledged; never unlimited.
    pub prefetch: u16,
    pub missing_consumer: Duration,
    /// What names of queues for replies and fanout begin with, `HOST:PROCESS`.
    pub queue_manager: Option<String>,
    /// Exchanges are not declared, and a server has no queue but its own.
    pub restricted: bool,
}

/// What a queue survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Survival {
    /// Nothing: it is gone when the broker starts again.
    Nothing,
    /// That its broker starts again.
    Restart,
    /// The loss of a node of the cluster.
    Node,
}

/// How a broker is verified, and shown who we are.
#[derive(Clone, Debug, Default)]
pub struct Tls {
    /// The authorities; the system's when there is none.
    pub ca_file: Option<PathBuf>,
    pub cert_file: Option<PathBuf>,
    pub key_file: Option<PathBuf>,
}

/// What is wrong with the configuration of messaging. It shows no URL.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("[{group}] transport_url {source}")]
    Url {
        group: &'static str,
        source: UrlError,
    },
    #[error(
        "[DEFAULT] transport_url has the option '{0}', which is none of [oslo_messaging_rabbit]; remove it"
    )]
    UnknownOption(String),
    #[error(
        "[DEFAULT] transport_url has the option '{name}', whose value {what}; write {expected}"
    )]
    Option {
        name: &'static str,
        what: String,
        expected: String,
    },
}

impl Settings {
    /// As a process's configuration says; its schema has the groups of [`options`].
    pub fn from_config(config: &Config) -> Result<Self, SettingsError> {
        let url = config.get(&options::TRANSPORT_URL);
        let url = parse("DEFAULT", url.expose())?;
        Self::new(config, url)
    }

    /// The same for notifications, which may go to another broker.
    pub fn for_notifications(config: &Config) -> Result<Self, SettingsError> {
        match config.get(&options::NOTIFICATION_URL) {
            Some(url) => Self::new(config, parse("oslo_messaging_notifications", url.expose())?),
            None => Self::from_config(config),
        }
    }

    fn new(config: &Config, url: TransportUrl) -> Result<Self, SettingsError> {
        let workers = usize::try_from(config.get(&options::WORKERS)).unwrap_or(1);
        let rabbit = Values { config, url: &url }.rabbit(workers)?;
        Ok(Self {
            exchange: config.get(&options::CONTROL_EXCHANGE),
            response_timeout: seconds(config.get(&options::RESPONSE_TIMEOUT)),
            workers,
            ping: config.get(&options::PING),
            notification_drivers: config.get(&options::NOTIFICATION_DRIVERS),
            notification_topics: config.get(&options::NOTIFICATION_TOPICS),
            rabbit,
            url,
        })
    }
}

fn parse(group: &'static str, text: &str) -> Result<TransportUrl, SettingsError> {
    TransportUrl::parse(text).map_err(|source| SettingsError::Url { group, source })
}

fn seconds(count: i64) -> Duration {
    Duration::from_secs(count.unsigned_abs())
}

/// An option is looked for in the URL first.
struct Values<'a> {
    config: &'a Config,
    url: &'a TransportUrl,
}

impl Values<'_> {
    fn get<T: FromValue + Default>(&self, option: &Opt<T>) -> Result<T, SettingsError> {
        let item = option.item();
        let Some(text) = self.url.query.get(item.name) else {
            return Ok(self.config.get(option));
        };
        let wrong = |what: String| SettingsError::Option {
            name: item.name,
            what,
            expected: item.kind.expected(),
        };
        let value = item.kind.convert(text).map_err(wrong)?;
        T::from_value(&value).ok_or_else(|| wrong("is empty".to_owned()))
    }

    fn number<T: TryFrom<i64> + Default>(&self, option: &Opt<i64>) -> Result<T, SettingsError> {
        // The declaration bounds it.
        self.get(option)
            .map(|number| T::try_from(number).unwrap_or_default())
    }

    fn seconds(&self, option: &Opt<i64>) -> Result<Duration, SettingsError> {
        self.get(option).map(seconds)
    }

    fn rabbit(&self, workers: usize) -> Result<Rabbit, SettingsError> {
        let known = |name: &String| {
            options::ITEMS_RABBIT
                .iter()
                .any(|item: &Item| item.name == name)
        };
        for name in self.url.query.keys().filter(|name| !known(name)) {
            if !options::WITHOUT_EFFECT.contains(&name.as_str()) {
                return Err(SettingsError::UnknownOption(name.clone()));
            }
            tracing::warn!("the option {name} of the transport URL has no effect");
        }
        let restricted = self.get(&options::RESTRICTED)?;
        let workers = u16::try_from(workers).unwrap_or(u16::MAX);
        let prefetch = match self.number(&options::PREFETCH)? {
            0 => workers,
            prefetch => prefetch,
        };
        let queues = match (self.get(&options::QUORUM)?, self.get(&options::DURABLE)?) {
            (true, _) => Survival::Node,
            (false, true) => Survival::Restart,
            (false, false) => Survival::Nothing,
        };
        Ok(Rabbit {
            tls: self.tls()?,
            login_method: self.get(&options::LOGIN_METHOD)?,
            channels: self.number(&options::CHANNELS)?,
            retry_interval: self.seconds(&options::RETRY_INTERVAL)?,
            retry_backoff: self.seconds(&options::RETRY_BACKOFF)?,
            interval_max: self.seconds(&options::INTERVAL_MAX)?,
            heartbeat: self.number(&options::HEARTBEAT)?,
            queues,
            auto_delete: self.get(&options::AUTO_DELETE)?,
            transient_quorum: self.get(&options::TRANSIENT_QUORUM)?,
            delivery_limit: self.number(&options::DELIVERY_LIMIT)?,
            memory_length: self.number(&options::MEMORY_LENGTH)?,
            memory_bytes: self.number(&options::MEMORY_BYTES)?,
            transient_ttl: self.seconds(&options::TRANSIENT_TTL)?,
            prefetch,
            missing_consumer: self.seconds(&options::MISSING_CONSUMER)?,
            queue_manager: self.queue_manager(restricted)?,
            restricted,
        })
    }

    fn tls(&self) -> Result<Option<Tls>, SettingsError> {
        let file = |option| Ok(self.get::<Option<String>>(option)?.map(PathBuf::from));
        let tls = Tls {
            ca_file: file(&options::SSL_CA_FILE)?,
            cert_file: file(&options::SSL_CERT_FILE)?,
            key_file: file(&options::SSL_KEY_FILE)?,
        };
        Ok(self.get(&options::SSL)?.then_some(tls))
    }

    fn queue_manager(&self, restricted: bool) -> Result<Option<String>, SettingsError> {
        let host = self.get(&options::HOSTNAME)?;
        let process = self.get(&options::PROCESS_NAME)?;
        let prefix = || {
            format!(
                "{}:{}",
                host.unwrap_or_else(host_name),
                process.unwrap_or_else(program)
            )
        };
        Ok((self.get(&options::QUEUE_MANAGER)? || restricted).then(prefix))
    }
}

/// What the kernel calls this machine.
fn host_name() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    name.trim().to_owned()
}

/// The name of this program, without its folder.
pub(crate) fn program() -> String {
    let path = std::env::args_os().next().map(PathBuf::from);
    let name = path.as_deref().and_then(|path| path.file_name());
    name.map_or_else(
        || "kaas".to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

#[cfg(test)]
mod tests;
