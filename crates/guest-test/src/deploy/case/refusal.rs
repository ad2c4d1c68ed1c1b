// SPDX-License-Identifier: Apache-2.0
//! Releases and machines that are refused: the reason is given, and nothing is changed.

use serde_json::json;
use virtual_machine::{Failure, Result};

use super::super::recipe::Recipe;
use super::super::signer::{STRANGER, Signed, TRUSTED};
use super::super::site::{Answer, Site, Status};
use super::Case;

pub(super) fn cases() -> Vec<Case> {
    let case = |name, run| Case::new(name, "REFUSED, nothing changed", run).quick();
    vec![
        case("wrong-signature", wrong_signature),
        case("changed-document", changed_document),
        case("other-machine", other_machine),
        case("older-release", older_release),
        case("truncated-download", truncated_download),
        case("changed-download", changed_download),
        case("missing-download", missing_download),
        case("full-disk", full_disk),
        case("disk-fills-up", disk_fills_up),
        case("grubenv-is-a-link", grubenv_is_a_link),
        case("grubenv-is-missing", grubenv_is_missing),
        case("grubenv-is-immutable", grubenv_is_immutable),
        case("boot-is-read-only", boot_is_read_only),
    ]
}

/// What is done to the machine before, and undone after.
struct Surroundings {
    before: &'static str,
    after: &'static str,
}

const AS_IT_IS: Surroundings = Surroundings {
    before: "true",
    after: "true",
};

/// The document of a release that is good.
fn release(site: &mut Site<'_>) -> String {
    let serial = site.next_serial();
    Recipe::of(&site.supply.newer).document(serial)
}

fn wrong_signature(site: &mut Site<'_>) -> Result<String> {
    let mut signed = STRANGER.sign(release(site))?;
    // Under the name of the key that is trusted: the signature itself has to be verified.
    signed.key = TRUSTED.key()?.id;
    refused(
        site,
        &signed,
        &AS_IT_IS,
        "not signed with a key that is trusted",
    )
}

fn changed_document(site: &mut Site<'_>) -> Result<String> {
    let mut signed = TRUSTED.sign(release(site))?;
    signed.document = signed
        .document
        .replace("\"panic_seconds\":5", "\"panic_seconds\":6");
    refused(
        site,
        &signed,
        &AS_IT_IS,
        "not signed with a key that is trusted",
    )
}

fn other_machine(site: &mut Site<'_>) -> Result<String> {
    let mut recipe = Recipe::of(&site.supply.newer);
    recipe.instance = "i-2";
    let signed = TRUSTED.sign(recipe.document(site.next_serial()))?;
    refused(site, &signed, &AS_IT_IS, "for another machine")
}

/// One that was good once; a newer one was installed since.
fn older_release(site: &mut Site<'_>) -> Result<String> {
    let older = release(site);
    let newer = Recipe::of(&site.supply.newer);
    site.install(&newer)?;
    let back = site.done(&json!({"action": "rollback"}))?;
    super::trial::expect(&back, Status::RolledBack, true)?;
    site.is_clean()?;
    refused(site, &TRUSTED.sign(older)?, &AS_IT_IS, "is not newer than")
}

fn truncated_download(site: &mut Site<'_>) -> Result<String> {
    let shorter = damage(site, "truncate --size=-1 \"$file\"");
    install_damaged(site, &shorter, "truncated?")
}

fn changed_download(site: &mut Site<'_>) -> Result<String> {
    let changed = damage(
        site,
        "printf x | dd of=\"$file\" bs=1 seek=99999 conv=notrunc status=none",
    );
    install_damaged(site, &changed, "not the content that was signed")
}

fn missing_download(site: &mut Site<'_>) -> Result<String> {
    let missing = damage(site, "rm \"$file\"");
    install_damaged(site, &missing, "No such file")
}

/// A script that does something to the image which was downloaded.
fn damage(site: &Site<'_>, script: &str) -> String {
    let name = &site.supply.newer.image.sha256;
    format!("cd /var/lib/kaas-guest/staging; file={name}; cp --preserve $file /srv/image; {script}")
}

fn install_damaged(site: &mut Site<'_>, damage: &str, reason: &str) -> Result<String> {
    let name = site.supply.newer.image.sha256.clone();
    let signed = TRUSTED.sign(release(site))?;
    site.script(damage)?;
    let end = refused(site, &signed, &AS_IT_IS, reason)?;
    site.script(&format!("mv /srv/image /var/lib/kaas-guest/staging/{name}"))?;
    Ok(end)
}

fn full_disk(site: &mut Site<'_>) -> Result<String> {
    let surroundings = Surroundings {
        before: "fallocate -l $(($(stat -f -c '%a*%S' /) - (40 << 20))) /srv/much",
        after: "rm /srv/much",
    };
    refused_in(site, &surroundings, "MiB free")
}

/// There was room when it was looked for; then somebody else took it.
fn disk_fills_up(site: &mut Site<'_>) -> Result<String> {
    let surroundings = Surroundings {
        before: "cat >/srv/greedy <<'END'\n\
            until [ -s /boot/kaas/$1/vmlinuz ]; do :; done\n\
            fallocate -l $(($(stat -f -c '%f*%S' /) - (1 << 20))) /srv/much\n\
            END\n\
            sh /srv/greedy $SERIAL >/dev/null 2>&1 &",
        after: "rm /srv/much",
    };
    let end = refused_in(site, &surroundings, "No space left")?;
    site.is_clean()?;
    Ok(end)
}

fn grubenv_is_a_link(site: &mut Site<'_>) -> Result<String> {
    let before = "cd /boot/grub; mv grubenv elsewhere; ln -s elsewhere grubenv";
    let after = "cd /boot/grub; rm grubenv; mv elsewhere grubenv";
    refused_without_kexec(site, &Surroundings { before, after }, "not a plain file")
}

fn grubenv_is_missing(site: &mut Site<'_>) -> Result<String> {
    let before = "mv /boot/grub/grubenv /boot/grub/elsewhere";
    let after = "mv /boot/grub/elsewhere /boot/grub/grubenv";
    refused_without_kexec(
        site,
        &Surroundings { before, after },
        "grubenv: No such file",
    )
}

fn grubenv_is_immutable(site: &mut Site<'_>) -> Result<String> {
    let before = "chattr +i /boot/grub/grubenv";
    let after = "chattr -i /boot/grub/grubenv";
    let reason = "grubenv: Operation not permitted";
    refused_without_kexec(site, &Surroundings { before, after }, reason)
}

/// Here kexec is of no use.
fn boot_is_read_only(site: &mut Site<'_>) -> Result<String> {
    let surroundings = Surroundings {
        before: "mount --bind /boot/grub /boot/grub && mount -o remount,bind,ro /boot/grub",
        after: "umount /boot/grub",
    };
    refused_in(site, &surroundings, "read-only")
}

/// With kexec such a machine could try a kernel nevertheless.
fn refused_without_kexec(
    site: &mut Site<'_>,
    surroundings: &Surroundings,
    reason: &str,
) -> Result<String> {
    site.script("mv /usr/sbin/kexec /srv/kexec")?;
    let end = refused_in(site, surroundings, reason)?;
    site.script("mv /srv/kexec /usr/sbin/kexec")?;
    Ok(end)
}

fn refused_in(site: &mut Site<'_>, surroundings: &Surroundings, reason: &str) -> Result<String> {
    let signed = TRUSTED.sign(release(site))?;
    refused(site, &signed, surroundings, reason)
}

/// The reason that was given.
fn refused(
    site: &mut Site<'_>,
    signed: &Signed,
    surroundings: &Surroundings,
    reason: &str,
) -> Result<String> {
    let serial = site.last_serial();
    site.script(&format!("SERIAL={serial}; {}", surroundings.before))?;
    let before = site.digest()?;
    let answer = site.install_signed(signed);
    let after = site.digest()?;
    site.script(surroundings.after)?;
    match answer? {
        Answer::Refused { reason: given } if given.contains(reason) && before == after => {
            Ok(format!("REFUSED: {given}"))
        }
        Answer::Refused { .. } if before != after => Err(Failure::new("something was changed")),
        other => Err(Failure::new(format!("expected {reason:?}: {other:?}"))),
    }
}
