// SPDX-License-Identifier: Apache-2.0
//! Processes that are killed in the middle, and servers that go away: nothing half done is left,
//! nothing stays locked, and who waited goes on.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use database_server::{Kind, Server};
use kaas_db::query::{job, kernel, notification};
use kaas_db::{Database, Error, NEWEST_SCHEMA, Selection, Server as Which};
use kaas_types::quota::Limit;
use tokio::runtime::Runtime;

use super::bed::{Bed, settings};
use super::make::{self, ANY, TERMS};
use crate::Case;

pub(crate) const CASES: &[Case] = &[
    (
        "a process is killed in the middle of a transaction",
        transaction,
    ),
    ("a process is killed while it migrates", migration),
    ("the server dies and comes back", server),
];

/// The first argument of this program when it is the one to be killed.
const VICTIM: &str = "--victim";

/// Whether this process is to do something and die; then it never returns `None`.
pub(crate) fn victim() -> Option<()> {
    let words: Vec<String> = std::env::args().collect();
    let [_, victim, what, url] = words.as_slice() else {
        return None;
    };
    if victim != VICTIM {
        return None;
    }
    let database = Database::new(settings(url));
    let runtime = Runtime::new().unwrap();
    println!("begun");
    if what == "migrate" {
        runtime.block_on(database.migrate(NEWEST_SCHEMA)).unwrap();
    } else {
        runtime.block_on(database.write(half)).unwrap();
    }
    Some(())
}

/// Half of what it was to do.
fn half(write: &mut kaas_db::Write<'_>) -> Result<(), Error> {
    let waiting = kernel::waiting(write, &ANY, 1)?;
    let builders = kaas_db::query::builder::list(write, &Selection::first(1))?;
    let (kernel, builder) = (waiting[0].id, builders.items[0].id);
    job::acquire(write, kernel, builder, &TERMS)?;
    kernel::create(write, &make::new_kernel("p", "other"), Limit::Unlimited)?;
    println!("half done");
    loop {
        std::thread::park();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "only a process of its own can be killed"
)]
fn start(what: &str, url: &str) -> (Child, BufReader<std::process::ChildStdout>) {
    let program = std::env::current_exe().unwrap();
    let mut child = Command::new(program)
        .args([VICTIM, what, url])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    (child, out)
}

fn await_line(out: &mut BufReader<std::process::ChildStdout>, wanted: &str) {
    let mut line = String::new();
    while line.trim() != wanted {
        line.clear();
        assert!(
            out.read_line(&mut line).unwrap() > 0,
            "it ended before it was {wanted}"
        );
    }
}

fn transaction(bed: &Bed) {
    let made = make::kernel(bed, "p", "k");
    let builder = make::builder(bed, "b", 1).id;
    for _ in 0..3 {
        let (mut child, mut out) = start("write", &bed.url);
        await_line(&mut out, "half done");
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let all = bed
        .read(|read| kernel::list(read, &ANY, &Selection::first(9)))
        .unwrap();
    assert_eq!(all.items, std::slice::from_ref(&made));
    assert_eq!(
        bed.read(move |read| job::of_builder(read, builder))
            .unwrap(),
        []
    );
    assert_eq!(
        bed.read(|read| notification::oldest(read, 9))
            .unwrap()
            .len(),
        1
    );
    make::acquire(bed, made.id, builder).unwrap();
}

fn migration(bed: &Bed) {
    let whole = bed.wait(bed.database.describe_schema()).unwrap();
    for pause in [0, 5, 10, 20, 40, 80] {
        bed.wait(bed.database.unmigrate(0)).unwrap();
        let (mut child, mut out) = start("migrate", &bed.url);
        await_line(&mut out, "begun");
        bed.wait(async { tokio::time::sleep(Duration::from_millis(pause)).await });
        child.kill().unwrap();
        child.wait().unwrap();
        bed.wait(bed.database.migrate(NEWEST_SCHEMA)).unwrap();
        assert_eq!(
            bed.wait(bed.database.describe_schema()).unwrap(),
            whole,
            "after {pause} ms"
        );
    }
}

/// On a server of its own, which it stops without warning.
fn server(bed: &Bed) {
    let kind = match bed.database.server() {
        // There is no server but this process.
        Which::Sqlite => return,
        Which::Postgres => Kind::Postgres,
        Which::Mysql => Kind::Mariadb,
    };
    let mut server = Server::start(kind).unwrap();
    let url = server.create_database("kaas").unwrap();
    let database = Database::new(kaas_db::Settings {
        patience: Duration::from_secs(1),
        retries: 1,
        ..settings(&url)
    });
    bed.wait(database.migrate(NEWEST_SCHEMA)).unwrap();
    let create = |write: &mut kaas_db::Write<'_>| {
        kernel::create(write, &make::new_kernel("p", "k"), Limit::Unlimited)
    };
    for _ in 0..2 {
        bed.wait(database.write(create)).unwrap();
        server.stop();
        let away = bed.wait(database.write(create));
        assert!(matches!(away, Err(Error::Unavailable(_))), "{away:?}");
        server.resume().unwrap();
    }
    let all = bed.wait(database.read(|read| kernel::list(read, &ANY, &Selection::first(9))));
    assert_eq!(all.unwrap().items.len(), 2);
}
