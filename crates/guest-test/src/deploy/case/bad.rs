// SPDX-License-Identifier: Apache-2.0
//! Kernels that fail, each in its own way.

use std::time::Duration;

use virtual_machine::{Failure, Result};

use super::super::recipe::Recipe;
use super::super::site::{Restarted, Site};
use super::super::supply::Tailored;
use super::trial::{begin, is_back};
use super::{Case, WITH_GRUBENV, WITHOUT_GRUBENV};

pub(super) fn cases() -> Vec<Case> {
    const BY_ITSELF: &str = "back on the old kernel by itself";
    const BY_RESET: &str = "back on the old kernel after a reset";
    const AT_DEADLINE: &str = "back on the old kernel at the deadline";
    vec![
        Case::new("panics-early", BY_ITSELF, panics_early).quick(),
        Case::new("no-root", BY_ITSELF, no_root),
        Case::new("no-kernel", BY_ITSELF, no_kernel),
        Case::new("panics-by-kexec", BY_ITSELF, panics_by_kexec),
        Case::new("hangs-at-once", BY_RESET, hangs_at_once),
        Case::new("no-disk-driver", BY_RESET, no_disk_driver),
        Case::new("no-network", AT_DEADLINE, no_network),
        Case::new("fails-the-probe", AT_DEADLINE, fails_the_probe),
        Case::new(
            "fails-a-unit",
            "back on the old kernel at once",
            fails_a_unit,
        ),
    ]
}

/// What shows that it failed the way it was meant to.
struct Failed {
    /// On the console, by the kernel or the boot loader.
    said: &'static str,
    restarted: Restarted,
    /// Part of the reason that the installer gives.
    reason: &'static str,
}

const CAME_BACK: &str = "came back with the kernel before";
/// GRUB says so when it starts an entry.
const ITS_ENTRY: &str = "Tailored kernel";

/// As short as an emulated machine may be judged after, in seconds.
const DEADLINE: u64 = 200;

fn panics_early(site: &mut Site<'_>) -> Result<String> {
    let mut recipe = Recipe::of(&alone(&site.supply.newer));
    recipe.add.push("mem=64M");
    let failed = Failed {
        said: "System is deadlocked on memory",
        restarted: Restarted::ByItself,
        reason: CAME_BACK,
    };
    never_comes_up(site, &recipe, &failed)
}

fn hangs_at_once(site: &mut Site<'_>) -> Result<String> {
    let mut recipe = Recipe::of(&site.supply.newer);
    recipe.kernel.image = site.supply.looping.clone();
    recipe.deadline_seconds = DEADLINE;
    let failed = Failed {
        said: ITS_ENTRY,
        restarted: Restarted::ByReset,
        reason: CAME_BACK,
    };
    never_comes_up(site, &recipe, &failed)
}

/// GRUB itself can't start it.
fn no_kernel(site: &mut Site<'_>) -> Result<String> {
    let mut recipe = Recipe::of(&site.supply.newer);
    recipe.kernel.image = site.supply.noise.clone();
    let failed = Failed {
        said: ITS_ENTRY,
        restarted: Restarted::ByItself,
        reason: CAME_BACK,
    };
    never_comes_up(site, &recipe, &failed)
}

/// The distribution's kernel has all drivers of disks as modules: without its initramfs it
/// waits for ever for a root that it can't see.
fn no_disk_driver(site: &mut Site<'_>) -> Result<String> {
    let mut recipe = Recipe::of(&alone(&site.supply.newer));
    recipe.add.push("rootwait");
    recipe.deadline_seconds = DEADLINE;
    let failed = Failed {
        said: "Waiting for root device",
        restarted: Restarted::ByReset,
        reason: CAME_BACK,
    };
    never_comes_up(site, &recipe, &failed)
}

fn no_root(site: &mut Site<'_>) -> Result<String> {
    let failed = Failed {
        said: "Unable to mount root fs",
        restarted: Restarted::ByItself,
        reason: CAME_BACK,
    };
    let recipe = Recipe::of(&alone(&site.supply.newer));
    never_comes_up(site, &recipe, &failed)
}

fn alone(kernel: &Tailored) -> Tailored {
    Tailored {
        initramfs: None,
        ..kernel.clone()
    }
}

fn no_network(site: &mut Site<'_>) -> Result<String> {
    let mut recipe = Recipe::of(&site.supply.newer);
    recipe.add.push("modprobe.blacklist=virtio_net");
    recipe.deadline_seconds = DEADLINE;
    is_found_unhealthy(site, &recipe, "the agent has not reached the service")
}

fn fails_the_probe(site: &mut Site<'_>) -> Result<String> {
    let mut recipe = Recipe::of(&site.supply.newer);
    recipe.has_probe = true;
    // The network has to be up before, or its lack is the reason.
    recipe.deadline_seconds = 2 * DEADLINE;
    is_found_unhealthy(site, &recipe, "shop")
}

fn fails_a_unit(site: &mut Site<'_>) -> Result<String> {
    site.script("systemctl enable --quiet --now picky.service")?;
    let recipe = Recipe::of(&site.supply.newer);
    let end = is_found_unhealthy(site, &recipe, "picky.service")?;
    site.script("systemctl disable --quiet picky.service")?;
    Ok(end)
}

fn panics_by_kexec(site: &mut Site<'_>) -> Result<String> {
    site.script(WITHOUT_GRUBENV)?;
    let recipe = Recipe::of(&alone(&site.supply.newer));
    let failed = Failed {
        said: "Unable to mount root fs",
        restarted: Restarted::ByItself,
        reason: CAME_BACK,
    };
    let end = never_comes_up(site, &recipe, &failed)?;
    site.script(WITH_GRUBENV)?;
    Ok(end)
}

fn never_comes_up(site: &mut Site<'_>, recipe: &Recipe, failed: &Failed) -> Result<String> {
    begin(site, recipe)?;
    let patience = match failed.restarted {
        Restarted::ByReset => recipe.deadline_seconds,
        Restarted::ByItself => 900,
    };
    let restarted = site.again(Duration::from_secs(patience))?;
    if restarted != failed.restarted {
        return Err(Failure::new(format!("it restarted {restarted:?}")));
    }
    if !site.has_said(failed.said) {
        let message = format!("the console never said {:?}", failed.said);
        return Err(Failure::new(message));
    }
    is_back(site, failed.reason)
}

/// It comes up, and goes again.
fn is_found_unhealthy(site: &mut Site<'_>, recipe: &Recipe, reason: &str) -> Result<String> {
    begin(site, recipe)?;
    site.again_by_itself()?;
    let running = site.script("uname -r")?;
    if running != recipe.kernel.release {
        return Err(Failure::new(format!("{running} was started for the trial")));
    }
    site.again_by_itself()?;
    is_back(site, reason)
}
