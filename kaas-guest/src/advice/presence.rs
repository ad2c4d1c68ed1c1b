// SPDX-License-Identifier: Apache-2.0
//! In which windows a function was called, as far as a recording can tell: a function that was
//! seen often enough is muted, and no later window says anything of it.

use ftrace::WindowSet;

/// Once seen in so many windows of a recording, a function is not looked for any more.
pub(super) const ENOUGH: usize = 3;

/// A function in `seen` of each `of` windows from `from` on and before `to`, evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Presence {
    species: u32,
    from: u32,
    to: u32,
    seen: u32,
    of: u32,
}

impl Presence {
    /// What the windows of a recording say of a function, and what has to be supposed of the
    /// windows that say nothing.
    pub(super) fn of(species: u32, seen: &WindowSet, windows: u32) -> impl Iterator<Item = Self> {
        let observed = seen.runs().iter().map(move |(from, to)| Self {
            species,
            from: *from,
            to: *to,
            seen: 1,
            of: 1,
        });
        observed.chain(Self::supposed(species, seen, windows))
    }

    /// A function that was seen `k` times in `n` windows after its first goes on to come in
    /// (k - 1) of (n - 1) windows, the unbiased estimate where one stops at a number of
    /// sightings (Haldane 1945).
    fn supposed(species: u32, seen: &WindowSet, windows: u32) -> Option<Self> {
        let (first, from) = (seen.runs().first()?.0, seen.runs().last()?.1);
        let count = seen.count();
        if count < ENOUGH || from >= windows {
            return None;
        }
        Some(Self {
            species,
            from,
            to: windows,
            seen: u32::try_from(count).ok()?.saturating_sub(2),
            of: from.checked_sub(first)?.checked_sub(2)?,
        })
    }

    /// How much work it is to follow it.
    pub(super) fn windows(&self) -> u64 {
        u64::from(self.to - self.from)
    }

    fn is_in(&self, window: u32) -> bool {
        let until = |windows: u32| {
            (u64::from(windows) * u64::from(self.seen)).checked_div(u64::from(self.of))
        };
        let passed = window - self.from;
        until(passed + 1) > until(passed)
    }
}

/// The functions in one window after another.
#[derive(Debug, Default)]
pub(super) struct Sweep {
    /// Those to come, the next one last.
    waiting: Vec<Presence>,
    active: Vec<Presence>,
    window: u32,
}

impl Sweep {
    pub(super) fn new(mut presences: Vec<Presence>) -> Self {
        presences.sort_unstable_by_key(|presence| std::cmp::Reverse(presence.from));
        Self {
            waiting: presences,
            active: Vec::new(),
            window: 0,
        }
    }

    /// Those in the next window, each once or several times.
    pub(super) fn next(&mut self, functions: &mut Vec<u32>) {
        let window = self.window;
        let begins = |presence: &mut Presence| presence.from <= window;
        while let Some(presence) = self.waiting.pop_if(begins) {
            self.active.push(presence);
        }
        self.active.retain(|presence| presence.to > window);
        let inside = self.active.iter().filter(|active| active.is_in(window));
        functions.clear();
        functions.extend(inside.map(|presence| presence.species));
        self.window += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The windows out of so many, when it was seen in some of them.
    fn windows(seen: &[u32], number: u32) -> Vec<u32> {
        let seen: WindowSet = seen.iter().copied().collect();
        let mut sweep = Sweep::new(Presence::of(7, &seen, number).collect());
        let mut functions = Vec::new();
        let is_in = |_: &u32| {
            sweep.next(&mut functions);
            functions == [7]
        };
        (0..number).filter(is_in).collect()
    }

    #[test]
    fn what_is_rare_is_taken_as_it_is() {
        assert_eq!(windows(&[], 9), [] as [u32; 0]);
        assert_eq!(windows(&[4], 9), [4]);
        assert_eq!(windows(&[0, 8], 9), [0, 8]);
    }

    #[test]
    fn what_was_muted_goes_on_as_it_came() {
        assert_eq!(windows(&[1, 2, 3], 7), [1, 2, 3, 4, 5, 6]);
        assert_eq!(windows(&[0, 1, 3], 9), [0, 1, 3, 5, 7]);
        assert_eq!(windows(&[0, 5, 6], 20), [0, 5, 6, 11, 16]);
        assert_eq!(windows(&[0, 1, 2, 3, 5], 10), [0, 1, 2, 3, 5, 7, 8, 9]);
        assert_eq!(windows(&[6, 7, 8], 9), [6, 7, 8]);
    }

    /// The mean over all that can be seen of a function that comes in a share of the windows.
    #[test]
    fn nothing_is_supposed_too_often_or_too_rarely() {
        let share = 0.4_f64;
        let mut mean = 0.0;
        for third in 2..60_u32 {
            for second in 1..third {
                let presence: WindowSet = [0, second, third].into_iter().collect();
                let supposed = Presence::supposed(0, &presence, 1_000_000).unwrap();
                let weight = share.powi(2) * (1.0 - share).powi(third.cast_signed() - 2);
                mean += weight * f64::from(supposed.seen) / f64::from(supposed.of);
            }
        }
        assert!((mean - share).abs() < 1e-6, "{mean}");
    }
}
