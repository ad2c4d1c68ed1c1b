// SPDX-License-Identifier: Apache-2.0
//! The arguments of a call of a macro.

use super::{Macros, Work};
use crate::token::{Placed, Token};

/// Arguments as written, and as expanded once somebody asked.
#[derive(Default)]
pub(super) struct Arguments {
    raw: Vec<Vec<Placed>>,
    expanded: Vec<Option<Vec<Placed>>>,
}

impl Arguments {
    pub(super) fn raw(&self, number: u16) -> &[Placed] {
        self.raw.get(usize::from(number)).map_or(&[], Vec::as_slice)
    }

    pub(super) fn expanded(
        &mut self,
        number: u16,
        expand: impl FnOnce(&[Placed]) -> Vec<Placed>,
    ) -> &[Placed] {
        let at = usize::from(number);
        let Some(raw) = self.raw.get(at) else {
            return &[];
        };
        if self.expanded.len() <= at {
            self.expanded.resize(self.raw.len(), None);
        }
        self.expanded
            .get_mut(at)
            .map_or(&[], |slot| slot.get_or_insert_with(|| expand(raw)))
    }
}

impl Macros<'_> {
    /// Takes a call's arguments off `open`, whose next token is `(`. Where the text ends
    /// before the call does, gives back what was taken.
    pub(super) fn arguments(
        &mut self,
        open: &mut Vec<Work>,
        count: u16,
        variadic: bool,
    ) -> Result<Arguments, Vec<Placed>> {
        let mut taken: Vec<Placed> = Vec::new();
        let mut commas: Vec<usize> = Vec::new();
        let mut depth = 0_usize;
        loop {
            let placed = match open.pop() {
                Some(Work::Token(placed)) => placed,
                Some(Work::Enable(name)) => {
                    self.disabled.remove(&name);
                    continue;
                }
                None => return Err(taken),
            };
            match placed.token {
                Token::Punctuator(b'(') => depth += 1,
                Token::Punctuator(b')') if depth == 1 => break,
                Token::Punctuator(b')') => depth -= 1,
                Token::Punctuator(b',') if depth == 1 => commas.push(taken.len()),
                _ => {}
            }
            taken.push(placed);
        }
        Ok(split(&taken, &commas, usize::from(count), variadic))
    }
}

/// Cuts what stands between the parentheses at its commas. The first token is `(`.
fn split(taken: &[Placed], commas: &[usize], count: usize, variadic: bool) -> Arguments {
    let cuts = if variadic {
        commas.get(..count.saturating_sub(1)).unwrap_or(commas)
    } else {
        commas
    };
    let mut raw = Vec::with_capacity(cuts.len() + 1);
    let mut start = 1;
    for &cut in cuts.iter().chain([&taken.len()]) {
        raw.push(taken.get(start..cut).unwrap_or_default().to_vec());
        start = cut + 1;
    }
    raw.resize(count.max(1), Vec::new());
    Arguments {
        raw,
        expanded: Vec::new(),
    }
}
