// SPDX-License-Identifier: Apache-2.0
//! Both published forms, ranges over stable series, and input nobody vouches for.

use super::{AttackVector, Cves, Version};

fn version(text: &str) -> Version {
    text.parse().unwrap()
}

fn one(text: &str) -> super::Cve {
    let cves = Cves::read(text.as_bytes()).unwrap();
    assert_eq!(cves.iter().len(), 1);
    cves.iter().next().unwrap().clone()
}

fn with_ranges(ranges: &str) -> super::Cve {
    one(&format!(
        r#"{{"cve": "CVE-2024-1", "files": ["a.c"], "ranges": {ranges}}}"#
    ))
}

#[test]
fn versions_are_ordered() {
    let order = [
        "2.6.32",
        "2.6.32.71",
        "5.10.9",
        "5.10.10",
        "6.1-rc3",
        "6.1",
        "6.1.192",
        "6.2",
    ];
    let versions: Vec<_> = order.map(version).into();
    assert!(versions.is_sorted_by(|a, b| a < b));
    assert_eq!(version("6.1"), version("6.1.0-56-amd64"));
    assert_eq!(version("6.1.0").to_string(), "6.1.0");
    assert_eq!(version("2.6.32.71").to_string(), "2.6.32.71");
    assert_eq!(version("6.12-rc3").to_string(), "6.12.0-rc3");
    for bad in ["", "six", "6.x", "6..1", "1.2.3.4.5", "99999999999", "-rc1"] {
        assert!(bad.parse::<Version>().is_err(), "{bad:?}");
    }
}

#[test]
fn a_range_speaks_of_its_own_series() {
    let cases = [
        // Introduced and fixed in the mainline, fix carried to two series.
        (
            r#"[["5.8", "5.10.36", null], ["5.8", "5.12.3", null], ["5.8", "5.13", null]]"#,
            "5.8 5.10.35 5.11.5 5.12.2",
            "5.7.9 5.10.36 5.10.200 5.12.3 5.13 6.1.192",
        ),
        // Carried to a stable series together with the fix it repairs, never fixed there.
        (
            r#"[["5.8", "5.13", null], ["5.4.53", null, null]]"#,
            "5.4.53 5.4.200 5.9",
            "5.4.52 5.5.10 5.7 5.13 6.1",
        ),
        // There from the start, and not fixed.
        ("[[null, null, null]]", "2.6.12 6.1.192", ""),
        // Not fixed in the mainline yet, but in a stable series.
        (
            r#"[["6.1.5", "6.1.9", null], ["6.2", null, null]]"#,
            "6.1.5 6.1.8 6.9",
            "6.1.4 6.1.9",
        ),
        // Brought back into a stable series after its fix.
        (
            r#"[["5.8", "6.1.9", null], ["6.1.15", "6.1.30", null], ["5.8", "6.2", null]]"#,
            "6.1.8 6.1.15 6.1.29 6.0",
            "6.1.9 6.1.14 6.1.30 6.2",
        ),
        ("[]", "", "6.1"),
    ];
    for (ranges, hit, spared) in cases {
        let cve = with_ranges(ranges);
        for release in hit.split_whitespace() {
            assert!(cve.affects(&version(release)), "{ranges}: {release}");
        }
        for release in spared.split_whitespace() {
            assert!(!cve.affects(&version(release)), "{ranges}: {release}");
        }
    }
}

#[test]
fn one_compiled_file_is_enough_and_none_named_always_counts() {
    let lines = concat!(
        r#"{"cve": "CVE-2024-1", "files": ["a.c", "b.S"], "ranges": [["6.0", "6.2", null]]}"#,
        "\n",
        r#"{"cve": "CVE-2024-2", "files": ["include/a.h"], "ranges": [["6.0", "6.2", null]]}"#,
        "\n",
        r#"{"cve": "CVE-2024-3", "files": ["a.c"], "ranges": [["6.0", "6.0.9", null]]}"#,
        "\n",
    );
    let cves = Cves::read(lines.as_bytes()).unwrap();
    let ids = |compiled: &dyn Fn(&str) -> bool| -> Vec<_> {
        let found = cves.compiled_in(&version("6.1.0"), compiled);
        found.iter().map(|cve| cve.id.clone()).collect()
    };
    assert_eq!(ids(&|file| file == "b.S"), ["CVE-2024-1", "CVE-2024-2"]);
    assert_eq!(ids(&|_| false), ["CVE-2024-2"]);
    assert_eq!(cves.affecting(&version("6.1.0")).len(), 2);
}

#[test]
fn the_published_record_says_the_same() {
    let record = include_str!("tests/published.json");
    let cve = one(record);
    assert_eq!(
        (cve.id.as_str(), cve.year()),
        ("CVE-2024-99999", Some(2024))
    );
    assert_eq!(cve.files, ["net/example/core.c", "net/example/core.h"]);
    assert_eq!(cve.attack_vector(), Some(AttackVector::Network));
    assert_eq!(cve.score, Some(9.1));
    let by_cpe = cve.ranges.clone();

    let without_cpe = record.replace("cpeApplicability", "x_cpeApplicability");
    assert_eq!(one(&without_cpe).ranges, by_cpe);
    assert!(cve.affects(&version("5.10.35")) && !cve.affects(&version("5.10.36")));

    let rejected = record.replace("PUBLISHED", "REJECTED");
    assert_eq!(Cves::read(rejected.as_bytes()).unwrap().iter().len(), 0);
}

#[test]
fn bad_input_is_an_error_with_its_line() {
    let good = r#"{"cve": "CVE-2024-1", "ranges": []}"#;
    let deep = "[".repeat(100_000);
    let cases = [
        ("{", "EOF"),
        ("[]", "invalid"),
        ("{}", "neither"),
        (
            r#"{"cve": "CVE-2024-2", "ranges": [["six", null]]}"#,
            "'six' is not a kernel version",
        ),
        (r#"{"containers": {"cna": {}}}"#, "belong together"),
        (deep.as_str(), ""),
        ("\u{0}", ""),
    ];
    for (bad, what) in cases {
        let error = Cves::read(format!("{good}\n{bad}").as_bytes()).unwrap_err();
        assert_eq!(error.line, 2, "{error}");
        assert!(error.what.contains(what), "{error}");
    }
    assert!(Cves::read(b"\xff\xfe").is_err());
    assert_eq!(Cves::read(b"").unwrap(), Cves::default());
}

#[test]
fn odd_vectors_have_no_attack_vector() {
    let with = |vector: &str| one(&format!(r#"{{"cve": "x", "cvss": "{vector}"}}"#));
    assert_eq!(
        with("CVSS:3.1/AV:L/AC:L").attack_vector(),
        Some(AttackVector::Local)
    );
    assert_eq!(
        with("CVSS:4.0/AV:P/AC:L").attack_vector(),
        Some(AttackVector::Physical)
    );
    assert_eq!(with("CVSS:3.1/AV:X").attack_vector(), None);
    assert_eq!(with("").attack_vector(), None);
    assert_eq!(with("").year(), None);
}
