// SPDX-License-Identifier: Apache-2.0
//! `kaas-manage service`: the processes that speak to the database.

use std::io::Write;
use std::time::Duration;

use kaas_db::query::service;
use kaas_db::{Database, Settings};

use crate::failure::Failure;

/// How long a process may be silent.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) async fn list(settings: Settings, out: &mut impl Write) -> Result<u8, Failure> {
    let database = Database::new(settings);
    database.check_schema().await?;
    let listed = database.read(|read| Ok((read.now()?, service::list(read)?)));
    let (now, services) = listed.await?;
    for one in services {
        let state = if one.is_up(now, PATIENCE) {
            "up"
        } else {
            "down"
        };
        let status = if one.is_disabled {
            "disabled"
        } else {
            "enabled"
        };
        let (process, host, reported) = (one.process, &one.host, one.reported);
        writeln!(
            out,
            "{process:<16} {host:<32} {status:<8} {state:<4} {reported}"
        )?;
    }
    Ok(0)
}
