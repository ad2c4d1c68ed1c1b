// SPDX-License-Identifier: Apache-2.0
//! The server: its listeners, and what its connections share.

use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use kaas_types::agent::Id;
use rustls::ServerConfig;
use serde_json::{Value, json};

use crate::authority::{Authority, HOUR, YEAR};
use crate::connection::{serve_guest, serve_metadata};
use crate::failure::{About as _, Result};
use crate::misbehave::Misbehaviour;
use crate::option::Options;
use crate::state::State;

/// A server that runs until it is dropped. One that is started later in the same folder and at
/// the same address goes on where it ended.
pub struct StandIn {
    pub(crate) shared: Arc<Shared>,
    address: SocketAddr,
    metadata: Option<SocketAddr>,
    threads: Vec<JoinHandle<()>>,
}

/// What the connections have in common.
pub(crate) struct Shared {
    pub(crate) options: Options,
    endpoint: String,
    authority: Authority,
    /// For the guests.
    pub(crate) guests: Authority,
    state: Mutex<State>,
    changed: Condvar,
    misbehaviour: Mutex<Option<Misbehaviour>>,
    requests: AtomicUsize,
    stopped: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
    tls: Faces,
}

/// What the server can show of itself.
struct Faces {
    good: Arc<ServerConfig>,
    wrong: Arc<ServerConfig>,
    expired: Arc<ServerConfig>,
}

impl StandIn {
    pub fn start(options: Options) -> Result<Self> {
        let listener = listen(options.listen)?;
        let address = listener.local_addr().about("the listener")?;
        let metadata = options.metadata.map(listen).transpose()?;
        let shared = Arc::new(Shared::new(options, address)?);
        let metadata_address = match &metadata {
            Some(listener) => Some(listener.local_addr().about("the metadata")?),
            None => None,
        };
        let mut threads = vec![accept(&shared, listener, |shared, tcp| {
            serve_guest(shared, tcp, shared.face());
        })];
        if let Some(listener) = metadata {
            threads.push(accept(&shared, listener, serve_metadata));
        }
        Ok(Self {
            shared,
            address,
            metadata: metadata_address,
            threads,
        })
    }

    /// Where guests reach it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn endpoint(&self) -> &str {
        &self.shared.endpoint
    }

    /// Nova's metadata of an instance, as the base of its paths.
    pub fn metadata(&self, instance: &Id) -> Option<String> {
        let address = self.metadata?;
        Some(format!("http://{address}/{instance}"))
    }

    pub fn misbehave(&self, how: Option<Misbehaviour>) {
        *lock(&self.shared.misbehaviour) = how;
        // Nobody goes on with what was agreed on before.
        self.shared.hang_up();
    }

    /// Waits until it ends, which it does only when it is dropped elsewhere.
    pub fn join(mut self) {
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        self.shared.changed.notify_all();
        for address in [Some(self.address), self.metadata].into_iter().flatten() {
            // Wakes the listener.
            let _ = TcpStream::connect((Ipv4Addr::LOCALHOST, address.port()));
        }
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
        self.shared.hang_up();
    }
}

impl Shared {
    fn new(options: Options, address: SocketAddr) -> Result<Self> {
        let now = now();
        let dir = &options.dir;
        let authority = Authority::open(dir, "server-ca", now)?;
        let guests = Authority::open(dir, "guest-ca", now)?;
        let stranger = Authority::open(dir, "stranger-ca", now)?;
        let mut names = options.names.clone();
        names.push(address.ip().to_string());
        let valid = (now - HOUR, now + YEAR);
        let tls = Faces {
            good: authority.tls(&names, &guests, valid)?,
            wrong: stranger.tls(&names, &guests, valid)?,
            expired: authority.tls(&names, &guests, (now - HOUR, now - HOUR / 2))?,
        };
        let endpoint = format!("https://{}:{}/", names[0], address.port());
        let state = State::open(dir)?;
        Ok(Self {
            endpoint,
            authority,
            guests,
            state: Mutex::new(state),
            changed: Condvar::new(),
            misbehaviour: Mutex::new(options.misbehave),
            requests: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
            open: Mutex::new(vec![]),
            tls,
            options,
        })
    }

    fn face(&self) -> Arc<ServerConfig> {
        let face = match self.misbehaviour() {
            Some(Misbehaviour::WrongCert) => &self.tls.wrong,
            Some(Misbehaviour::ExpiredCert) => &self.tls.expired,
            _ => &self.tls.good,
        };
        Arc::clone(face)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Until something changes, or the time is over.
    pub(crate) fn wait<'a>(
        &self,
        state: MutexGuard<'a, State>,
        time: Duration,
    ) -> MutexGuard<'a, State> {
        let waited = self.changed.wait_timeout(state, time);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    pub(crate) fn notify(&self) {
        self.changed.notify_all();
    }

    pub(crate) fn misbehaviour(&self) -> Option<Misbehaviour> {
        *lock(&self.misbehaviour)
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }

    /// A number that no request before this one had.
    pub(crate) fn count(&self) -> usize {
        self.requests.fetch_add(1, Ordering::SeqCst)
    }

    pub(crate) fn counted(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    fn hang_up(&self) {
        for tcp in lock(&self.open).drain(..) {
            let _ = tcp.shutdown(Shutdown::Both);
        }
    }

    /// What the vendor data say to this instance: an invitation, while it is one.
    pub(crate) fn enrollment(&self, instance: &Id) -> Value {
        let mut state = self.state();
        let token = state.invite(instance, now());
        let entry = state.instances.get(instance);
        let used = entry.and_then(|entry| entry.consumed.as_ref());
        let has_arrived = |id: &Id| state.guests.get(id).is_some_and(|guest| guest.arrived);
        if used.is_some_and(|(_, guest)| has_arrived(guest)) {
            return json!({"enrolled": true});
        }
        if entry.is_some_and(|entry| entry.expiry <= now()) {
            return json!({"expired": true});
        }
        json!({
            "endpoint": self.endpoint,
            "ca": self.authority.pem(),
            "token": token,
            "signing_keys": self.options.signing_keys,
        })
    }
}

fn accept(
    shared: &Arc<Shared>,
    listener: TcpListener,
    serve: fn(&Shared, TcpStream),
) -> JoinHandle<()> {
    let shared = Arc::clone(shared);
    thread::spawn(move || {
        for tcp in listener.incoming().flatten() {
            if shared.is_stopped() {
                return;
            }
            if let Ok(other) = tcp.try_clone() {
                let mut open = lock(&shared.open);
                open.retain(|tcp| tcp.peer_addr().is_ok());
                open.push(other);
            }
            let shared = Arc::clone(&shared);
            thread::spawn(move || serve(&shared, tcp));
        }
    })
}

fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).about(address)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Seconds of Unix time.
pub(crate) fn now() -> u64 {
    let time = SystemTime::now().duration_since(UNIX_EPOCH);
    time.map_or(0, |time| time.as_secs())
}

pub(crate) fn pause(time: Duration) {
    // Nobody ever sends.
    let (_sender, receiver) = channel::<()>();
    let _ = receiver.recv_timeout(time);
}
