// SPDX-License-Identifier: Apache-2.0
//! `kaas-manage db`: the schema, and what is to be forgotten.

use std::io::Write;
use std::time::Duration;

use kaas_db::query::purge::{self, Purged};
use kaas_db::{Database, Settings};

use crate::failure::Failure;

/// Rows of each kind that go in one transaction: nobody waits long for it.
const BATCH: u32 = 100;

/// There was nothing to do.
const NOTHING: u8 = 3;

pub(super) async fn sync(
    settings: Settings,
    version: i32,
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let database = Database::new(settings);
    for name in database.migrate(version).await? {
        writeln!(out, "applied {name}")?;
    }
    writeln!(out, "version {}", database.schema_version().await?)?;
    Ok(0)
}

pub(super) async fn version(settings: Settings, out: &mut impl Write) -> Result<u8, Failure> {
    let version = Database::new(settings).schema_version().await?;
    writeln!(out, "{version}")?;
    Ok(0)
}

pub(super) async fn purge(
    settings: Settings,
    (days, rows): (u32, u32),
    out: &mut impl Write,
) -> Result<u8, Failure> {
    let database = Database::new(settings);
    database.check_schema().await?;
    let age = Duration::from_secs(u64::from(days) * 24 * 60 * 60);
    let mut sum = Purged::default();
    let mut left = rows;
    while left > 0 {
        let batch = left.min(BATCH);
        left -= batch;
        let step = database.write(move |write| {
            let before = write.now()? - age;
            purge::purge(write, before, batch)
        });
        let purged = step.await?;
        if purged.is_nothing() {
            break;
        }
        sum.kernels += purged.kernels;
        sum.traces += purged.traces;
        sum.deployments += purged.deployments;
    }
    let kept = database
        .read(move |read| {
            let before = read.now()? - age;
            purge::deleted_kernels(read, before)
        })
        .await?;
    report(sum, kept, out)?;
    Ok(if sum.is_nothing() { NOTHING } else { 0 })
}

fn report(sum: Purged, kept: i64, out: &mut impl Write) -> Result<(), Failure> {
    writeln!(out, "kernels {}", sum.kernels)?;
    writeln!(out, "traces {}", sum.traces)?;
    writeln!(out, "deployments {}", sum.deployments)?;
    if kept > 0 {
        writeln!(
            out,
            "{kept} deleted kernels are left: too many at once, or files of theirs are still stored"
        )?;
    }
    Ok(())
}
