// SPDX-License-Identifier: Apache-2.0
//! The options, with oslo.messaging's names and defaults; what is ours alone says so.
//!
//! Those of `[oslo_messaging_rabbit]` may also stand in the query of the transport URL.

use kaas_common::config::{Choice, Former, Item, Opt};
use kaas_common::secret::Secret;

const RABBIT: &str = "oslo_messaging_rabbit";
const NOTIFICATIONS: &str = "oslo_messaging_notifications";

pub const TRANSPORT_URL: Opt<Secret> = Opt::secret(
    "DEFAULT",
    "transport_url",
    "The network address and optional user credentials for connecting to the messaging backend, in \
     URL format: driver://[user:pass@]host:port[,[userN:passN@]hostN:portN]/virtual_host?query. The driver \
     rabbit is RabbitMQ; local is this process alone, and nothing else hears of it.",
)
.default("rabbit://");

pub const CONTROL_EXCHANGE: Opt<String> = Opt::text(
    "DEFAULT",
    "control_exchange",
    "The default exchange under which topics are scoped.",
)
.default("kaas");

pub const RESPONSE_TIMEOUT: Opt<i64> = Opt::integer(
    "DEFAULT",
    "rpc_response_timeout",
    "Seconds to wait for a response from a call, and for a broker to take a message.",
)
.min(1)
.default("60");

pub const WORKERS: Opt<i64> = Opt::integer(
    "DEFAULT",
    "executor_thread_pool_size",
    "How many requests a server works on at the same time.",
)
.min(1)
.max(4096)
.default("64")
.former(&[Former {
    group: None,
    name: "rpc_thread_pool_size",
}]);

pub const PING: Opt<bool> = Opt::bool(
    "DEFAULT",
    "rpc_ping_enabled",
    "Add an endpoint to answer to ping calls. Endpoint is named oslo_rpc_server_ping",
)
.default("false");

pub const SSL: Opt<bool> = Opt::bool(RABBIT, "ssl", "Connect over SSL.").default("false");

pub const SSL_CA_FILE: Opt<Option<String>> = Opt::text(
    RABBIT,
    "ssl_ca_file",
    "SSL certification authority file. Without it, the system's authorities are trusted; a broker is never \
     trusted without one.",
);

pub const SSL_CERT_FILE: Opt<Option<String>> =
    Opt::text(RABBIT, "ssl_cert_file", "SSL cert file, of the client.");

pub const SSL_KEY_FILE: Opt<Option<String>> =
    Opt::text(RABBIT, "ssl_key_file", "SSL key file, of the client.");

const LOGIN_METHODS: &[Choice] = &[
    ("PLAIN", ""),
    ("AMQPLAIN", ""),
    ("EXTERNAL", "by the client's certificate"),
];

pub const LOGIN_METHOD: Opt<String> = Opt::choice(
    RABBIT,
    "rabbit_login_method",
    LOGIN_METHODS,
    "The RabbitMQ login method.",
)
.default("AMQPLAIN");

pub const CHANNELS: Opt<i64> = Opt::integer(
    RABBIT,
    "rpc_conn_pool_size",
    "How many messages are being sent at the same time: each has a channel of its own.",
)
.min(1)
.max(1024)
.default("30");

pub const RETRY_INTERVAL: Opt<i64> = Opt::integer(
    RABBIT,
    "rabbit_retry_interval",
    "How frequently to retry connecting with RabbitMQ, in seconds.",
)
.min(1)
.default("1");

pub const RETRY_BACKOFF: Opt<i64> = Opt::integer(
    RABBIT,
    "rabbit_retry_backoff",
    "How long to backoff for between retries when connecting to RabbitMQ, in seconds: so much is added each time.",
)
.min(0)
.default("2");

pub const INTERVAL_MAX: Opt<i64> = Opt::integer(
    RABBIT,
    "rabbit_interval_max",
    "Maximum interval of RabbitMQ connection retries, in seconds.",
)
.min(1)
.default("30");

pub const HEARTBEAT: Opt<i64> = Opt::integer(
    RABBIT,
    "heartbeat_timeout_threshold",
    "Number of seconds after which the Rabbit broker is considered down if heartbeat's keep-alive fails \
     (0 disables heartbeat).",
)
.min(0)
.max(65535)
.default("60");

pub const DURABLE: Opt<bool> = Opt::bool(
    RABBIT,
    "amqp_durable_queues",
    "Use durable queues in AMQP. If rabbit_quorum_queue is enabled, queues will be durable and this value will be ignored.",
)
.default("false");

pub const AUTO_DELETE: Opt<bool> =
    Opt::bool(RABBIT, "amqp_auto_delete", "Auto-delete queues in AMQP.").default("false");

pub const QUORUM: Opt<bool> = Opt::bool(
    RABBIT,
    "rabbit_quorum_queue",
    "Use quorum queues in RabbitMQ: durable, and replicated to the nodes of a cluster. All processes of the \
     virtual host have to agree, and existing queues have to be deleted when it changes.",
)
.default("false");

pub const TRANSIENT_QUORUM: Opt<bool> = Opt::bool(
    RABBIT,
    "rabbit_transient_quorum_queue",
    "Use quorum queues for transients queues in RabbitMQ: for replies and fanout. RabbitMQ 4.3 and later refuses \
     them otherwise.",
)
.default("false");

pub const DELIVERY_LIMIT: Opt<i64> = Opt::integer(
    RABBIT,
    "rabbit_quorum_delivery_limit",
    "How many times a quorum queue delivers a message again before it is dropped; 0 leaves it to the broker.",
)
.min(0)
.max(i32::MAX as i64)
.default("0");

pub const MEMORY_LENGTH: Opt<i64> = Opt::integer(
    RABBIT,
    "rabbit_quorum_max_memory_length",
    "How many messages a quorum queue keeps in memory; 0 leaves it to the broker.",
)
.min(0)
.max(i32::MAX as i64)
.default("0");

pub const MEMORY_BYTES: Opt<i64> = Opt::integer(
    RABBIT,
    "rabbit_quorum_max_memory_bytes",
    "How many bytes of messages a quorum queue keeps in memory; 0 leaves it to the broker.",
)
.min(0)
.max(i32::MAX as i64)
.default("0");

pub const TRANSIENT_TTL: Opt<i64> = Opt::integer(
    RABBIT,
    "rabbit_transient_queues_ttl",
    "Seconds after which an unused queue for replies or fanout is deleted; 0 keeps it.",
)
.min(0)
.max(2_147_483)
.default("1800");

pub const PREFETCH: Opt<i64> = Opt::integer(
    RABBIT,
    "rabbit_qos_prefetch_count",
    "The number of messages which are allowed to prefetch; 0 is executor_thread_pool_size, never unlimited.",
)
.min(0)
.max(65535)
.default("0");

pub const MISSING_CONSUMER: Opt<i64> = Opt::integer(
    RABBIT,
    "kombu_missing_consumer_retry_timeout",
    "How long to wait for a missing client before abandoning to send it its replies, in seconds.",
)
.min(0)
.default("60")
.former(&[Former {
    group: None,
    name: "kombu_reconnect_timeout",
}]);

pub const QUEUE_MANAGER: Opt<bool> = Opt::bool(
    RABBIT,
    "use_queue_manager",
    "Names of queues for replies and fanout begin with the host and the process.",
)
.default("false");

pub const HOSTNAME: Opt<Option<String>> = Opt::text(
    RABBIT,
    "hostname",
    "Hostname used by queue manager. Defaults to that of the machine.",
);

pub const PROCESS_NAME: Opt<Option<String>> = Opt::text(
    RABBIT,
    "processname",
    "Process name used by queue manager. Defaults to that of the program.",
);

pub const RESTRICTED: Opt<bool> = Opt::bool(
    RABBIT,
    "restricted_account",
    "The account of this process may only use its own queues: exchanges have to be there already, a server \
     listens on its own queue alone, and answers no calls. For builders. Implies use_queue_manager. Not an \
     option of oslo.messaging.",
)
.default("false");

pub const NOTIFICATION_DRIVERS: Opt<Vec<String>> = Opt::repeated(
    NOTIFICATIONS,
    "driver",
    "The drivers to handle sending notifications: messagingv2, messaging, log, noop.",
);

pub const NOTIFICATION_URL: Opt<Option<Secret>> = Opt::secret(
    NOTIFICATIONS,
    "transport_url",
    "A URL representing the messaging driver to use for notifications. If not set, we fall back to the same \
     configuration used for RPC.",
);

pub const NOTIFICATION_TOPICS: Opt<Vec<String>> = Opt::list(
    NOTIFICATIONS,
    "topics",
    "AMQP topics used for OpenStack notifications.",
)
.defaults(&["notifications"]);

/// For the group DEFAULT.
pub const ITEMS_DEFAULT: &[Item] = &[
    TRANSPORT_URL.item(),
    CONTROL_EXCHANGE.item(),
    RESPONSE_TIMEOUT.item(),
    WORKERS.item(),
    PING.item(),
];

/// For the group `oslo_messaging_rabbit`.
pub const ITEMS_RABBIT: &[Item] = &[
    SSL.item(),
    SSL_CA_FILE.item(),
    SSL_CERT_FILE.item(),
    SSL_KEY_FILE.item(),
    LOGIN_METHOD.item(),
    CHANNELS.item(),
    RETRY_INTERVAL.item(),
    RETRY_BACKOFF.item(),
    INTERVAL_MAX.item(),
    HEARTBEAT.item(),
    DURABLE.item(),
    AUTO_DELETE.item(),
    QUORUM.item(),
    TRANSIENT_QUORUM.item(),
    DELIVERY_LIMIT.item(),
    MEMORY_LENGTH.item(),
    MEMORY_BYTES.item(),
    TRANSIENT_TTL.item(),
    PREFETCH.item(),
    MISSING_CONSUMER.item(),
    QUEUE_MANAGER.item(),
    HOSTNAME.item(),
    PROCESS_NAME.item(),
    RESTRICTED.item(),
];

/// What oslo.messaging has besides, and does not matter here. A transport URL may have them.
pub const WITHOUT_EFFECT: &[&str] = &[
    "conn_pool_min_size",
    "conn_pool_ttl",
    "direct_mandatory_flag",
    "enable_cancel_on_failover",
    "heartbeat_in_pthread",
    "heartbeat_rate",
    "kombu_compression",
    "kombu_failover_strategy",
    "kombu_reconnect_delay",
    "kombu_reconnect_splay",
    "ssl_enforce_hostname_verification",
    "ssl_version",
];

/// For the group `oslo_messaging_notifications`.
pub const ITEMS_NOTIFICATIONS: &[Item] = &[
    NOTIFICATION_DRIVERS.item(),
    NOTIFICATION_URL.item(),
    NOTIFICATION_TOPICS.item(),
];
