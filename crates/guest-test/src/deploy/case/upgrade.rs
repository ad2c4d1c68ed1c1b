// SPDX-License-Identifier: Apache-2.0
//! The distribution brings a newer kernel while a tailored one is confirmed.

use virtual_machine::{Failure, Result};

use super::super::recipe::Recipe;
use super::super::site::Site;
use super::Case;
use super::trial::{goes_back, is_confirmed, is_for_good};

pub(super) fn cases() -> Vec<Case> {
    let expected = "the tailored kernel stays, the newer one comes after a roll-back";
    vec![Case::new("upgrade", expected, upgrade)]
}

/// From here on the machine has another kernel to go back to: no case comes after this one.
fn upgrade(site: &mut Site<'_>) -> Result<String> {
    let Some(kernel) = &site.supply.tailored else {
        return Ok("not tried: no --tailored".to_owned());
    };
    let recipe = Recipe::of(kernel);
    is_confirmed(site, &recipe)?;
    let newer = site.supply.newer.release.clone();
    site.patient_script(
        "tar -C /srv -xf /dev/vdb ./kernel.deb && DEBIAN_FRONTEND=noninteractive \
         dpkg --install /srv/kernel.deb 2>&1 && rm /srv/kernel.deb && sync",
    )?;
    let first = site.script("grep -m 1 -w linux /boot/grub/grub.cfg")?;
    if !first.contains(&newer) {
        return Err(Failure::new(format!(
            "the upgrade did not come first: {first}"
        )));
    }
    is_for_good(site, &recipe)?;
    site.stock.clone_from(&newer);
    goes_back(site)?;
    Ok(format!("CONFIRMED all the time, then {newer}"))
}
