// SPDX-License-Identifier: Apache-2.0
//! Power cuts, at each step of a deployment. A program in the guest waits for the step and
//! restarts the machine on the spot: what the kernel has not written yet is lost.

use serde_json::json;
use virtual_machine::{Failure, Result};

use super::super::recipe::Recipe;
use super::super::signer::TRUSTED;
use super::super::site::{Deployment, Site, Status};
use super::Case;
use super::trial::{begin, expect, goes_back, judged};

pub(super) fn cases() -> Vec<Case> {
    const STARTS: &str = "starts, and the installer knows what to do";
    let case = |name, run| Case::new(name, STARTS, run);
    vec![
        case("cut-recorded", |site| {
            installing(site, "has '\"INSTALLING\"' $record")
        }),
        case("cut-folder", |site| installing(site, "[ -d $kernel ]")),
        case("cut-image", |site| {
            installing(site, "[ -e $kernel/vmlinuz ]")
        }),
        case("cut-initramfs", |site| {
            installing(site, "[ -e $kernel/initrd.img ]")
        })
        .quick(),
        case("cut-modules", |site| {
            installing(site, "[ -d $modules/.kaas-$serial ]")
        }),
        case("cut-last-module", |site| {
            installing(site, "[ -e $modules/.kaas-$serial/kaas-serial ]")
        }),
        case("cut-published", |site| {
            installing(site, "[ -d $modules/$release ]")
        }),
        case("cut-depmod", |site| {
            installing(site, "[ -e $modules/$release/modules.dep.bin ]")
        }),
        case("cut-complete", |site| {
            installing(site, "has '\"entry\":\"menu' $record")
        }),
        case("cut-menu", |site| {
            installing(site, "grep -q kaas-$serial $custom")
        }),
        case("cut-trial-recorded", |site| {
            trying(site, "has '\"TRIAL\"' $record")
        }),
        case("cut-trial-armed", |site| {
            trying(site, "grep -aq next_entry=kaas $environment")
        }),
        case("cut-restart", |site| {
            trying(site, "systemctl list-jobs | grep -q reboot.target")
        }),
        case("cut-trial-boot", at_its_first_word),
        case("cut-trial-up", as_soon_as_it_is_up),
        case("cut-confirmed", |site| {
            confirming(site, "has '\"CONFIRMED\"' $record")
        }),
        case("cut-default", |site| {
            confirming(site, "grep -q 'set default=.kaas-' $custom")
        }),
        case("cut-rolled-back", rolling_back),
    ]
}

/// Lets the power fail as soon as a condition holds.
fn lie_in_wait(site: &mut Site<'_>, condition: &str) -> Result<()> {
    let serial = site.last_serial();
    let release = site.supply.newer.release.clone();
    site.script(&format!(
        "cat >/srv/cut <<'END'\n\
         serial={serial} release={release} kernel=/boot/kaas/{serial} modules=/lib/modules\n\
         record=/var/lib/kaas-installer/record.json\n\
         custom=/boot/grub/custom.cfg environment=/boot/grub/grubenv\n\
         has() {{ IFS= read -r line <$2; case $line in *$1*) return 0 ;; esac; return 1; }}\n\
         until {condition}; do :; done 2>/dev/null\n\
         echo b >/proc/sysrq-trigger\n\
         END\n\
         sync\n\
         sh /srv/cut >/dev/null 2>&1 &"
    ))
    .map(drop)
}

fn installing(site: &mut Site<'_>, condition: &str) -> Result<String> {
    let serial = site.next_serial();
    let signed = TRUSTED.sign(Recipe::of(&site.supply.newer).document(serial))?;
    lie_in_wait(site, condition)?;
    site.cut_off(&json!({"action": "install", "release": signed}))?;
    settles(site)
}

fn trying(site: &mut Site<'_>, condition: &str) -> Result<String> {
    site.is_up()?;
    site.install(&Recipe::of(&site.supply.newer))?;
    lie_in_wait(site, condition)?;
    site.cut_off(&json!({"action": "trial"}))?;
    settles(site)
}

fn at_its_first_word(site: &mut Site<'_>) -> Result<String> {
    begin(site, &Recipe::of(&site.supply.newer))?;
    site.waits_for("Linux version 6.12")?;
    site.cut()?;
    settles(site)
}

fn as_soon_as_it_is_up(site: &mut Site<'_>) -> Result<String> {
    begin(site, &Recipe::of(&site.supply.newer))?;
    site.again_by_itself()?;
    site.cut()?;
    settles(site)
}

fn confirming(site: &mut Site<'_>, condition: &str) -> Result<String> {
    begin(site, &Recipe::of(&site.supply.newer))?;
    site.again_by_itself()?;
    lie_in_wait(site, condition)?;
    site.again_by_itself()?;
    settles(site)
}

/// A confirmed kernel is unwanted, and the power goes while it is being forgotten.
fn rolling_back(site: &mut Site<'_>) -> Result<String> {
    let recipe = Recipe::of(&site.supply.newer);
    super::trial::is_confirmed(site, &recipe)?;
    lie_in_wait(site, "has '\"ROLLED_BACK\"' $record")?;
    site.cut_off(&json!({"action": "rollback"}))?;
    // It may have been the unwanted kernel that was started: then the machine leaves it.
    if site.status()?.running != site.stock {
        site.again_by_itself()?;
    }
    settles(site)
}

/// What the deployment was after the cut. Ends with the old kernel alone.
fn settles(site: &mut Site<'_>) -> Result<String> {
    let found = judged(site)?;
    let words = described(&found);
    match found.status {
        Some(Status::Refused | Status::RolledBack) => {
            let status = found.status.unwrap_or(Status::Refused);
            expect(&found, status, found.running == site.stock)?;
        }
        Some(Status::Installing) => {
            expect(
                &found,
                Status::Installing,
                found.installed && found.running == site.stock,
            )?;
            site.done(&json!({"action": "rollback"}))?;
        }
        Some(Status::Confirmed) => return is_confirmed_all_the_same(site, &found),
        _ => return Err(Failure::new(format!("after the cut: {found:?}"))),
    }
    site.is_clean()?;
    Ok(words)
}

/// If not yet, then from the next start on, the confirmed kernel runs.
fn is_confirmed_all_the_same(site: &mut Site<'_>, found: &Deployment) -> Result<String> {
    if found.running == site.stock {
        site.script("systemctl --no-block reboot")?;
        site.again_by_itself()?;
    }
    let end = site.status()?;
    expect(&end, Status::Confirmed, end.running != site.stock)?;
    goes_back(site)?;
    Ok(described(found))
}

fn described(found: &Deployment) -> String {
    let status = serde_json::to_value(found.status).unwrap_or_default();
    let status = status.as_str().unwrap_or("nothing");
    match &*found.reason {
        "" => format!("{status}, on {}", found.running),
        reason => format!("{status}, on {}: {reason}", found.running),
    }
}
