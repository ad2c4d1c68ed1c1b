// SPDX-License-Identifier: Apache-2.0
//! Counts what was missed: bounded, whatever programs do, and with nothing dropped unsaid.

use std::collections::BTreeMap;

use serde::Serialize;

use super::event::Event;
use super::feature::{Features, Kind};

/// Different features in a report; what comes after them is only counted.
const MOST: usize = 256;
/// Sockets that are being made at a time.
const OPEN: usize = 1024;
/// A system call that was missed so often is not listened to any more.
const ENOUGH: u64 = 1000;

const ENODEV: i32 = -19;
const ENOSYS: i32 = -38;
const EPROTONOSUPPORT: i32 = -93;
const ESOCKTNOSUPPORT: i32 = -94;
const EAFNOSUPPORT: i32 = -97;

/// The numbers of the two calls whose errors say more than that they failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Numbers {
    pub(super) socket: u32,
    pub(super) mount: u32,
}

/// One thing that is missing: the form of the agent's report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Missing {
    pub(super) what: Kind,
    pub(super) name: String,
    /// At least so often.
    pub(super) count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) symbol: Option<&'static str>,
}

/// All of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Report {
    pub(super) features: Vec<Missing>,
    #[serde(flatten)]
    pub(super) rest: Rest,
}

/// What the list does not show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Rest {
    /// Events that the kernel dropped because nobody read them in time.
    pub(super) lost: u64,
    /// Failures of features that found no place in the list.
    pub(super) unlisted: u64,
    /// Mounts that failed for want of a file system. A kernel without modules asks for none, and
    /// so does not say which.
    pub(super) unnamed_mounts: u64,
}

/// The counters.
#[derive(Debug)]
pub(super) struct Tally {
    features: Features,
    numbers: Option<Numbers>,
    counts: BTreeMap<(Kind, String), u64>,
    /// The arguments of `socket` by process, between its beginning and its end.
    sockets: BTreeMap<u32, [u64; 3]>,
    muted: Vec<u32>,
    rest: Rest,
}

impl Tally {
    pub(super) fn new(processor: &str) -> Self {
        Self {
            features: Features::of(processor),
            numbers: Numbers::of(processor),
            counts: BTreeMap::new(),
            sockets: BTreeMap::new(),
            muted: Vec::new(),
            rest: Rest::default(),
        }
    }

    pub(super) fn numbers(&self) -> Option<Numbers> {
        self.numbers
    }

    /// Takes an event. `has_module` says whether this kernel's modules have a name or alias.
    pub(super) fn take(&mut self, event: &Event<'_>, has_module: impl Fn(&str) -> bool) {
        match *event {
            Event::Lost(count) => self.rest.lost = self.rest.lost.saturating_add(count),
            Event::Request { name } if has_module(name) => {}
            Event::Request { name } => self.request(name),
            Event::Enter {
                process,
                number,
                arguments,
            } => {
                let is_socket = self.numbers.is_some_and(|numbers| numbers.socket == number);
                if is_socket && self.sockets.len() < OPEN {
                    self.sockets.insert(process, arguments);
                }
            }
            Event::Exit {
                process,
                number,
                error,
            } => self.exit(process, number, error),
        }
    }

    /// A failure that was seen in another way.
    pub(super) fn add(&mut self, kind: Kind, name: &str) {
        let key = (kind, name.to_owned());
        if let Some(count) = self.counts.get_mut(&key) {
            *count = count.saturating_add(1);
        } else if self.counts.len() < MOST {
            self.counts.insert(key, 1);
        } else {
            self.rest.unlisted = self.rest.unlisted.saturating_add(1);
        }
    }

    /// The kernel's names for what it asks for: `fs-` and a file system, `net-pf-` and a family,
    /// which counts when the program's call has failed, if that can be seen.
    fn request(&mut self, name: &str) {
        match name.strip_prefix("fs-") {
            Some(file_system) => self.add(Kind::FileSystem, file_system),
            None if !name.starts_with("net-pf-") => self.add(Kind::Module, name),
            None if self.numbers.is_none() => self.add(Kind::Protocol, name),
            None => {}
        }
    }

    fn exit(&mut self, process: u32, number: u32, error: i32) {
        let numbers = self.numbers;
        let arguments = self.sockets.remove(&process);
        if numbers.is_some_and(|numbers| numbers.socket == number) {
            if let Some([family, _, protocol]) = arguments {
                self.socket(error, family, protocol);
            }
        } else if numbers.is_some_and(|numbers| numbers.mount == number) && error == ENODEV {
            self.rest.unnamed_mounts = self.rest.unnamed_mounts.saturating_add(1);
        }
        if error == ENOSYS
            && let Some(name) = self.features.syscall(number)
        {
            self.add(Kind::Syscall, name);
            let count = self.counts.get(&(Kind::Syscall, name.to_owned()));
            if count.is_some_and(|count| *count >= ENOUGH) && !self.muted.contains(&number) {
                self.muted.push(number);
            }
        }
    }

    /// Names as the kernel gives them to what it looks for, `net/socket.c` and `net/ipv4/af_inet.c`.
    fn socket(&mut self, error: i32, family: u64, protocol: u64) {
        const FAMILIES: u64 = 256;
        if family >= FAMILIES {
            return;
        }
        match error {
            EAFNOSUPPORT => self.add(Kind::Protocol, &format!("net-pf-{family}")),
            EPROTONOSUPPORT | ESOCKTNOSUPPORT if protocol <= 0xffff => {
                self.add(Kind::Protocol, &format!("net-pf-{family}-proto-{protocol}"));
            }
            _ => {}
        }
    }

    /// What is left to listen to, in the language of event filters; it changes when something
    /// was missed often enough.
    pub(super) fn filter(&self) -> String {
        let mut filter = format!("ret == {ENOSYS}");
        for number in &self.muted {
            filter += &format!(" && id != {number}");
        }
        if let Some(Numbers { socket, mount }) = self.numbers {
            let (first, second, third) = (EAFNOSUPPORT, EPROTONOSUPPORT, ESOCKTNOSUPPORT);
            let errors = format!("ret == {first} || ret == {second} || ret == {third}");
            filter = format!("({filter}) || (id == {socket} && ({errors}))");
            filter += &format!(" || (id == {mount} && ret == {ENODEV})");
        }
        filter
    }

    pub(super) fn report(&self) -> Report {
        let features = self.counts.iter().map(|((what, name), count)| Missing {
            what: *what,
            name: name.clone(),
            count: *count,
            symbol: self.features.symbol(*what, name),
        });
        Report {
            features: features.collect(),
            rest: self.rest.clone(),
        }
    }
}

impl Numbers {
    fn of(processor: &str) -> Option<Self> {
        match processor {
            "x86_64" => Some(Self {
                socket: 41,
                mount: 165,
            }),
            "aarch64" => Some(Self {
                socket: 198,
                mount: 40,
            }),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::Event;
    use super::{MOST, Tally};

    fn tally(text: &str) -> Tally {
        let mut tally = Tally::new("x86_64");
        for event in text.lines().filter_map(Event::parse) {
            tally.take(&event, |name| name == "fs-btrfs");
        }
        tally
    }

    #[test]
    fn a_recording() {
        let tally = tally(include_str!("../../tests/watch/trace_pipe.txt"));
        let json = serde_json::to_string_pretty(&tally.report()).unwrap();
        assert_eq!(
            json,
            include_str!("../../tests/watch/report.json").trim_end()
        );
    }

    #[test]
    fn a_feature_is_one_of_the_agents_report() {
        let report = tally(" a-1 [0] . 1.5: sys_exit: NR 425 = -38").report();
        let json = serde_json::to_string(&report.features[0]).unwrap();
        let feature: kaas_types::agent::Feature = serde_json::from_str(&json).unwrap();
        assert_eq!(
            (&*feature.what, &*feature.name),
            ("syscall", "io_uring_setup")
        );
    }

    #[test]
    fn a_flood_is_bounded_and_counted() {
        let line = |name| format!(" a-1 [0] . 1.5: module_request: m{name} wait=1 call_site=x\n");
        let report = tally(&(0..MOST + 5).map(line).collect::<String>()).report();
        assert_eq!((report.features.len(), report.rest.unlisted), (MOST, 5));
    }

    #[test]
    fn what_was_missed_often_enough_is_muted() {
        let tally = tally(&" a-1 [0] . 1.5: sys_exit: NR 425 = -38\n".repeat(1000));
        assert!(
            tally.filter().starts_with("(ret == -38 && id != 425) || "),
            "{}",
            tally.filter()
        );
    }
}
