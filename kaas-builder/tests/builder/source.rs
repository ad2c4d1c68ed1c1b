// SPDX-License-Identifier: Apache-2.0
//! Sources from a signed archive and from a repository, good and tampered with.
#![expect(
    clippy::disallowed_methods,
    reason = "archives are made with the distribution's own tools"
)]

use std::fs;
use std::process::Command;

use kaas_builder::Outcome;
use serde_json::{Value, json};

use crate::bench::Bench;

/// Makes a source package of `tree`, an archive with it that `$1` signs, and the keys of both
/// the signer and a stranger.
const ARCHIVE: &str = r#"
set -eu
cp -r tree linux-6.1.7
mkdir -p linux-6.1.7/debian/source
cd linux-6.1.7/debian
echo '3.0 (native)' > source/format
printf 'Source: linux\nMaintainer: A <a@example.org>\n\nPackage: linux\nArchitecture: all\nDescription: x\n' > control
printf 'linux (6.1.7) test; urgency=low\n\n  * x.\n\n -- A <a@example.org>  Thu, 01 Jan 2026 00:00:00 +0000\n' > changelog
printf '#!/bin/sh\n' > rules
cd ../..
dpkg-source --build linux-6.1.7 > log 2>&1
mkdir -p archive/pool archive/dists/test/main/source keyrings gpg
mv linux_6.1.7* archive/pool
cd archive
{
    grep -E '^(Format|Binary|Architecture|Version|Maintainer):' pool/*.dsc | sed '1iPackage: linux'
    echo 'Directory: pool'
    echo 'Files:'
    for one in pool/*; do echo " $(md5sum < $one | cut -d' ' -f1) $(stat -c %s $one) ${one#pool/}"; done
    echo 'Checksums-Sha256:'
    for one in pool/*; do echo " $(sha256sum < $one | cut -d' ' -f1) $(stat -c %s $one) ${one#pool/}"; done
} > dists/test/main/source/Sources
cd dists/test
{
    printf 'Suite: test\nCodename: test\nDate: Thu, 01 Jan 2026 00:00:00 UTC\nComponents: main\nSHA256:\n'
    one=main/source/Sources
    echo " $(sha256sum < $one | cut -d' ' -f1) $(stat -c %s $one) $one"
} > Release
cd ../../..
export GNUPGHOME=$PWD/gpg
chmod 700 gpg
for who in signer stranger; do
    gpg --quiet --batch --passphrase '' --quick-gen-key $who@example.org ed25519 sign
    gpg --export $who@example.org > keyrings/$who.gpg
done
gpg --quiet --batch --local-user signer@example.org --clearsign --output archive/dists/test/InRelease archive/dists/test/Release
gpgconf --kill all
"#;

fn script(bench: &Bench, text: &str) -> String {
    let mut shell = Command::new("sh");
    let shell = shell.args(["-c", text]).current_dir(bench.path("."));
    let output = shell.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    said
}

fn apt(bench: &Bench, keyring: &str) -> Value {
    let mut document = bench.document();
    document["source"] = json!({
        "driver": "apt", "suite": "test", "components": ["main"], "package": "linux",
        "uri": format!("file://{}", bench.path("archive").display()),
        "version": "6.1.7", "release": "6.1.7", "keyring": format!("{keyring}.gpg"),
    });
    document
}

fn broken(bench: &Bench, document: &Value, work: &str) -> String {
    match bench.build(document, work, &bench.settings()).0 {
        Outcome::InfraError(reason) | Outcome::Failure(reason) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_signed_archive_gives_its_package_and_a_forged_one_nothing() {
    let bench = Bench::new();
    script(&bench, ARCHIVE);
    let reason = broken(&bench, &apt(&bench, "stranger"), "stranger");
    assert!(reason.contains("apt failed"), "{reason}");
    let mut newer = apt(&bench, "signer");
    newer["source"]["version"] = json!("6.1.8");
    broken(&bench, &newer, "newer");
    let good = apt(&bench, "signer");
    let outcome = bench.build(&good, "good", &bench.settings()).0;
    let log = fs::read_to_string(bench.path("good/log")).unwrap();
    assert_eq!(outcome, Outcome::Success, "{log}");
    let told = fs::read_to_string(bench.path("store/job/SOURCE.md")).unwrap();
    assert!(
        told.contains("apt-get source --only-source linux=6.1.7"),
        "{told}"
    );
    assert!(
        told.contains("KBUILD_BUILD_TIMESTAMP='Thu Jan  1 00:00:00 UTC 2026'"),
        "{told}"
    );
    // The index is signed; the file that it names is another.
    script(
        &bench,
        "cd archive/pool && for one in *.tar.*; do echo x >> $one; done",
    );
    let mut settings = bench.settings();
    settings.cache = bench.path("fresh-cache");
    let forged = bench.build(&good, "forged", &settings).0;
    assert!(!matches!(forged, Outcome::Success), "{forged:?}");
}

#[test]
fn a_repository_gives_exactly_the_commit() {
    let bench = Bench::new();
    let make = "cd tree && git init --quiet && git add . && \
        git -c user.name=a -c user.email=a@example.org commit --quiet --message x \
        --date 2026-01-01T00:00:00Z && git rev-parse HEAD";
    let commit = script(&bench, make).trim().to_owned();
    let mut document = bench.document();
    document["source"] = json!({
        "driver": "git", "commit": commit, "release": "6.1.7",
        "uri": format!("file://{}", bench.path("tree").display()),
    });
    let outcome = bench.build(&document, "good", &bench.settings()).0;
    let log = fs::read_to_string(bench.path("good/log")).unwrap();
    assert_eq!(outcome, Outcome::Success, "{log}");
    document["source"]["commit"] = json!("0".repeat(40));
    let reason = broken(&bench, &document, "other");
    assert!(reason.contains("git failed"), "{reason}");
}
