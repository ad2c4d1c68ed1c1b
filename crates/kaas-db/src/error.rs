// SPDX-License-Identifier: Apache-2.0
//! What can come of a question to the database, in the words of whoever asked.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use kaas_types::machine::InvalidTransition;
use kaas_types::quota::{Limit, Resource};

/// Why there is no answer. The first group is the asker's business, the second the operator's.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It does not exist, or not for who asks.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Another one has its name, or its place.
    #[error("there is such a {0} already")]
    Exists(&'static str),
    /// Somebody else changed it in the meantime: look again, and decide again.
    #[error("this {0} was changed by somebody else")]
    Conflict(&'static str),
    /// Something depends on it.
    #[error("this {0} is in use")]
    InUse(&'static str),
    /// Its state does not allow it.
    #[error(transparent)]
    Transition(#[from] InvalidTransition),
    /// Who writes has lost the right to: its lease is another's, or over.
    #[error("the lease of this {0} is over")]
    Stale(&'static str),
    /// The project has as much as it may have.
    #[error("the project has {in_use} {resource} of {limit}")]
    Quota {
        resource: Resource,
        in_use: i64,
        limit: Limit,
    },
    /// No item of this list has this id.
    #[error("the marker is no item of this list")]
    Marker,
    /// A value that this field can't have.
    #[error("not a value of {0}")]
    Value(&'static str),

    #[error("[database] connection {0}")]
    Address(String),
    /// No connection became free in time.
    #[error("all connections to the database are busy")]
    Busy,
    /// The server can't be reached, or went away.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The server went away while it committed: it happened, or it did not.
    #[error("the database went away while it committed: {0}")]
    Undecided(String),
    /// What is stored is not what was written.
    #[error("in the database, {table}.{column} is wrong: {what}")]
    Corrupt {
        table: &'static str,
        column: &'static str,
        what: String,
    },
    #[error(
        "the database has version {found} of the schema, and {needed} is needed: run `kaas-manage db sync`"
    )]
    Schema { found: i32, needed: i32 },
    /// The database refused a question.
    #[error("the database failed")]
    Database(#[source] DieselError),
    /// The question itself ended early: a bug.
    #[error("a question to the database ended early")]
    Ended,
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        if is_lost(&error) {
            Self::Unavailable(error.to_string())
        } else {
            Self::Database(error)
        }
    }
}

impl Error {
    /// Whether the whole transaction may be tried again: it lost against another one, what it
    /// read was changed before it wrote, or its connection broke before it was committed.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::Unavailable(_) | Self::Conflict(_) => true,
            Self::Database(error) => is_contention(error),
            _ => false,
        }
    }

    /// Whether a row with the same unique values is there.
    pub(crate) const fn is_duplicate(&self) -> bool {
        matches!(
            self,
            Self::Database(DieselError::DatabaseError(
                DatabaseErrorKind::UniqueViolation,
                _
            ))
        )
    }

    /// The same, in the words of what was to be made.
    pub(crate) fn exists(self, what: &'static str) -> Self {
        if self.is_duplicate() {
            Self::Exists(what)
        } else {
            self
        }
    }
}

/// What servers say when two transactions got into each other's way. They give no code with it.
const CONTENTION: &[&str] = &[
    "deadlock",
    "Lock wait timeout",
    "lock timeout",
    "database is locked",
    "database table is locked",
    "could not serialize",
];

/// What they and their libraries say when the connection, or the server, is gone.
const LOST: &[&str] = &[
    "server has gone away",
    "Lost connection",
    "server closed the connection",
    "terminating connection",
    "no connection to the server",
    "connection was killed",
    "is shutting down",
    "read-only",
    "Server shutdown in progress",
];

fn is_contention(error: &DieselError) -> bool {
    use DatabaseErrorKind::SerializationFailure;

    match error {
        DieselError::DatabaseError(SerializationFailure, _) => true,
        DieselError::DatabaseError(_, information) => says(information.message(), CONTENTION),
        _ => false,
    }
}

fn is_lost(error: &DieselError) -> bool {
    use DatabaseErrorKind::{ClosedConnection, ReadOnlyTransaction};

    match error {
        DieselError::DatabaseError(ClosedConnection | ReadOnlyTransaction, _)
        | DieselError::BrokenTransactionManager => true,
        DieselError::DatabaseError(_, information) => says(information.message(), LOST),
        _ => false,
    }
}

fn says(message: &str, phrases: &[&str]) -> bool {
    let message = message.to_lowercase();
    phrases
        .iter()
        .any(|phrase| message.contains(&phrase.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(message: &str) -> Error {
        let kind = DatabaseErrorKind::Unknown;
        DieselError::DatabaseError(kind, Box::new(message.to_owned())).into()
    }

    #[test]
    fn what_passes_is_told_from_what_does_not() {
        for message in [
            "deadlock detected",
            "Deadlock found when trying to get lock; try restarting transaction",
            "Lock wait timeout exceeded; try restarting transaction",
            "canceling statement due to lock timeout",
            "database is locked",
            "MySQL server has gone away",
            "Lost connection to MySQL server during query",
            "FATAL:  terminating connection due to administrator command",
            "The MySQL server is running with the --read-only option",
        ] {
            assert!(refused(message).is_passing(), "{message}");
        }
        for message in [
            "syntax error at or near \"x\"",
            "no such table: kernels",
            "",
        ] {
            assert!(!refused(message).is_passing(), "{message}");
        }
    }
}
