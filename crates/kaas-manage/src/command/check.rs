// SPDX-License-Identifier: Apache-2.0
//! `kaas-manage db check`: whether the schema is new enough, and whether everything that is stored
//! can be read.

use std::io::Write;

use kaas_db::query::{builder, deployment, image, kernel, source, trace};
use kaas_db::{Database, Error, Page, Scope, Selection, Settings};

use crate::failure::Failure;

const PAGE: u32 = 500;
const ALL: Scope = Scope::EveryProject;

pub(super) async fn check(settings: Settings, out: &mut impl Write) -> Result<u8, Failure> {
    let database = Database::new(settings);
    database.check_schema().await?;
    let count = database.read(|read| {
        Ok([
            (
                "kernels",
                pages(|from| Ok(ids(&kernel::list(read, &ALL, &from)?, |one| one.id)))?,
            ),
            (
                "traces",
                pages(|from| Ok(ids(&trace::list(read, &ALL, &from)?, |one| one.id)))?,
            ),
            (
                "deployments",
                pages(|from| Ok(ids(&deployment::list(read, &ALL, &from)?, |one| one.id)))?,
            ),
            (
                "builders",
                pages(|from| Ok(ids(&builder::list(read, &from)?, |one| one.id)))?,
            ),
            (
                "images",
                pages(|from| Ok(ids(&image::list(read, &from)?, |one| one.id)))?,
            ),
            (
                "sources",
                pages(|from| Ok(ids(&source::list(read, &from)?, |one| one.id)))?,
            ),
        ])
    });
    for (what, count) in count.await? {
        writeln!(out, "{what} {count}")?;
    }
    writeln!(out, "version {}", database.schema_version().await?)?;
    Ok(0)
}

/// What a page is for who only counts: how many items, and the last of them where more follow.
type Counted = (usize, Option<String>);

fn ids<T, I: ToString>(page: &Page<T>, id: impl Fn(&T) -> I) -> Counted {
    let last = page.items.last().filter(|_| page.has_more);
    (page.items.len(), last.map(|item| id(item).to_string()))
}

/// Reads page after page to the end.
fn pages<F>(mut read: impl FnMut(Selection<F>) -> Result<Counted, Error>) -> Result<usize, Error> {
    let (mut count, mut marker) = (0, None);
    loop {
        let page = Selection {
            marker,
            ..Selection::first(PAGE)
        };
        let (items, last) = read(page)?;
        count += items;
        if last.is_none() {
            return Ok(count);
        }
        marker = last;
    }
}
