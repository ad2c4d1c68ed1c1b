// SPDX-License-Identifier: Apache-2.0
//! How the schema comes to be: migrations, each with a number, applied in order and never changed
//! once released. They only add, so that services of the version before go on working.
//!
//! To add one: a folder `migrations/NNNN_name` with `up.sql` and `down.sql`, its line in
//! [`MIGRATIONS`], and what it adds in `schema.rs`.

mod describe;
mod dialect;
mod journal;
mod lock;

use diesel::connection::SimpleConnection;

pub(crate) use describe::describe;

use crate::connection::AnyConnection;
use crate::error::Error;

struct Migration {
    version: i32,
    name: &'static str,
    up: &'static str,
    down: &'static str,
}

macro_rules! migration {
    ($version:literal, $name:literal) => {
        Migration {
            version: $version,
            name: $name,
            up: include_str!(concat!("../migrations/", $name, "/up.sql")),
            down: include_str!(concat!("../migrations/", $name, "/down.sql")),
        }
    };
}

/// In their order; the number is that of the folder.
const MIGRATIONS: &[Migration] = &[migration!(1, "0001_initial"), migration!(2, "0002_guests")];

/// The version that this program needs.
pub const NEWEST: i32 = MIGRATIONS[MIGRATIONS.len() - 1].version;

/// The highest version that is complete; 0 where there is none.
pub(crate) fn version(connection: &mut AnyConnection) -> Result<i32, Error> {
    if !journal::exists(connection)? {
        return Ok(0);
    }
    let entries = journal::entries(connection)?;
    let complete = entries
        .iter()
        .filter(|entry| entry.done == journal::COMPLETE);
    Ok(complete.map(|entry| entry.version).max().unwrap_or(0))
}

/// Applies what is missing up to a version, one process at a time. Says what it applied.
pub(crate) fn up(connection: &mut AnyConnection, version: i32) -> Result<Vec<&'static str>, Error> {
    lock::with(connection, |connection| {
        journal::create(connection)?;
        let entries = journal::entries(connection)?;
        let mut applied = Vec::new();
        for migration in MIGRATIONS.iter().filter(|one| one.version <= version) {
            let entry = entries
                .iter()
                .find(|entry| entry.version == migration.version);
            let done = entry.map_or(0, |entry| entry.done);
            if done != journal::COMPLETE {
                apply(connection, migration, entry.map(|_| done))?;
                applied.push(migration.name);
            }
        }
        Ok(applied)
    })
}

/// Takes back what is above a version.
pub(crate) fn down(connection: &mut AnyConnection, version: i32) -> Result<(), Error> {
    lock::with(connection, |connection| {
        if !journal::exists(connection)? {
            return Ok(());
        }
        let entries = journal::entries(connection)?;
        let newest_first = MIGRATIONS.iter().rev();
        for migration in newest_first.filter(|one| one.version > version) {
            if entries
                .iter()
                .any(|entry| entry.version == migration.version)
            {
                for statement in statements(migration.down, connection) {
                    connection.batch_execute(&statement)?;
                }
                journal::remove(connection, migration.version)?;
            }
        }
        Ok(())
    })
}

/// Statement after statement, each noted when it is done: a server whose changes of schema are
/// no part of a transaction goes on where it was when its client died.
fn apply(
    connection: &mut AnyConnection,
    migration: &Migration,
    begun: Option<i32>,
) -> Result<(), Error> {
    if begun.is_none() {
        journal::begin(connection, migration.version, migration.name)?;
    }
    let done = begun.unwrap_or(0);
    for (number, statement) in (0..).zip(statements(migration.up, connection)) {
        if number < done {
            continue;
        }
        let outcome = connection.batch_execute(&statement).map_err(Error::from);
        // It died after the statement and before the note.
        let is_there = begun == Some(number) && outcome.as_ref().is_err_and(is_there_already);
        if !is_there {
            outcome?;
        }
        journal::note(connection, migration.version, number + 1)?;
    }
    journal::note(connection, migration.version, journal::COMPLETE)
}

fn is_there_already(error: &Error) -> bool {
    let Error::Database(error) = error else {
        return false;
    };
    let message = error.to_string();
    message.contains("already exists") || message.contains("Duplicate key name")
}

/// The statements of a file, in the server's words.
fn statements(text: &str, connection: &AnyConnection) -> Vec<String> {
    let is_comment = |line: &&str| line.trim_start().starts_with("--");
    let lines: Vec<&str> = text.lines().filter(|line| !is_comment(line)).collect();
    let text = lines.join("\n");
    let statements = text.split(';').map(str::trim);
    statements
        .filter(|statement| !statement.is_empty())
        .map(|statement| dialect::render(statement, connection.server()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_folders_and_every_folder_is_listed() {
        for (migration, number) in MIGRATIONS.iter().zip(1..) {
            assert_eq!(migration.version, number);
            assert_eq!(migration.name[..4].parse(), Ok(number));
        }
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), MIGRATIONS.len());
    }

    /// What is made is taken back, in the other order.
    #[test]
    fn down_is_the_opposite_of_up() {
        let after = |text: &str, words: &str| -> Vec<String> {
            let lines = text.lines().filter_map(|line| line.strip_prefix(words));
            let name = |line: &str| line.split([' ', ';', '(']).next().map(str::to_owned);
            lines.filter_map(name).collect()
        };
        for migration in MIGRATIONS {
            let made = after(migration.up, "CREATE TABLE ");
            let mut dropped = after(migration.down, "DROP TABLE ");
            dropped.reverse();
            assert_eq!(made, dropped, "{}", migration.name);
        }
    }
}
