// SPDX-License-Identifier: Apache-2.0
//! Migrations are written in the SQL that all servers have in common, and in these words for
//! what they don't. Texts compare and sort byte by byte, on every server alike.

use crate::address::Server;

/// The words, and what they are for SQLite, PostgreSQL and MySQL.
const WORDS: &[(&str, [&str; 3])] = &[
    // A UUID, or the empty text.
    (
        "<id>",
        ["VARCHAR(36)", r#"VARCHAR(36) COLLATE "C""#, "VARCHAR(36)"],
    ),
    // A word of a closed set, or a short text.
    (
        "<word>",
        ["VARCHAR(64)", r#"VARCHAR(64) COLLATE "C""#, "VARCHAR(64)"],
    ),
    // What people and other services call something.
    (
        "<name>",
        [
            "VARCHAR(255)",
            r#"VARCHAR(255) COLLATE "C""#,
            "VARCHAR(255)",
        ],
    ),
    // A line for people.
    (
        "<line>",
        ["VARCHAR(1024)", "VARCHAR(1024)", "VARCHAR(1024)"],
    ),
    // JSON.
    ("<json>", ["TEXT", "TEXT", "MEDIUMTEXT"]),
    // UTC, to the microsecond.
    ("<time>", ["TIMESTAMP", "TIMESTAMP(6)", "DATETIME(6)"]),
    // Behind the columns of a table.
    (
        "<end>",
        [
            "",
            "",
            " ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        ],
    ),
];

pub(super) fn render(statement: &str, server: Server) -> String {
    let place = match server {
        Server::Sqlite => 0,
        Server::Postgres => 1,
        Server::Mysql => 2,
    };
    let replace =
        |text: String, (word, texts): &(&str, [&str; 3])| text.replace(word, texts[place]);
    WORDS.iter().fold(statement.to_owned(), replace)
}
