// SPDX-License-Identifier: Apache-2.0
//! Rules against configurations, both as files: `tests/verdicts/*.toml` hold rules, a
//! configuration and the verdicts wanted; `tests/shipped/*.config` say how many of the
//! shipped rules they pass.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::{Atom, Comparison, Rule, Rules, Values, Verdict};

/// The files of one folder beside this one.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/floor/tests")
        .join(folder);
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

/// A configuration whose symbols are those of the model too.
struct Config {
    values: HashMap<String, String>,
    known: HashSet<String>,
}

impl Config {
    fn read(text: &str) -> Self {
        let mut config = Self {
            values: HashMap::new(),
            known: HashSet::new(),
        };
        for line in text.lines().map(|line| line.trim_start_matches("# ")) {
            let Some(line) = line.strip_prefix("CONFIG_") else {
                continue;
            };
            let (symbol, value) = line.split_once([' ', '=']).unwrap();
            config.known.insert(symbol.to_owned());
            if value != "is not set" {
                config
                    .values
                    .insert(symbol.to_owned(), value.trim_matches('"').to_owned());
            }
        }
        config
    }

    fn verdict(&self, rule: &Rule) -> Verdict {
        let value = |symbol: &str| self.values.get(symbol).cloned();
        rule.verdict(Values {
            value: &value,
            exists: &|symbol| self.known.contains(symbol),
        })
    }
}

fn word(verdict: Verdict) -> String {
    match verdict {
        Verdict::Passed { alternative } => format!("passed by {alternative}"),
        Verdict::Failed => "failed".to_owned(),
        Verdict::NotApplicable => "not applicable".to_owned(),
    }
}

#[test]
fn verdicts() {
    for file in files("verdicts") {
        let text = std::fs::read_to_string(&file).unwrap();
        let mut parts = text.split("\n---\n");
        let rules = Rules::parse(parts.next().unwrap(), "t.toml").unwrap();
        let config = Config::read(parts.next().unwrap());
        let mut found = String::new();
        for rule in rules.of("x86", &"6.1.192".parse().unwrap()) {
            let _ = writeln!(found, "{}: {}", rule.id, word(config.verdict(rule)));
        }
        assert_eq!(found, parts.next().unwrap(), "{}", file.display());
    }
}

#[test]
fn shipped_rules_against_small_configurations() {
    let rules = Rules::shipped().unwrap();
    for file in files("shipped") {
        let text = std::fs::read_to_string(&file).unwrap();
        let wanted: Vec<_> = text
            .lines()
            .filter(|line| line.starts_with("## "))
            .collect();
        let config = Config::read(&text);
        let mut counts: BTreeMap<_, [usize; 3]> = BTreeMap::new();
        for rule in rules.of("x86", &"6.1.192".parse().unwrap()) {
            let column = match config.verdict(rule) {
                Verdict::Passed { .. } => 0,
                Verdict::Failed => 1,
                Verdict::NotApplicable => 2,
            };
            counts.entry(rule.kind).or_default()[column] += 1;
        }
        let counts = counts.iter();
        let found = counts.map(|(kind, [passed, failed, not])| {
            format!("## {kind:?}: {passed} passed, {failed} failed, {not} not applicable")
        });
        assert_eq!(found.collect::<Vec<_>>(), wanted, "{}", file.display());
    }
}

#[test]
fn shipped_rules_have_unique_names_and_a_text() {
    let rules = Rules::shipped().unwrap();
    let mut seen = HashSet::new();
    for rule in &rules.rules {
        assert!(seen.insert(&rule.id), "{} twice", rule.id);
        assert!(
            !rule.protects.is_empty() && !rule.alternatives.is_empty(),
            "{}",
            rule.id
        );
        assert!(
            rule.alternatives.iter().all(|atoms| !atoms.is_empty()),
            "{}",
            rule.id
        );
        assert!(rule.source.url.starts_with("https://"), "{}", rule.id);
    }
    assert!(
        rules
            .keeps
            .iter()
            .all(|keep| !keep.symbols.is_empty() && seen.insert(&keep.id))
    );
}

#[test]
fn what_protects_is_kept_unless_what_it_protects_is_gone() {
    let rules = Rules::shipped().unwrap();
    let value =
        |on: &'static [&str]| move |symbol: &str| on.contains(&symbol).then(|| "y".to_owned());
    // Symbol, arch, what is on in the result, kept.
    let cases: [(&str, &str, &'static [&str], bool); 14] = [
        ("CPU_UNRET_ENTRY", "x86", &["CPU_SUP_AMD"], true),
        ("CPU_UNRET_ENTRY", "x86", &[], false),
        ("MITIGATION_RFDS", "x86", &["CPU_SUP_INTEL"], true),
        ("MITIGATION_RFDS", "x86", &["CPU_SUP_AMD"], false),
        ("MITIGATION_VMSCAPE", "x86", &["CPU_SUP_AMD"], false),
        ("MITIGATION_OF_TOMORROW", "x86", &[], true),
        ("PAGE_TABLE_ISOLATION", "x86", &[], true),
        ("PAGE_TABLE_ISOLATION", "arm64", &[], false),
        ("UNMAP_KERNEL_AT_EL0", "arm64", &[], true),
        ("SECURITY_NETWORK", "arm64", &["NET"], true),
        ("SECURITY_NETWORK", "arm64", &[], false),
        ("SECURITY_PATH", "x86", &[], true),
        ("SECURITY_APPARMOR_KUNIT_TEST", "x86", &[], false),
        ("EXT4_FS_SECURITY", "x86", &[], false),
    ];
    for (symbol, arch, on, kept) in cases {
        let keep = rules.keep_of(symbol, arch);
        assert_eq!(
            keep.is_some_and(|k| !k.is_void(&value(on))),
            kept,
            "{symbol} {on:?}"
        );
    }
}

#[test]
fn atoms_are_written_as_they_are_read() {
    for text in [
        "!A",
        "A=y",
        "A!=y",
        "A>=32",
        "A<=0",
        "LSM~lockdown",
        "A_1=0x10",
    ] {
        assert_eq!(text.parse::<Atom>().unwrap().to_string(), text);
    }
    for bad in [
        "", "!", "A", "=y", "A=", "A>=x", "A>32", "!A=y", "A B", "-A=y", "A~",
    ] {
        assert!(bad.parse::<Atom>().is_err(), "{bad:?}");
    }
    let hexadecimal: Atom = "A>=0x10".parse().unwrap();
    assert_eq!(hexadecimal.comparison, Comparison::AtLeast(16));
}

#[test]
fn an_error_names_its_line() {
    let head = "[source]\ntitle = \"t\"\nurl = \"u\"\ndate = \"d\"\n[policy]\n";
    let cases = [
        ("a = { any = [], protects = \"p\" }", "no alternative"),
        ("a = { any = [\"\"], protects = \"p\" }", "without atoms"),
        ("a = { any = [\"A=y B\"], protects = \"p\" }", "'B'"),
        ("a = { any = [\"A=y\"] }", "protects"),
        (
            "a = { any = [\"A=y\"], protects = \"p\", sinse = \"6.1\" }",
            "sinse",
        ),
        (
            "a = { any = [\"A=y\"], protects = \"p\", since = \"six\" }",
            "six",
        ),
        ("a = {", ""),
    ];
    for (rule, what) in cases {
        let error = Rules::parse(&format!("{head}{rule}\n"), "x/t.toml").unwrap_err();
        assert_eq!(
            (error.file.as_str(), error.line),
            ("x/t.toml", 6),
            "{error}"
        );
        assert!(error.what.contains(what), "{error}");
    }
}
