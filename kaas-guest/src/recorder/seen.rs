// SPDX-License-Identifier: Apache-2.0
//! What is remembered of each function.

use ftrace::{Phase, Phases};

use crate::tracefs::FunctionId;

/// By the number of the function.
#[derive(Default)]
pub(crate) struct Seen {
    functions: Vec<State>,
    /// Those with something that was not written down yet.
    fresh: Vec<FunctionId>,
    count: usize,
    muted: usize,
}

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct State {
    pub(crate) phases: Phases,
    pub(crate) written: Phases,
    /// Nanoseconds of the tracer's clock.
    pub(crate) first: u64,
    /// Its number in the journal, from 1.
    pub(crate) number: u32,
    /// In how many windows it was seen.
    pub(crate) windows: u16,
    pub(crate) is_in_window: bool,
    pub(crate) is_muted: bool,
}

impl Seen {
    /// Whether it is the first time in this phase or window.
    pub(crate) fn see(&mut self, id: FunctionId, phase: Phase, time: u64) -> bool {
        let index = id.0 as usize;
        if index >= self.functions.len() {
            self.functions.resize(index + 1, State::default());
        }
        let state = &mut self.functions[index];
        if state.is_in_window && state.phases.contains(phase) {
            return false;
        }
        if state.phases == Phases::NONE {
            state.first = time;
            self.count += 1;
        }
        state.first = state.first.min(time);
        state.phases = state.phases.union(Phases::only(phase));
        state.is_in_window = true;
        if state.phases != state.written {
            self.fresh.push(id);
        }
        true
    }

    /// What was first seen after `time` was seen in `phase`: its beginning was noticed late.
    pub(crate) fn since(&mut self, time: u64, phase: Phase) {
        for (number, state) in (0..).zip(&mut self.functions) {
            if state.phases != Phases::NONE && state.first >= time {
                state.phases = state.phases.union(Phases::only(phase));
                self.fresh.push(FunctionId(number));
            }
        }
    }

    /// What was not written down yet, each once.
    pub(crate) fn take_fresh(&mut self) -> Vec<FunctionId> {
        let mut fresh = std::mem::take(&mut self.fresh);
        fresh.sort_unstable();
        fresh.dedup();
        fresh
    }

    pub(crate) fn get_mut(&mut self, id: FunctionId) -> Option<&mut State> {
        self.functions.get_mut(id.0 as usize)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = (FunctionId, &State)> {
        let all = (0..).map(FunctionId).zip(&self.functions);
        all.filter(|(_, state)| state.phases != Phases::NONE)
    }

    pub(crate) fn set_muted(&mut self, ids: &[FunctionId], is_muted: bool) {
        for id in ids {
            if let Some(state) = self.functions.get_mut(id.0 as usize) {
                state.is_muted = is_muted;
            }
        }
        self.muted = self.functions.iter().filter(|state| state.is_muted).count();
    }

    /// None is in the window that begins.
    pub(crate) fn clear_window(&mut self) {
        for state in &mut self.functions {
            state.is_in_window = false;
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    pub(crate) fn muted(&self) -> usize {
        self.muted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_fresh_in_each_phase_and_new_in_each_window() {
        let mut seen = Seen::default();
        let id = FunctionId(3);
        assert!(seen.see(id, Phase::Boot, 50));
        assert!(!seen.see(id, Phase::Boot, 60));
        assert_eq!(seen.take_fresh(), [id]);
        seen.get_mut(id).unwrap().written = Phases::only(Phase::Boot);
        seen.clear_window();
        assert!(seen.see(id, Phase::Boot, 70));
        assert_eq!(seen.take_fresh(), []);
        assert!(seen.see(id, Phase::SteadyState, 80));
        assert_eq!((seen.take_fresh(), seen.count()), (vec![id], 1));
        assert_eq!(seen.get_mut(id).unwrap().first, 50);
    }

    #[test]
    fn a_phase_that_began_earlier_than_noticed() {
        let mut seen = Seen::default();
        seen.see(FunctionId(0), Phase::Initramfs, 10);
        seen.see(FunctionId(1), Phase::Initramfs, 20);
        seen.since(15, Phase::Boot);
        let boot: Vec<FunctionId> = seen
            .all()
            .filter(|(_, state)| state.phases.contains(Phase::Boot))
            .map(|(id, _)| id)
            .collect();
        assert_eq!(boot, [FunctionId(1)]);
    }
}
