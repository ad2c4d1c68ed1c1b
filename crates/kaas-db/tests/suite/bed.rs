// SPDX-License-Identifier: Apache-2.0
//! What a test stands on: an empty database of its own on one of the servers, with the newest
//! schema, and a clock that the test sets.

use std::future::Future;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use database_server::{Kind, Server};
use kaas_db::{
    Address, Clock, Database, Error, NEWEST_SCHEMA, Read, Server as Which, Settings, Write,
};
use libtest_mimic::{Arguments, Failed};
use tokio::runtime::Runtime;

/// 2026-11-24T12:00:00Z.
const START: i64 = 1_795_521_600_000_000;

/// The servers under test.
pub(crate) struct Beds {
    servers: Vec<(&'static str, Result<Server, String>)>,
    made: AtomicU32,
}

/// A database for one test.
pub(crate) struct Bed {
    pub(crate) url: String,
    pub(crate) database: Database,
    pub(crate) runtime: Runtime,
    clock: Arc<AtomicI64>,
    _folder: Option<tempfile::TempDir>,
}

impl Beds {
    /// Starts the servers that the wanted tests need.
    pub(crate) fn start(arguments: &Arguments) -> Self {
        let filter = arguments.filter.clone().unwrap_or_default();
        let is_wanted =
            |name: &str| !arguments.list && (!filter.contains("::") || filter.starts_with(name));
        let start = |(name, kind): (&'static str, Kind)| {
            let server = if is_wanted(name) {
                Server::start(kind).map_err(|error| error.to_string())
            } else {
                Err("not started".to_owned())
            };
            (name, server)
        };
        let kinds = [("postgresql", Kind::Postgres), ("mariadb", Kind::Mariadb)];
        Self {
            servers: kinds.map(start).into(),
            made: AtomicU32::new(0),
        }
    }

    pub(crate) fn servers(&self) -> Vec<&'static str> {
        let names = self.servers.iter().map(|(name, _)| *name);
        std::iter::once("sqlite").chain(names).collect()
    }

    /// A database with the newest schema.
    pub(crate) fn make(&self, name: &str) -> Result<Bed, Failed> {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let server = self.servers.iter().find(|(known, _)| *known == name);
        let (url, folder) = match server {
            None => {
                let folder = tempfile::tempdir()?;
                let url = format!("sqlite:///{}/kaas.sqlite", folder.path().display());
                (url, Some(folder))
            }
            Some((_, Err(error))) => return Err(error.clone().into()),
            Some((_, Ok(server))) => (server.create_database(&format!("kaas_{number}"))?, None),
        };
        let bed = Bed::new(url, folder)?;
        bed.wait(bed.database.migrate(NEWEST_SCHEMA))?;
        Ok(bed)
    }
}

impl Bed {
    fn new(url: String, folder: Option<tempfile::TempDir>) -> Result<Self, Failed> {
        let clock = Arc::new(AtomicI64::new(START));
        let settings = settings(&url);
        Ok(Self {
            database: Database::with_clock(settings, Clock::Given(Arc::clone(&clock))),
            runtime: Runtime::new()?,
            url,
            clock,
            _folder: folder,
        })
    }

    pub(crate) fn wait<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    pub(crate) fn read<T: Send + 'static>(
        &self,
        ask: impl Fn(&mut Read<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.wait(self.database.read(ask))
    }

    pub(crate) fn write<T: Send + 'static>(
        &self,
        change: impl Fn(&mut Write<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.wait(self.database.write(change))
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, time: Duration) {
        let micros = i64::try_from(time.as_micros()).unwrap();
        self.clock.fetch_add(micros, Ordering::SeqCst);
    }

    /// Runs as many at once, each with its number. Where several transactions can be under way,
    /// all of them are before the first goes on.
    pub(crate) fn race<T: Send + 'static>(
        &self,
        runners: usize,
        change: impl Fn(usize, &mut Write<'_>) -> Result<T, Error> + Send + Sync + Clone + 'static,
    ) -> Vec<Result<T, Error>> {
        let is_exclusive = self.database.server() == Which::Sqlite;
        let line = Arc::new(StartLine {
            expected: if is_exclusive { 0 } else { runners },
            ..StartLine::default()
        });
        let run = |number| {
            let (database, change, line) =
                (self.database.clone(), change.clone(), Arc::clone(&line));
            let begin = move |write: &mut Write<'_>| {
                line.wait();
                change(number, write)
            };
            self.runtime
                .spawn(async move { database.write(begin).await })
        };
        let tasks: Vec<_> = (0..runners).map(run).collect();
        let outcomes = tasks.into_iter().map(|task| self.wait(task).unwrap());
        outcomes.collect()
    }
}

/// Where runners wait for each other; whoever tries again finds it open.
#[derive(Default)]
struct StartLine {
    expected: usize,
    arrived: Mutex<usize>,
    all: Condvar,
}

impl StartLine {
    fn wait(&self) {
        let mut arrived = self.arrived.lock().unwrap();
        *arrived += 1;
        self.all.notify_all();
        let is_closed = |arrived: &mut usize| *arrived < self.expected;
        // One that failed before it came here must not hold the others up for ever.
        let patience = Duration::from_secs(5);
        drop(
            self.all
                .wait_timeout_while(arrived, patience, is_closed)
                .unwrap(),
        );
    }
}

/// Few connections, and many attempts: the tests are about those who meet.
pub(crate) fn settings(url: &str) -> Settings {
    Settings {
        kept: 5,
        most: 20,
        retries: 60,
        sql_mode: Some("TRADITIONAL".to_owned()),
        ..Settings::new(Address::parse(url).unwrap())
    }
}
