// SPDX-License-Identifier: Apache-2.0
//! What the observer saw and the trace lacks.

use std::collections::{BTreeSet, HashSet};

use ftrace::{Entry, Kallsyms, Trace};

use super::fetch::Fetched;

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
}

/// The call is behind `endbr64` at most.
const PROLOGUE: u64 = 16;

impl Comparison {
    pub(super) fn of(fetched: &Fetched) -> Self {
        let Fetched {
            observed, kallsyms, ..
        } = fetched;
        let names = names(&fetched.trace);
        let (mut missing, mut freed) = (BTreeSet::new(), 0);
        let addresses: BTreeSet<u64> = observed.addresses.iter().copied().collect();
        for address in addresses {
            let entries = entries(kallsyms, address);
            if entries.is_empty() {
                freed += 1;
            } else if !entries.iter().any(|entry| names.contains(&key(entry))) {
                missing.extend(entries.first().map(|entry| words(entry)));
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
        lines
    }

    pub(super) fn is_good(&self) -> bool {
        let is_whole = self.unobserved == 0 && self.misread == 0 && self.marks.len() == 2;
        is_whole && self.missing.is_empty() && self.calls > 0
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

fn words(entry: &Entry) -> String {
    match &entry.module {
        Some(module) => format!("{} [{module}]", entry.name),
        None => entry.name.to_string(),
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
