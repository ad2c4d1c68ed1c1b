// SPDX-License-Identifier: Apache-2.0
//! Kernels that are good.

use virtual_machine::Result;

use super::super::recipe::Recipe;
use super::super::site::Site;
use super::trial::{goes_back, is_confirmed, is_for_good};
use super::{Case, WITH_GRUBENV, WITHOUT_GRUBENV};

pub(super) fn cases() -> Vec<Case> {
    const FOR_GOOD: &str = "CONFIRMED, for good, until it is rolled back";
    vec![
        Case::new("good", FOR_GOOD, good).quick(),
        Case::new("good-by-kexec", FOR_GOOD, good_by_kexec),
        Case::new("tailored", FOR_GOOD, tailored),
    ]
}

fn good(site: &mut Site<'_>) -> Result<String> {
    let recipe = Recipe::of(&site.supply.newer);
    is_confirmed(site, &recipe)?;
    is_for_good(site, &recipe)?;
    goes_back(site)
}

/// GRUB could start nothing just once.
fn good_by_kexec(site: &mut Site<'_>) -> Result<String> {
    site.script(WITHOUT_GRUBENV)?;
    let end = good(site)?;
    site.script(WITH_GRUBENV)?;
    Ok(end)
}

fn tailored(site: &mut Site<'_>) -> Result<String> {
    let Some(kernel) = &site.supply.tailored else {
        return Ok("not tried: no --tailored".to_owned());
    };
    let recipe = Recipe::of(kernel);
    is_confirmed(site, &recipe)?;
    is_for_good(site, &recipe)?;
    goes_back(site)
}
