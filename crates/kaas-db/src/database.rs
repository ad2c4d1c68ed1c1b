// SPDX-License-Identifier: Apache-2.0
//! The handle that a service has: questions and transactions, each on a thread of its own kind,
//! so that nobody who waits for the database holds anybody else up.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use diesel::r2d2::Pool;
use kaas_types::time::Time;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::address::Server;
use crate::error::Error;
use crate::migration;
use crate::options::Settings;
use crate::pool::{self, Manager, Pooled};
use crate::session::{Read, Write};

/// The database. Clones are the same one.
#[derive(Clone, Debug)]
pub struct Database(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    pool: Pool<Manager>,
    /// As many permits as connections: whoever waits does so without a thread.
    gate: Semaphore,
    settings: Settings,
    clock: Clock,
}

/// Who says what time it is.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    /// The server: machines' clocks differ.
    #[default]
    Server,
    /// A test, in microseconds since 1970.
    Given(Arc<AtomicI64>),
}

/// How many connections there are, and how many of them nobody uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolState {
    pub open: u32,
    pub idle: u32,
    pub most: u32,
}

impl Database {
    /// Opens no connection yet.
    pub fn new(settings: Settings) -> Self {
        Self::with_clock(settings, Clock::Server)
    }

    pub fn with_clock(settings: Settings, clock: Clock) -> Self {
        Self(Arc::new(Inner {
            pool: pool::pool(&settings),
            gate: Semaphore::new(settings.most.max(1) as usize),
            settings,
            clock,
        }))
    }

    /// Waits until the server answers, as long as the settings say, and checks the schema.
    pub async fn connect(settings: Settings) -> Result<Self, Error> {
        let mut attempt = 1;
        loop {
            let probed = settings.clone();
            let outcome = blocking(move || pool::probe(&probed)).await;
            let Err(error) = outcome else { break };
            if settings.start_attempts.is_some_and(|most| attempt >= most) {
                return Err(error);
            }
            tracing::warn!("{error}; trying again (attempt {attempt})");
            tokio::time::sleep(settings.start_interval).await;
            attempt += 1;
        }
        let database = Self::new(settings);
        database.check_schema().await?;
        Ok(database)
    }

    /// Refuses a schema that is too old; a newer one only has more in it.
    pub async fn check_schema(&self) -> Result<(), Error> {
        let found = self.schema_version().await?;
        let needed = migration::NEWEST;
        if found < needed {
            return Err(Error::Schema { found, needed });
        }
        Ok(())
    }

    /// The version of the schema; 0 where there is none.
    pub async fn schema_version(&self) -> Result<i32, Error> {
        self.on_connection(|connection| migration::version(connection))
            .await
    }

    /// Brings the schema to a version at least as high as this; what is there is left alone.
    pub async fn migrate(&self, version: i32) -> Result<Vec<&'static str>, Error> {
        self.on_connection(move |connection| migration::up(connection, version))
            .await
    }

    /// Takes migrations back, down to this version, with everything in their tables: for tests.
    pub async fn unmigrate(&self, version: i32) -> Result<(), Error> {
        self.on_connection(move |connection| migration::down(connection, version))
            .await
    }

    /// Every column and index, a line each, in an order that is always the same: to compare.
    pub async fn describe_schema(&self) -> Result<Vec<String>, Error> {
        self.on_connection(|connection| migration::describe(connection))
            .await
    }

    /// Questions, each of which sees what is committed when it is asked.
    pub async fn read<T, F>(&self, ask: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Fn(&mut Read<'_>) -> Result<T, Error> + Send + 'static,
    {
        let clock = self.0.clock.clone();
        let retries = self.0.settings.retries.min(1);
        self.attempts(retries, move |connection| {
            ask(&mut Read::new(connection, &clock))
        })
        .await
    }

    /// A transaction: all of it happens, or none. What it is made of may run several times, if
    /// it loses against another one; it must change nothing but the database.
    ///
    /// A connection that breaks *while* it commits gives [`Error::Undecided`].
    pub async fn write<T, F>(&self, change: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Fn(&mut Write<'_>) -> Result<T, Error> + Send + 'static,
    {
        let clock = self.0.clock.clone();
        self.attempts(self.0.settings.retries, move |connection| {
            Write::transaction(connection, &clock, &change)
        })
        .await
    }

    pub fn server(&self) -> Server {
        self.0.settings.address.server
    }

    pub fn pool_state(&self) -> PoolState {
        let state = self.0.pool.state();
        PoolState {
            open: state.connections,
            idle: state.idle_connections,
            most: self.0.settings.most,
        }
    }

    async fn attempts<T, F>(&self, retries: u32, run: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Fn(&mut Pooled) -> Result<T, Error> + Send + 'static,
    {
        let mut run = run;
        let mut attempt = 0;
        loop {
            let (back, outcome) = self.once(run).await?;
            match outcome {
                Err(error) if attempt < retries && error.is_passing() => {
                    tracing::debug!("{error}; trying again");
                    tokio::time::sleep(pause(attempt)).await;
                    (attempt, run) = (attempt + 1, back);
                }
                other => return other,
            }
        }
    }

    /// Runs it on a thread for such things, and gives it back.
    async fn once<T, F>(&self, run: F) -> Result<(F, Result<T, Error>), Error>
    where
        T: Send + 'static,
        F: Fn(&mut Pooled) -> Result<T, Error> + Send + 'static,
    {
        let patience = self.0.settings.patience;
        let permit = tokio::time::timeout(patience, self.0.gate.acquire()).await;
        let _permit = permit.map_err(|_| Error::Busy)?.map_err(|_| Error::Ended)?;
        let inner = Arc::clone(&self.0);
        blocking(move || {
            // Who waited in vain for a connection does not wait once more.
            let mut pooled = inner.connection()?;
            let outcome = run(&mut pooled);
            Ok((run, outcome))
        })
        .await
    }

    async fn on_connection<T, F>(&self, run: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Fn(&mut Pooled) -> Result<T, Error> + Send + 'static,
    {
        self.once(run).await?.1
    }
}

impl Inner {
    fn connection(&self) -> Result<Pooled, Error> {
        // A pool says only that it waited in vain; a connection of our own says why.
        self.pool.get().map_err(|error| {
            let reason = pool::probe(&self.settings).err();
            reason.unwrap_or_else(|| Error::Unavailable(error.to_string()))
        })
    }
}

impl Clock {
    pub(crate) fn given(&self) -> Option<Time> {
        match self {
            Self::Server => None,
            Self::Given(micros) => Time::from_micros(micros.load(Ordering::SeqCst)).ok(),
        }
    }
}

async fn blocking<T, F>(run: F) -> Result<T, Error>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, Error> + Send + 'static,
{
    spawn_blocking(run).await.map_err(|_| Error::Ended)?
}

/// Twice as long each time, up to a second, and not the same for everybody.
fn pause(attempt: u32) -> Duration {
    let most = 10_u64 << attempt.min(7);
    let mut random = [0_u8; 2];
    let filled = ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut random);
    let share = filled.map_or(1 << 15, |()| u64::from(u16::from_le_bytes(random)));
    Duration::from_millis(most / 2 + most * share / (2 << 16))
}
