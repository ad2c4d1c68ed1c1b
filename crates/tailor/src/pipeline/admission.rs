// SPDX-License-Identifier: Apache-2.0
//! Inputs that don't belong together are refused before anything is made of them.

use std::collections::BTreeMap;

use crate::cve::Version;
use crate::kernel::Kernel;

use super::observe::Observation;
use super::words::counted;

/// In percent: no trace of a distribution's kernel comes near.
const MOST_LOST: usize = 10;

/// So many names are listed.
const SHOWN: usize = 8;

/// Keep and drop lists may name bool and tristate symbols of the tree, and nothing else.
pub fn lists(kernel: &Kernel, keep: &[String], drop: &[String]) -> Result<(), String> {
    for (list, names) in [("--keep", keep), ("--drop", drop)] {
        for name in names {
            let symbol = kernel.model.find(name).map(|id| kernel.model.symbol(id));
            let symbol = symbol.filter(|it| !it.is_constant && !it.menus.is_empty());
            let Some(symbol) = symbol else {
                let release = &kernel.release;
                return Err(format!("{list} {name}: no symbol of Linux {release}"));
            };
            if !symbol.kind.is_logical() {
                let kind = symbol.kind.as_str();
                return Err(format!(
                    "{list} {name}: of type {kind}; only bool and tristate symbols can be \
                     kept or dropped"
                ));
            }
        }
    }
    Ok(())
}

/// A trace is read with the sources of the traced kernel. Distributions call a release by
/// another name (`6.1.0-56-amd64`), and tell the version of the sources in `uname -v`.
pub fn traced(release: &str, traced: &ftrace::Kernel) -> Result<(), String> {
    let told = traced.version.as_deref().and_then(version_in);
    let Some(name) = told.or(traced.release.as_deref()) else {
        return Ok(());
    };
    let (Ok(tree), Ok(kernel)) = (release.parse::<Version>(), name.parse::<Version>()) else {
        return Ok(());
    };
    let same = if told.is_none() && is_package_name(name) {
        tree.is_of_series(&kernel)
    } else {
        tree == kernel
    };
    if same {
        return Ok(());
    }
    Err(format!(
        "the trace is of Linux {name}, the tree of Linux {release}: take the sources of the \
         traced kernel"
    ))
}

/// Of the functions of a kernel's trace its sources have nearly all.
pub fn located(observation: &Observation) -> Result<(), String> {
    let (all, lost) = (observation.located.len(), observation.lost.len());
    if lost * 100 <= all * MOST_LOST {
        return Ok(());
    }
    let names: Vec<&str> = observation.lost.iter().map(|it| it.name.as_str()).collect();
    Err(format!(
        "{lost} of {all} traced functions are nowhere in what the baseline compiles of this \
         tree, so the trace is of another kernel or the baseline of another configuration: {}",
        listed(&names)
    ))
}

/// The first word of `uname -v` that is a version with three numbers.
fn version_in(text: &str) -> Option<&str> {
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')'));
    words.into_iter().find(|word| {
        let numbers = word.split(['-', '+', '~']).next().unwrap_or_default();
        let count = numbers
            .split('.')
            .filter(|it| it.parse::<u32>().is_ok())
            .count();
        count == 3 && numbers.split('.').count() == 3
    })
}

/// `6.1.0-56-amd64` names a package, not the stable release it is made of.
fn is_package_name(release: &str) -> bool {
    let numbers = release.split('-').next().unwrap_or_default();
    numbers.ends_with(".0") && release.contains('-')
}

/// What a baseline says, held against what it comes to in this tree: an error when it is
/// another kernel's or, unless that is accepted, when the tree's rules switch off what it
/// has on; otherwise what there is to warn of.
pub fn baseline(
    kernel: &Kernel,
    (config, evaluated): (&[u8], &str),
    is_accepted: bool,
) -> Result<Vec<String>, String> {
    let text = String::from_utf8_lossy(config);
    let given = super::lines(&text);
    if given.is_empty() {
        return Err("no line of it gives a symbol a value: not a .config".to_owned());
    }
    let unknown: Vec<&str> = given
        .keys()
        .copied()
        .filter(|name| !is_known(kernel, name))
        .collect();
    let mut warnings = Vec::new();
    if !unknown.is_empty() {
        let (count, of) = (unknown.len(), given.len());
        let found = format!(
            "{count} of {of} symbols are not in Linux {}: {}",
            kernel.release,
            listed(&unknown)
        );
        if count * 20 > of {
            return Err(format!("not a configuration of this tree: {found}"));
        }
        warnings.push(found);
    }
    let mut changed = changes(&given, &super::lines(evaluated));
    changed.retain(|it| is_known(kernel, &it.symbol));
    if !is_accepted {
        refuse_lost(kernel, &changed)?;
    }
    let changed: Vec<String> = changed.iter().map(ToString::to_string).collect();
    if !changed.is_empty() {
        let names: Vec<&str> = changed.iter().map(String::as_str).collect();
        warnings.push(format!(
            "the tree's rules and this compiler change {}: {}",
            counted(changed.len(), "symbol"),
            listed(&names)
        ));
    }
    Ok(warnings)
}

/// What a user switched on, and the rules switch off or down.
fn refuse_lost(kernel: &Kernel, changed: &[Change]) -> Result<(), String> {
    let was_on = |it: &&Change| matches!(it.from.as_str(), "y" | "m");
    let has_prompt = |it: &&Change| {
        let id = kernel.model.find(&it.symbol);
        id.is_some_and(|id| !kernel.model.symbol(id).prompts.is_empty())
    };
    let lost = changed.iter().filter(was_on).filter(has_prompt);
    let lost: Vec<String> = lost.map(ToString::to_string).collect();
    if lost.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = lost.iter().map(String::as_str).collect();
    Err(format!(
        "not a configuration that the tree's rules allow: they change {}; take the one that the \
         kernel was built with, or accept what they make of it with --evaluated",
        listed(&names)
    ))
}

/// The release in the head of a `.config`: `# Linux/x86 6.1.192 Kernel Configuration`.
pub fn release_of(config: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(config.get(..config.len().min(4096))?).into_owned();
    let mut lines = head.lines();
    let line = lines.find(|line| line.ends_with(" Kernel Configuration"))?;
    let mut words = line.strip_prefix("# Linux/")?.split_whitespace();
    words.nth(1).map(str::to_owned)
}

/// A baseline of another release is no baseline of this tree.
pub fn baseline_release(kernel: &Kernel, config: &[u8]) -> Result<(), String> {
    match release_of(config).filter(|release| *release != kernel.release) {
        Some(release) => Err(format!(
            "the configuration is of Linux {release}, the tree of Linux {}",
            kernel.release
        )),
        None => Ok(()),
    }
}

fn is_known(kernel: &Kernel, name: &str) -> bool {
    let id = kernel.model.find(name);
    id.is_some_and(|id| !kernel.model.symbol(id).menus.is_empty())
}

/// A symbol with two values, `n` where it has none.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Change {
    pub symbol: String,
    pub from: String,
    pub to: String,
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} -> {}", self.symbol, self.from, self.to)
    }
}

/// What differs between two configurations, each line by line.
pub fn changes(from: &BTreeMap<&str, &str>, to: &BTreeMap<&str, &str>) -> Vec<Change> {
    let names: std::collections::BTreeSet<&str> = from.keys().chain(to.keys()).copied().collect();
    let mut changes = Vec::new();
    for symbol in names {
        let [from, to] = [from, to].map(|it| it.get(symbol).copied().unwrap_or("n"));
        if from != to {
            changes.push(Change {
                symbol: symbol.to_owned(),
                from: from.to_owned(),
                to: to.to_owned(),
            });
        }
    }
    changes
}

fn listed(names: &[&str]) -> String {
    let more = names.len().saturating_sub(SHOWN);
    let shown = names[..names.len() - more].join(", ");
    match more {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kernel(release: &str, version: Option<&str>) -> ftrace::Kernel {
        ftrace::Kernel {
            release: Some(release.to_owned()),
            version: version.map(str::to_owned),
            ..ftrace::Kernel::default()
        }
    }

    #[test]
    fn a_trace_belongs_to_the_sources_of_its_kernel() {
        let debian = Some("#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-2 (2026-11-16)");
        let cases = [
            ("6.1.192", kernel("6.1.0-56-amd64", debian), true),
            ("6.1.191", kernel("6.1.0-56-amd64", debian), false),
            ("6.1.192", kernel("6.1.0-56-amd64", Some("#1 SMP")), true),
            ("6.12.1", kernel("6.1.0-56-amd64", None), false),
            ("6.12.1", kernel("6.12.1", None), true),
            ("6.12.1", kernel("6.12.2-custom", Some("#3 SMP")), false),
            ("6.12.1", ftrace::Kernel::default(), true),
        ];
        for (tree, kernel, expected) in cases {
            assert_eq!(traced(tree, &kernel).is_ok(), expected, "{tree} {kernel:?}");
        }
    }

    #[test]
    fn a_configuration_says_of_which_release_it_is() {
        let text = b"#\n# Automatically\n# Linux/x86 6.1.192 Kernel Configuration\n#\n";
        assert_eq!(release_of(text).as_deref(), Some("6.1.192"));
        assert_eq!(release_of(b"CONFIG_A=y\n"), None);
    }

    #[test]
    fn what_has_no_value_is_n() {
        let from = BTreeMap::from([("A", "y"), ("B", "n"), ("C", "1")]);
        let to = BTreeMap::from([("A", "m"), ("C", "1"), ("D", "n")]);
        let changes = changes(&from, &to);
        let shown: Vec<String> = changes.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["A y -> m"]);
    }
}
