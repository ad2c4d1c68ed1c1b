// SPDX-License-Identifier: Apache-2.0
//! The schema: made, taken back and made again it is the same; by several at once it is made once;
//! and a server that is away comes back.

use kaas_db::query::kernel;
use kaas_db::{Database, Error, NEWEST_SCHEMA, Selection};

use super::bed::{Bed, settings};
use super::make::ANY;
use crate::Case;

pub(crate) const CASES: &[Case] = &[
    ("up, down and up again", up_down_up),
    ("ten migrate at once", at_once),
    ("an older schema is refused, a newer one is not", versions),
];

fn up_down_up(bed: &Bed) {
    let empty = bed.read(|read| kernel::list(read, &ANY, &Selection::first(1)));
    assert!(empty.is_ok());
    let first = bed.wait(bed.database.describe_schema()).unwrap();
    assert!(first.len() > 30, "{first:?}");
    bed.wait(bed.database.unmigrate(0)).unwrap();
    assert_eq!(bed.wait(bed.database.schema_version()).unwrap(), 0);
    let none = bed.wait(bed.database.describe_schema()).unwrap();
    assert!(
        none.iter().all(|line| line.contains("kaas_schema_version")),
        "{none:?}"
    );
    bed.wait(bed.database.migrate(NEWEST_SCHEMA)).unwrap();
    assert_eq!(bed.wait(bed.database.describe_schema()).unwrap(), first);
}

fn at_once(bed: &Bed) {
    bed.wait(bed.database.unmigrate(0)).unwrap();
    let tasks: Vec<_> = (0..10)
        .map(|_| {
            let database = Database::new(settings(&bed.url));
            bed.runtime
                .spawn(async move { database.migrate(NEWEST_SCHEMA).await })
        })
        .collect();
    let applied: Vec<_> = tasks
        .into_iter()
        .map(|task| bed.wait(task).unwrap().unwrap())
        .collect();
    let applied: usize = applied.iter().map(Vec::len).sum();
    assert_eq!(applied, usize::try_from(NEWEST_SCHEMA).unwrap());
    assert_eq!(
        bed.wait(bed.database.schema_version()).unwrap(),
        NEWEST_SCHEMA
    );
}

fn versions(bed: &Bed) {
    bed.wait(bed.database.check_schema()).unwrap();
    bed.wait(bed.database.unmigrate(0)).unwrap();
    let older = bed.wait(Database::connect(settings(&bed.url))).map(drop);
    assert!(
        matches!(older, Err(Error::Schema { found: 0, .. })),
        "{older:?}"
    );
}
