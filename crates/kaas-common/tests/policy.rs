// SPDX-License-Identifier: Apache-2.0
//! `tests/policy/*.md`, decided as the real oslo.policy decides. What a case gives: `credentials`
//! and `target`, JSON; `checks`, sentences, one a line; or `defaults`, `file NAME`, `settings`
//! (lines of the configuration) and `ask`, names of rules, one a line. What comes of it:
//! `decisions`, which `policy/record.py` records, never `SPEC_UPDATE`. A block `differs` stands
//! beside it where ours is another on purpose.

#![expect(
    clippy::unwrap_used,
    reason = "a test that panics fails, with its place"
)]

#[path = "support/rules.rs"]
mod rules;

use std::path::Path;
use std::process::ExitCode;

use kaas_common::config::{self, Group, Schema, Surroundings};
use kaas_common::policy::{self, Decision, Defaults, Enforcer, Facts, Rules};
use serde_json::Value;
use spec_test::{Actual, Case, Outcome};

fn main() -> ExitCode {
    let rules = rules::of(include_str!("policy/rules.json"));
    assert_eq!(
        policy::sample(rules),
        include_str!("policy/sample.yaml"),
        "the sample is oslo.policy's"
    );
    random_sentences();
    spec_test::run("tests/policy", check)
}

fn plain() -> Rules {
    let defaults = Defaults {
        rules: &[],
        standard: "default".to_owned(),
        only_new: true,
    };
    Rules::new(&defaults, &[]).unwrap()
}

fn random_sentences() {
    let corpus: Value = serde_json::from_str(include_str!("policy/random.json")).unwrap();
    let (target, credentials) = (facts(&corpus["target"]), facts(&corpus["credentials"]));
    for case in corpus["cases"].as_array().unwrap() {
        let text = case[0].as_str().unwrap();
        let decision = plain().decide_sentence(text, &target, &credentials);
        assert_eq!(word(decision), case[1], "{text}");
    }
}

fn facts(value: &Value) -> Facts {
    value.as_object().unwrap().clone()
}

fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Allowed => "allow",
        Decision::Denied => "deny",
        Decision::WrongScope(_) => "scope",
    }
}

fn check(case: &Case) -> Outcome {
    let credentials = facts(&serde_json::from_str(case.text("credentials")?)?);
    let target = facts(&serde_json::from_str(case.text("target")?)?);
    let found = match case.get("checks") {
        Some(checks) => each(checks, |text| {
            plain().decide_sentence(text, &target, &credentials)
        }),
        None => asked(case, &target, &credentials)?,
    };
    let theirs = case.get("decisions").unwrap_or_default();
    if case.get("differs").is_some() {
        if found == theirs {
            return Err("`differs`, and does not".into());
        }
        return Ok(Actual::default()
            .block("differs", found)
            .block("decisions", theirs));
    }
    Ok(Actual::default().block("decisions", found))
}

fn each(lines: &str, decide: impl Fn(&str) -> Decision) -> String {
    let line = |out: String, line: &str| out + &format!("{line} -> {}\n", word(decide(line)));
    lines.lines().fold(String::new(), line)
}

fn asked(
    case: &Case,
    target: &Facts,
    credentials: &Facts,
) -> Result<String, Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    for (name, text) in case.each("file") {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap())?;
        std::fs::write(path, text)?;
    }
    let defaults = rules::of(case.get("defaults").unwrap_or("[]"));
    let config = configuration(folder.path(), case.get("settings").unwrap_or_default())?;
    let ask = case.text("ask")?;
    Ok(match Enforcer::new(defaults, &config) {
        Ok(enforcer) => each(ask, |name| enforcer.decide(name, target, credentials)),
        Err(_) => "refused\n".to_owned(),
    })
}

fn configuration(
    folder: &Path,
    settings: &str,
) -> Result<config::Config, Box<dyn std::error::Error>> {
    let path = folder.join("kaas.conf");
    std::fs::write(&path, format!("[DEFAULT]\n[oslo_policy]\n{settings}\n"))?;
    let groups = [Group {
        name: "oslo_policy",
        help: "",
        items: policy::ITEMS,
    }];
    let schema = Schema {
        namespace: "kaas.policy",
        groups: &groups,
    };
    assert_eq!(schema.faults(), Vec::<String>::new());
    let arguments = vec!["--config-file".to_owned(), path.display().to_string()];
    Ok(config::load(
        schema,
        &Surroundings {
            arguments,
            ..Surroundings::default()
        },
    )?)
}
