// SPDX-License-Identifier: Apache-2.0
//! Which function an address was found to be in, for those that come again and again; and the
//! addresses that nothing is known of yet.

use std::collections::HashMap;

use ftrace::{Phase, Phases};

use crate::tracefs::FunctionId;

/// A cache with one place for each remainder of an address, and the unknown ones.
pub(crate) struct Addresses {
    known: Vec<(u64, FunctionId)>,
    unknown: HashMap<u64, (u64, Phases, bool)>,
    /// There are unknown ones for which newer symbols were not read yet.
    pub(crate) has_fresh: bool,
    /// Unknown addresses that there was no room for.
    pub(crate) dropped: u64,
}

/// What is remembered of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// Nothing.
    New,
    /// It is among the unknown ones.
    Nobodys,
    Function(FunctionId),
}

/// An address that no function was known for when it was called.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unknown {
    pub(crate) address: u64,
    pub(crate) first: u64,
    pub(crate) phases: Phases,
    /// No function was there; otherwise one that may be gone.
    pub(crate) is_nobodys: bool,
}

/// Of no function.
const NOBODY: FunctionId = FunctionId(u32::MAX);
const PLACES: usize = 1 << 14;
/// More than the functions of the modules of any machine.
const MOST_UNKNOWN: usize = 1 << 15;

impl Default for Addresses {
    fn default() -> Self {
        Self {
            known: vec![(0, FunctionId(0)); PLACES],
            unknown: HashMap::new(),
            has_fresh: false,
            dropped: 0,
        }
    }
}

impl Addresses {
    pub(crate) fn known(&self, address: u64) -> Known {
        match self.known[place(address)] {
            (there, _) if there != address || address == 0 => Known::New,
            (_, NOBODY) => Known::Nobodys,
            (_, id) => Known::Function(id),
        }
    }

    pub(crate) fn learn(&mut self, address: u64, id: FunctionId) {
        self.known[place(address)] = (address, id);
    }

    /// What modules had is somebody else's by now.
    pub(crate) fn forget(&mut self) {
        self.known.fill((0, FunctionId(0)));
    }

    pub(crate) fn unknown(&mut self, address: u64, time: u64, phase: Phase, is_nobodys: bool) {
        self.learn(address, NOBODY);
        self.has_fresh = true;
        if self.unknown.len() >= MOST_UNKNOWN && !self.unknown.contains_key(&address) {
            self.dropped += 1;
            return;
        }
        let entry = self.unknown.entry(address);
        let (_, phases, _) = entry.or_insert((time, Phases::NONE, is_nobodys));
        *phases = phases.union(Phases::only(phase));
    }

    pub(crate) fn has_unknown(&self) -> bool {
        !self.unknown.is_empty()
    }

    /// How many of the unknown ones are in no function that was ever known.
    pub(crate) fn nobodys(&self) -> u64 {
        let all = self.unknown.values();
        all.filter(|(_, _, is_nobodys)| *is_nobodys).count() as u64
    }

    /// Puts one back, to be asked for again with the next symbols.
    pub(crate) fn keep(&mut self, unknown: &Unknown) {
        for phase in unknown.phases.iter() {
            self.unknown(unknown.address, unknown.first, phase, unknown.is_nobodys);
        }
    }

    pub(crate) fn take_unknown(&mut self) -> Vec<Unknown> {
        let taken = std::mem::take(&mut self.unknown).into_iter();
        let mut taken: Vec<Unknown> = taken
            .map(|(address, (first, phases, is_nobodys))| Unknown {
                address,
                first,
                phases,
                is_nobodys,
            })
            .collect();
        taken.sort_by_key(|unknown| unknown.address);
        taken
    }
}

/// Functions are aligned to 16.
fn place(address: u64) -> usize {
    let mixed = (address >> 4).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 50;
    usize::try_from(mixed).unwrap_or(0) % PLACES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_learnt_is_known_until_it_is_forgotten() {
        let mut addresses = Addresses::default();
        assert_eq!(addresses.known(0), Known::New);
        for number in 1..9 {
            addresses.learn(number << 20, FunctionId(7));
        }
        assert_eq!(addresses.known(1 << 20), Known::Function(FunctionId(7)));
        assert_eq!(addresses.known((1 << 20) + 1), Known::New);
        addresses.forget();
        assert_eq!(addresses.known(1 << 20), Known::New);
    }

    #[test]
    fn unknown_addresses_are_kept_with_their_first_time_and_bounded() {
        let mut addresses = Addresses::default();
        addresses.unknown(5, 10, Phase::Boot, true);
        assert_eq!(addresses.known(5), Known::Nobodys);
        addresses.unknown(5, 20, Phase::SteadyState, true);
        for address in 0..2 * MOST_UNKNOWN as u64 {
            addresses.unknown(100 + address, 30, Phase::Boot, true);
        }
        let taken = addresses.take_unknown();
        let phases = Phases::only(Phase::Boot).union(Phases::only(Phase::SteadyState));
        assert_eq!((taken[0].first, taken[0].phases), (10, phases));
        assert_eq!(taken.len(), MOST_UNKNOWN);
        assert_eq!(
            usize::try_from(addresses.dropped).unwrap(),
            MOST_UNKNOWN + 1
        );
    }
}
