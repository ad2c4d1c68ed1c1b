// SPDX-License-Identifier: Apache-2.0
//! The rules in force: defaults, overridden by files, with what became of deprecated ones
//! (`Enforcer.load_rules`).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::check::{Check, Facts, Question};
use super::file::{self, Entry};
use super::parse::{Parsed, parse};
use super::rule::{Former, Rule, Scope};

/// The rules of the code, and how they are taken.
#[derive(Clone, Debug)]
pub struct Defaults {
    pub rules: &'static [Rule],
    /// The name of the rule that decides where one is not defined.
    pub standard: String,
    /// Whether a changed default is the new one alone.
    pub only_new: bool,
}

/// What may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Allowed,
    Denied,
    /// The token is of another scope than the rule allows.
    WrongScope(Scope),
}

/// A rule or a file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where; `None` for a default.
    pub file: Option<PathBuf>,
    /// Counted from 1; 0 for the file as a whole.
    pub line: usize,
    /// A sentence without its full stop, the file being its subject.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(formatter, "{}:{}: {}", file.display(), self.line, self.what),
            None => write!(formatter, "default policy: {}", self.what),
        }
    }
}

impl std::error::Error for Fault {}

/// The rules in force.
#[derive(Clone, Debug)]
pub struct Rules {
    checks: BTreeMap<String, Check>,
    scopes: BTreeMap<&'static str, &'static [Scope]>,
    standard: String,
    /// What to warn of: rules that deny because they are no sentence, deprecated ones, ones
    /// that refer to nothing.
    pub warnings: Vec<String>,
}

impl Rules {
    /// The defaults under the files, given in order as path and text: later ones go first.
    pub fn new(defaults: &Defaults, files: &[(PathBuf, String)]) -> Result<Self, Vec<Fault>> {
        let mut rules = Self {
            checks: BTreeMap::new(),
            scopes: defaults
                .rules
                .iter()
                .map(|rule| (rule.name, rule.scopes))
                .collect(),
            standard: defaults.standard.clone(),
            warnings: vec![],
        };
        let mut faults = Vec::new();
        for (path, text) in files {
            faults.extend(rules.add_file(path, text));
        }
        let from_files = rules.checks.clone();
        for rule in defaults.rules {
            faults.extend(rules.add_default(defaults, rule, &from_files));
        }
        faults.extend(rules.cycles());
        rules.warn_of_undefined();
        if faults.is_empty() {
            Ok(rules)
        } else {
            Err(faults)
        }
    }

    /// What the rule decides. The target has to have a project where the rule compares one:
    /// for oslo.policy, none equals none.
    pub fn decide(&self, name: &str, target: &Facts, credentials: &Facts) -> Decision {
        let scope = scope(credentials);
        let scopes = self.scopes.get(name).copied().unwrap_or_default();
        let question = self.question(target, credentials);
        match question.rule(name) {
            Some(_) if !scopes.is_empty() && !scopes.contains(&scope) => {
                Decision::WrongScope(scope)
            }
            Some(check) if question.allows(check) => Decision::Allowed,
            _ => Decision::Denied,
        }
    }

    /// What a sentence by itself decides; for commands that try one out.
    pub fn decide_sentence(&self, text: &str, target: &Facts, credentials: &Facts) -> Decision {
        match parse(text) {
            Parsed::Check(check) if self.question(target, credentials).allows(&check) => {
                Decision::Allowed
            }
            _ => Decision::Denied,
        }
    }

    /// Every rule and its sentence, by name.
    pub fn list(&self) -> impl Iterator<Item = (&str, String)> {
        self.checks
            .iter()
            .map(|(name, check)| (name.as_str(), check.to_string()))
    }

    fn question<'a>(&'a self, target: &'a Facts, credentials: &'a Facts) -> Question<'a> {
        let standard = self.checks.get(&self.standard);
        Question {
            rules: &self.checks,
            standard,
            target,
            credentials,
        }
    }

    fn add_file(&mut self, path: &Path, text: &str) -> Vec<Fault> {
        let fault = |line, what| Fault {
            file: Some(path.to_owned()),
            line,
            what,
        };
        let entries = match file::read(text) {
            Ok(entries) => entries,
            Err((line, what)) => return vec![fault(line, what)],
        };
        let mut faults = Vec::new();
        for Entry {
            name,
            parsed,
            is_empty,
            line,
        } in entries
        {
            if is_empty {
                self.warnings.push(format!(
                    "{}:{line}: {name} is empty: everyone may",
                    path.display()
                ));
            }
            match parsed {
                Parsed::Check(check) => {
                    self.checks.insert(name, check);
                }
                Parsed::Nonsense(why) => {
                    self.warnings.push(format!(
                        "{}:{line}: {name} {why}; it denies",
                        path.display()
                    ));
                    self.checks.insert(name, Check::False);
                }
                Parsed::Remote => faults.push(fault(
                    line,
                    format!("{name} asks another server, which is not supported"),
                )),
            }
        }
        faults
    }

    fn add_default(
        &mut self,
        defaults: &Defaults,
        rule: &Rule,
        files: &BTreeMap<String, Check>,
    ) -> Option<Fault> {
        if let Some(removal) = rule.removal.filter(|_| files.contains_key(rule.name)) {
            self.warnings.push(format!(
                "Policy \"{}\":\"{}\" was deprecated for removal in {}. Reason: {}. Its value may be silently ignored in the future.",
                rule.name, rule.check, removal.since, removal.reason
            ));
        }
        if files.contains_key(rule.name) {
            return None;
        }
        let Parsed::Check(check) = parse(rule.check) else {
            let what = format!("{} is no sentence", rule.name);
            return Some(Fault {
                file: None,
                line: 0,
                what,
            });
        };
        let check = self.with_former(defaults, rule, check, files);
        self.checks.insert(rule.name.to_owned(), check);
        None
    }

    /// A file that has only the former name has the say still; and without new defaults alone,
    /// what the former default allows is allowed.
    fn with_former(
        &mut self,
        defaults: &Defaults,
        rule: &Rule,
        check: Check,
        files: &BTreeMap<String, Check>,
    ) -> Check {
        let Some((former, Parsed::Check(old))) = rule.former.map(|it| (it, parse(it.check))) else {
            return check;
        };
        if let Some(given) = files.get(former.name).filter(|_| former.name != rule.name) {
            self.warn_of_former(rule, &former);
            let refers_to_new = *given == Check::Rule(rule.name.to_owned());
            if *given != old && !refers_to_new {
                return given.clone();
            }
        }
        if defaults.only_new || former.check == rule.check {
            return check;
        }
        self.warn_of_former(rule, &former);
        Check::Or(vec![check, old])
    }

    fn warn_of_former(&mut self, rule: &Rule, former: &Former) {
        self.warnings.push(format!(
            "Policy \"{}\":\"{}\" was deprecated in {} in favor of \"{}\":\"{}\". Reason: {}. Either ensure \
             your deployment is ready for the new default or copy/paste the deprecated policy into your \
             policy file and maintain it manually.",
            former.name, former.check, former.since, rule.name, rule.check, former.reason
        ));
    }

    fn warn_of_undefined(&mut self) {
        let undefined = |check: &Check| {
            let mut names = BTreeSet::new();
            references(check, &mut names);
            names.iter().any(|name| !self.checks.contains_key(name))
        };
        let names: Vec<_> = self
            .checks
            .iter()
            .filter(|(_, check)| undefined(check))
            .map(|(name, _)| name.clone())
            .collect();
        if !names.is_empty() {
            self.warnings.push(format!(
                "Policies {} reference a rule that is not defined",
                names.join(", ")
            ));
        }
    }

    /// Rules that refer to themselves, at once or by others.
    fn cycles(&self) -> Vec<Fault> {
        let in_cycle = |name: &&String| {
            let mut reached = BTreeSet::new();
            let mut waiting = vec![(*name).clone()];
            while let Some(next) = waiting.pop() {
                let mut names = BTreeSet::new();
                if let Some(check) = self.checks.get(&next) {
                    references(check, &mut names);
                }
                waiting.extend(
                    names
                        .into_iter()
                        .filter(|name| reached.insert(name.clone())),
                );
            }
            reached.contains(*name)
        };
        let names: Vec<_> = self.checks.keys().filter(in_cycle).cloned().collect();
        let what = format!(
            "{} refer to themselves, at once or by others",
            names.join(", ")
        );
        (!names.is_empty())
            .then_some(Fault {
                file: None,
                line: 0,
                what,
            })
            .into_iter()
            .collect()
    }
}

/// The rules that the check names.
fn references(check: &Check, names: &mut BTreeSet<String>) {
    match check {
        Check::Rule(name) => {
            names.insert(name.clone());
        }
        Check::Not(check) => references(check, names),
        Check::And(checks) | Check::Or(checks) => {
            for check in checks {
                references(check, names);
            }
        }
        Check::True | Check::False | Check::Role(_) | Check::Generic { .. } => {}
    }
}

/// What the token was issued for.
fn scope(credentials: &Facts) -> Scope {
    let has = |name: &str| match credentials.get(name) {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(_) => true,
    };
    if has("system_scope") || has("system") {
        Scope::System
    } else if has("domain_id") {
        Scope::Domain
    } else {
        Scope::Project
    }
}
