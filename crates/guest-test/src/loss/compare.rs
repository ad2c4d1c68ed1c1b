// SPDX-License-Identifier: Apache-2.0
//! What the observer saw and the trace lacks.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use ftrace::{Entry, Kallsyms, Trace};

use super::fetch::Fetched;
use crate::observer::Moment;

/// See above.
pub(super) struct Comparison {
    observed: usize,
    calls: u64,
    /// Calls for which the observer had no room: then it proves less.
    unobserved: u64,
    /// Addresses that were somebody's once: of code that is freed after initialisation.
    freed: usize,
    missing: BTreeSet<String>,
    /// Lines of the kernel's own text that say something else than the pages.
    misread: usize,
    marks: Vec<String>,
    /// In which functions most calls of the tracer itself were.
    own: Vec<(u64, String)>,
    own_calls: u64,
}

/// Functions that the agent says it never traces.
const OWN: &str = include_str!("../../../../kaas-guest/data/own-functions.txt");

/// The call is behind `endbr64` at most.
const PROLOGUE: u64 = 16;
/// How many of the tracer's own functions are shown.
const MOST: usize = 40;

impl Comparison {
    pub(super) fn of(fetched: &Fetched) -> Self {
        let Fetched {
            observed, kallsyms, ..
        } = fetched;
        let names = names(&fetched.trace);
        let (mut missing, mut freed) = (BTreeSet::new(), 0);
        let addresses: BTreeMap<u64, u64> =
            observed.addresses.iter().map(|(a, m)| (*a, *m)).collect();
        for (address, last) in addresses {
            let entries = entries(kallsyms, address);
            // It was another's code before this module was loaded.
            let is_late = |entry: &&Entry| {
                let loaded = entry.module.as_deref().and_then(|m| observed.loaded.get(m));
                loaded.is_some_and(|loaded| last < *loaded)
            };
            if entries.iter().all(is_late) {
                freed += 1;
            } else if !entries
                .iter()
                .any(|entry| names.contains(&key(entry)) || is_own(entry))
            {
                let entry = entries.iter().find(|entry| !is_late(entry));
                let loaded = entry.and_then(|entry| entry.module.as_deref());
                let loaded = loaded.and_then(|module| observed.loaded.get(module));
                missing.extend(entry.map(|entry| missed(entry, last, loaded)));
            }
        }
        Self {
            observed: observed.addresses.len(),
            calls: observed.calls,
            unobserved: fetched.unobserved,
            freed,
            missing,
            misread: misread(fetched),
            marks: observed.marks.clone(),
            own: most_called(fetched),
            own_calls: observed.own.values().sum(),
        }
    }

    pub(super) fn lines(&self) -> Vec<String> {
        let Self {
            observed,
            calls,
            freed,
            ..
        } = self;
        let mut lines = vec![
            format!("marks of the observer: {}", self.marks.join(", ")),
            format!("the observer had no room for {} calls", self.unobserved),
            format!(
                "{} lines of the kernel's text are read otherwise",
                self.misread
            ),
            format!("{observed} functions in {calls} calls between arming and snapshot"),
            format!("{freed} addresses in code that is freed by now"),
            format!("{} functions are not in the trace", self.missing.len()),
        ];
        lines.extend(self.missing.iter().map(|name| format!("  {name}")));
        lines.push(format!(
            "{} calls by the tracer itself, most of them in",
            self.own_calls
        ));
        let own = self.own.iter();
        lines.extend(own.map(|(calls, name)| format!("  {calls} {name}")));
        lines
    }

    /// So many functions may be missing.
    pub(super) fn is_good(&self, excused: u64) -> bool {
        let is_whole = self.unobserved == 0 && self.misread == 0 && self.marks.len() == 2;
        is_whole && self.missing.len() as u64 <= excused && self.calls > 0
    }
}

type Key<'a> = (Option<&'a str>, &'a str, Option<u64>);

fn key(entry: &Entry) -> Key<'_> {
    (entry.module.as_deref(), &entry.name, entry.offset)
}

fn names(trace: &Trace) -> HashSet<Key<'_>> {
    trace
        .functions
        .iter()
        .map(|function| key(&function.entry))
        .collect()
}

/// All functions that begin where the call is: several names of one.
fn entries(kallsyms: &Kallsyms, address: u64) -> Vec<&Entry> {
    let Some((_, into)) = kallsyms
        .holding(address)
        .filter(|(_, into)| *into <= PROLOGUE)
    else {
        return Vec::new();
    };
    kallsyms.at(address - into).collect()
}

fn is_own(entry: &Entry) -> bool {
    OWN.lines().any(|name| match name.strip_suffix('*') {
        Some(prefix) => entry.name.starts_with(prefix),
        None => name == &*entry.name,
    })
}

fn most_called(fetched: &Fetched) -> Vec<(u64, String)> {
    let own = fetched.observed.own.iter();
    let mut all: Vec<(u64, u64)> = own.map(|(address, calls)| (*calls, *address)).collect();
    all.sort_unstable_by_key(|pair| Reverse(*pair));
    let name = |address| {
        let first = entries(&fetched.kallsyms, address).first().copied();
        first.map_or_else(|| format!("{address:#x}"), words)
    };
    let most = all.into_iter().take(MOST);
    most.map(|(calls, address)| (calls, name(address)))
        .collect()
}

fn words(entry: &Entry) -> String {
    match &entry.module {
        Some(module) => format!("{} [{module}]", entry.name),
        None => entry.name.to_string(),
    }
}

/// With what may explain it: the order of events.
fn missed(entry: &Entry, last: Moment, loaded: Option<&Moment>) -> String {
    let words = words(entry);
    match loaded {
        None => format!("{words}, last called in event {last}"),
        Some(loaded) => format!("{words}, last called in event {last}; loaded in {loaded}"),
    }
}

/// The kernel prints the same calls as text: the names have to be those of the addresses.
fn misread(fetched: &Fetched) -> usize {
    let pairs = fetched.text.iter().zip(&fetched.observed.first);
    let differ = |(name, address): &(&String, &u64)| {
        let entries = entries(&fetched.kallsyms, **address);
        !entries.is_empty() && !entries.iter().any(|entry| *entry.name == ***name)
    };
    let few = usize::from(fetched.text.len() < 1000);
    pairs.filter(differ).count() + few
}
