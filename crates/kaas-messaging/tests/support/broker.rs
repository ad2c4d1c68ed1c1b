// SPDX-License-Identifier: Apache-2.0
//! A RabbitMQ of our own: its folders, its ports on the loopback interface, its name, its port
//! mapper. It ends with us.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;

const PROGRAMS: &str = "/usr/lib/rabbitmq/bin";
const PORT_MAPPER: &str = "/usr/bin/epmd";

pub(crate) struct Broker {
    folder: TempDir,
    pub(crate) port: u16,
    tls_port: u16,
    between_nodes: u16,
    mapper_port: u16,
    mapper: Mutex<Option<Child>>,
    server: Mutex<Option<Child>>,
}

/// The one that a suite shares.
pub(crate) fn shared() -> &'static Broker {
    SHARED.get_or_init(Broker::start)
}

static SHARED: OnceLock<Broker> = OnceLock::new();

/// Ends the shared one, if it was ever needed.
pub(crate) fn end_shared() {
    if let Some(broker) = SHARED.get() {
        broker.end();
        // What lasts as long as the process is never dropped.
        fs::remove_dir_all(broker.folder.path()).unwrap();
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.end();
    }
}

impl Broker {
    /// Ready to be connected to.
    pub(crate) fn start() -> Self {
        let missing = [PROGRAMS, PORT_MAPPER]
            .into_iter()
            .find(|path| !Path::new(path).exists());
        assert!(
            missing.is_none(),
            "RabbitMQ is missing: run tools/setup, which installs rabbitmq-server"
        );
        let broker = Self {
            folder: tempfile::tempdir().unwrap(),
            port: free_port(),
            tls_port: free_port(),
            between_nodes: free_port(),
            mapper_port: free_port(),
            mapper: Mutex::new(None),
            server: Mutex::new(None),
        };
        broker.configure();
        let port = broker.mapper_port.to_string();
        let mapper = broker.spawn(PORT_MAPPER, &["-address", "127.0.0.1", "-port", &port]);
        *broker.mapper.lock().unwrap() = Some(mapper);
        broker.start_server();
        broker
    }

    fn configure(&self) {
        certify(self.folder.path());
        let path = |name: &str| self.path(name).display().to_string();
        let lines = [
            format!("listeners.tcp.1 = 127.0.0.1:{}", self.port),
            format!("listeners.ssl.1 = 127.0.0.1:{}", self.tls_port),
            format!("ssl_options.cacertfile = {}", path("ca.pem")),
            format!("ssl_options.certfile = {}", path("server.pem")),
            format!("ssl_options.keyfile = {}", path("server.key")),
            "ssl_options.verify = verify_peer".to_owned(),
            "ssl_options.fail_if_no_peer_cert = true".to_owned(),
            "loopback_users = none".to_owned(),
            "disk_free_limit.absolute = 10MB".to_owned(),
            "log.console = true".to_owned(),
            "log.file = false".to_owned(),
        ];
        fs::write(self.path("rabbitmq.conf"), lines.join("\n") + "\n").unwrap();
    }

    /// Starts it, on what it kept when it was there before.
    pub(crate) fn start_server(&self) {
        let server = self.spawn(&format!("{PROGRAMS}/rabbitmq-server"), &[]);
        *self.server.lock().unwrap() = Some(server);
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            let log = || fs::read_to_string(self.path("output")).unwrap_or_default();
            assert!(
                began.elapsed() < Duration::from_secs(180),
                "RabbitMQ does not start:\n{}",
                log()
            );
            pause();
        }
    }

    /// As a machine does that loses its power.
    pub(crate) fn kill_server(&self) {
        end(&self.server);
    }

    pub(crate) fn end(&self) {
        end(&self.server);
        end(&self.mapper);
    }

    /// `OPTIONS` as in a query: `ssl=1&...`.
    pub(crate) fn url(&self, options: &str) -> String {
        self.url_as("guest", "guest", options)
    }

    pub(crate) fn url_as(&self, user: &str, password: &str, options: &str) -> String {
        format!(
            "rabbit://{user}:{password}@127.0.0.1:{}/?{options}",
            self.port
        )
    }

    /// By TLS, to a host of this name; `options` may name the files of [`Broker::file`].
    pub(crate) fn tls_url(&self, host: &str, options: &str) -> String {
        format!(
            "rabbit://guest:guest@{host}:{}/?ssl=1&{options}",
            self.tls_port
        )
    }

    /// `ca.pem`, the authority; `client.pem` and `client.key`, known to it; `other.pem`, another
    /// authority.
    pub(crate) fn file(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// What `rabbitmqctl` prints.
    pub(crate) fn control(&self, arguments: &[&str]) -> String {
        let mut control = self.command(&format!("{PROGRAMS}/rabbitmqctl"));
        let output = control
            .stdout(Stdio::piped())
            .arg("--quiet")
            .args(arguments)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "rabbitmqctl {arguments:?}: {text}");
        text
    }

    /// In a group of its own, since the script starts others; it ends when our end of its input
    /// closes, however we end.
    fn spawn(&self, program: &str, arguments: &[&str]) -> Child {
        let mut shell = self.command("/bin/sh");
        let script = r#""$@" </dev/null & read -r never; kill -KILL 0"#;
        shell.args(["-c", script, "sh", program]).args(arguments);
        shell
            .stdin(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the suites start RabbitMQ"
    )]
    fn command(&self, program: &str) -> Command {
        let output = fs::File::options()
            .create(true)
            .append(true)
            .open(self.path("output"))
            .unwrap();
        let mut command = Command::new(program);
        let folder = |name: &str| self.path(name).into_os_string();
        command
            .env_clear()
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .env("HOME", self.folder.path())
            .env("RABBITMQ_NODENAME", format!("kaas{}@localhost", self.port))
            .env("RABBITMQ_CONF_ENV_FILE", "/dev/null")
            .env("RABBITMQ_CONFIG_FILE", folder("rabbitmq.conf"))
            .env("RABBITMQ_ADVANCED_CONFIG_FILE", folder("advanced.config"))
            .env("RABBITMQ_GENERATED_CONFIG_DIR", folder("generated"))
            .env("RABBITMQ_MNESIA_BASE", folder("data"))
            .env("RABBITMQ_FEATURE_FLAGS_FILE", folder("feature_flags"))
            .env("RABBITMQ_LOG_BASE", folder("log"))
            .env("RABBITMQ_LOGS", "-")
            .env("RABBITMQ_ENABLED_PLUGINS_FILE", folder("plugins"))
            .env("RABBITMQ_PID_FILE", folder("pid"))
            .env("RABBITMQ_DIST_PORT", self.between_nodes.to_string())
            .env(
                "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS",
                "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none",
            )
            .env("RABBITMQ_CTL_ERL_ARGS", "+S 1:1 +sbwt none")
            .env("ERL_EPMD_PORT", self.mapper_port.to_string())
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .stdin(Stdio::null())
            .stdout(output.try_clone().unwrap())
            .stderr(output);
        command
    }
}

/// An authority, and what it vouches for: a server at 127.0.0.1, and a client.
fn certify(folder: &Path) {
    let write = |name: &str, text: String| fs::write(folder.join(name), text).unwrap();
    let named = |name: &str, hosts: &[String]| {
        let mut params = CertificateParams::new(hosts).unwrap();
        // A certificate with the name of its issuer would be taken for one.
        params.distinguished_name.push(DnType::CommonName, name);
        params
    };
    let authority = |name: &str| {
        let mut params = named(name, &[]);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
    };
    let ours = authority("ca");
    write("ca.pem", ours.pem());
    write("other.pem", authority("other").pem());
    for (name, host) in [("server", "127.0.0.1"), ("client", "client")] {
        let key = KeyPair::generate().unwrap();
        let certificate = named(name, &[host.to_owned()])
            .signed_by(&key, &ours)
            .unwrap();
        write(&format!("{name}.pem"), certificate.pem());
        write(&format!("{name}.key"), key.serialize_pem());
    }
}

fn end(process: &Mutex<Option<Child>>) {
    let Some(mut child) = process.lock().unwrap().take() else {
        return;
    };
    let group = Pid::from_child(&child);
    // It may have ended by itself.
    let _ = kill_process_group(group, Signal::KILL);
    let _ = child.wait();
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

#[expect(
    clippy::disallowed_methods,
    reason = "a server tells nobody that it is up"
)]
fn pause() {
    std::thread::sleep(Duration::from_millis(100));
}
