// SPDX-License-Identifier: Apache-2.0
//! Which of the symbols that were removed have to come back: delta debugging (Zeller and
//! Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002, algorithm ddmin).
//! Knows nothing of kernels.

/// Who can say whether it works with some of what was removed.
pub(crate) trait Oracle<T> {
    type Error;

    fn boots(&mut self, with: &[T]) -> Result<bool, Self::Error>;
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found<T> {
    /// With these it works, and without any single one of them it doesn't.
    Minimal(Vec<T>),
    /// With these it works; there was no time to find out whether fewer do.
    Sufficient(Vec<T>),
    /// Not even all of them help.
    Nothing,
}

/// Finds a small set of `removed` with which the oracle says yes, in at most `tries` questions.
/// It is known that it says no to none of them.
pub(crate) fn repair<T: Clone + PartialEq, O: Oracle<T>>(
    removed: &[T],
    oracle: &mut O,
    tries: usize,
) -> Result<Found<T>, O::Error> {
    let mut search = Search {
        oracle,
        tries,
        refused: Vec::new(),
    };
    if removed.is_empty() || search.boots(removed)? != Some(true) {
        return Ok(Found::Nothing);
    }
    let mut kept = removed.to_vec();
    let mut parts = 2;
    while kept.len() > 1 {
        match search.smaller(&kept, parts)? {
            Next::Found(fewer, next) => (kept, parts) = (fewer, next),
            Next::None if parts >= kept.len() => break,
            Next::None => parts = (parts * 2).min(kept.len()),
            Next::OutOfTries => return Ok(Found::Sufficient(kept)),
        }
    }
    Ok(Found::Minimal(kept))
}

struct Search<'o, T, O> {
    oracle: &'o mut O,
    /// Questions that are left.
    tries: usize,
    /// What was answered with no is not asked again.
    refused: Vec<Vec<T>>,
}

enum Next<T> {
    /// Fewer that do, and into how many parts to divide them.
    Found(Vec<T>, usize),
    None,
    OutOfTries,
}

impl<T: Clone + PartialEq, O: Oracle<T>> Search<'_, T, O> {
    /// `None` when no question is left.
    fn boots(&mut self, with: &[T]) -> Result<Option<bool>, O::Error> {
        if self.refused.iter().any(|known| known == with) {
            return Ok(Some(false));
        }
        if self.tries == 0 {
            return Ok(None);
        }
        self.tries -= 1;
        let boots = self.oracle.boots(with)?;
        if !boots {
            self.refused.push(with.to_vec());
        }
        Ok(Some(boots))
    }

    /// One of the parts alone, or all but one of them.
    fn smaller(&mut self, kept: &[T], parts: usize) -> Result<Next<T>, O::Error> {
        let size = kept.len().div_ceil(parts);
        for part in kept.chunks(size) {
            match self.boots(part)? {
                Some(true) => return Ok(Next::Found(part.to_vec(), 2)),
                Some(false) => {}
                None => return Ok(Next::OutOfTries),
            }
        }
        let count = kept.chunks(size).len();
        // The complements of two parts are the parts.
        let others = if count == 2 { 0 } else { count };
        for index in 0..others {
            let rest = without(kept, size, index);
            match self.boots(&rest)? {
                Some(true) => return Ok(Next::Found(rest, (parts - 1).max(2))),
                Some(false) => {}
                None => return Ok(Next::OutOfTries),
            }
        }
        Ok(Next::None)
    }
}

/// All parts of this size but one.
fn without<T: Clone>(kept: &[T], size: usize, index: usize) -> Vec<T> {
    let parts = kept.chunks(size).enumerate();
    let others = parts.filter(|(other, _)| *other != index);
    others.flat_map(|(_, part)| part.to_vec()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine that boots when some rule holds; counts its questions.
    struct Simulated<F> {
        rule: F,
        asked: usize,
    }

    impl<F: Fn(&[u32]) -> bool> Oracle<u32> for Simulated<F> {
        type Error = std::convert::Infallible;

        fn boots(&mut self, with: &[u32]) -> Result<bool, Self::Error> {
            self.asked += 1;
            Ok((self.rule)(with))
        }
    }

    fn search(count: u32, tries: usize, rule: impl Fn(&[u32]) -> bool) -> (Found<u32>, usize) {
        let removed: Vec<u32> = (0..count).collect();
        let mut oracle = Simulated { rule, asked: 0 };
        let Ok(found) = repair(&removed, &mut oracle, tries);
        (found, oracle.asked)
    }

    fn needs(all: &[u32]) -> impl Fn(&[u32]) -> bool {
        let all = all.to_vec();
        move |with| all.iter().all(|it| with.contains(it))
    }

    #[test]
    fn one_missing_symbol_of_thousands_takes_two_dozen_questions() {
        let (found, asked) = search(3000, 100, needs(&[1234]));
        assert_eq!(found, Found::Minimal(vec![1234]));
        assert!(asked <= 25, "{asked}");
    }

    #[test]
    fn every_small_set_is_found_exactly() {
        for count in 1..=9_u32 {
            for set in 1..1_u32 << count {
                let wanted: Vec<u32> = (0..count).filter(|bit| (set >> bit) & 1 == 1).collect();
                let (found, _) = search(count, usize::MAX, needs(&wanted));
                assert_eq!(found, Found::Minimal(wanted));
            }
        }
    }

    #[test]
    fn of_alternatives_one_is_found_and_nothing_beside_it() {
        let either = |with: &[u32]| needs(&[3, 17])(with) || needs(&[5])(with);
        let (found, _) = search(40, usize::MAX, either);
        let Found::Minimal(kept) = found else {
            panic!("{found:?}");
        };
        assert!(kept == [5] || kept == [3, 17], "{kept:?}");
    }

    /// A symbol may help only beside another, or do harm: what is found works all the same,
    /// and none of it can go.
    #[test]
    fn whatever_the_rule_the_result_works_and_has_nothing_to_spare() {
        for seed in 1..200_u32 {
            let rule = move |with: &[u32]| {
                let sum: u32 = with.iter().map(|it| it.wrapping_mul(seed) % 7).sum();
                with.len() == 12 || (sum % 5 == seed % 5 && with.contains(&(seed % 12)))
            };
            let (Found::Minimal(kept), _) = search(12, usize::MAX, rule) else {
                panic!("{seed}");
            };
            assert!(rule(&kept), "{seed}: {kept:?}");
            for index in 0..kept.len() {
                let mut fewer = kept.clone();
                fewer.remove(index);
                assert!(fewer.is_empty() || !rule(&fewer), "{seed}: {kept:?}");
            }
        }
    }

    #[test]
    fn when_time_is_over_what_is_known_to_work_is_kept() {
        let (found, asked) = search(1000, 7, needs(&[1, 999]));
        let Found::Sufficient(kept) = found else {
            panic!("{found:?}");
        };
        assert!(needs(&[1, 999])(&kept) && kept.len() <= 1000);
        assert_eq!(asked, 7);
        assert_eq!(search(1000, 0, needs(&[1])).0, Found::Nothing);
        assert_eq!(search(10, 100, |_: &[u32]| false).0, Found::Nothing);
        assert_eq!(search(0, 100, |_: &[u32]| true).0, Found::Nothing);
    }
}
