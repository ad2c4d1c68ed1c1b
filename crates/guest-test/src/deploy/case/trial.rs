// SPDX-License-Identifier: Apache-2.0
//! What the trials of all kernels have in common.

use serde_json::json;
use virtual_machine::{Failure, Result};

use super::super::recipe::Recipe;
use super::super::site::{Deployment, Site, Status};

/// Installs it, and orders the trial.
pub(super) fn begin(site: &mut Site<'_>, recipe: &Recipe) -> Result<()> {
    site.is_up()?;
    let installed = site.install(recipe)?;
    expect(&installed, Status::Installing, installed.installed)?;
    // What was said before is of no interest.
    site.has_said("");
    let tried = site.done(&json!({"action": "trial"}))?;
    expect(&tried, Status::Trial, true)
}

/// The old kernel runs, the installer knows why, and nothing is left of the other.
pub(super) fn is_back(site: &mut Site<'_>, reason: &str) -> Result<String> {
    let end = site.status()?;
    let is_stock = end.running == site.stock;
    expect(
        &end,
        Status::RolledBack,
        is_stock && end.reason.contains(reason),
    )?;
    site.is_clean()?;
    Ok(format!("ROLLED_BACK: {}", end.reason))
}

pub(super) fn is_confirmed(site: &mut Site<'_>, recipe: &Recipe) -> Result<()> {
    begin(site, recipe)?;
    site.again_by_itself()?;
    let end = judged(site)?;
    expect(
        &end,
        Status::Confirmed,
        end.running == recipe.kernel.release,
    )
}

/// After the trial.
pub(super) fn judged(site: &mut Site<'_>) -> Result<Deployment> {
    let mut end = site.status()?;
    for _ in 0..300 {
        if end.status != Some(Status::Trial) {
            break;
        }
        site.script("sleep 3")?;
        end = site.status()?;
    }
    Ok(end)
}

/// It is started again, and after a power cut as well.
pub(super) fn is_for_good(site: &mut Site<'_>, recipe: &Recipe) -> Result<()> {
    site.script("systemctl --no-block reboot")?;
    site.again_by_itself()?;
    let end = site.status()?;
    expect(
        &end,
        Status::Confirmed,
        end.running == recipe.kernel.release,
    )?;
    site.cut()?;
    let end = site.status()?;
    expect(
        &end,
        Status::Confirmed,
        end.running == recipe.kernel.release,
    )
}

pub(super) fn goes_back(site: &mut Site<'_>) -> Result<String> {
    site.done(&json!({"action": "rollback"}))?;
    site.again_by_itself()?;
    is_back(site, "by request").map(|_| "CONFIRMED, and ROLLED_BACK by request".to_owned())
}

/// An error that says how it really is.
pub(super) fn expect(found: &Deployment, status: Status, holds: bool) -> Result<()> {
    if found.status == Some(status) && holds {
        return Ok(());
    }
    Err(Failure::new(format!(
        "expected {status:?}, found {found:?}"
    )))
}
