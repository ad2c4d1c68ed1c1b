// SPDX-License-Identifier: Apache-2.0
//! Macro expansion (ISO C 6.10.3), with the two extensions of gcc that the kernel uses:
//! named variable arguments, and `, ## __VA_ARGS__`.

mod arguments;
mod paste;
mod table;

use rustc_hash::FxHashSet;

use crate::corpus::Corpus;
use crate::name::{Name, Overlay};
use crate::scan::Macro;
use crate::token::{Placed, Token, punctuator};
use arguments::Arguments;
pub(crate) use table::{Consulted, MacroId, Table};

/// Arguments within arguments are expanded to this depth; nothing real comes near it.
const MAXIMUM_DEPTH: u32 = 100;

/// The tokens that one text may turn into.
const MAXIMUM_WORK: usize = 4 << 20;

/// What is still to be read.
enum Work {
    Token(Placed),
    /// Here ends what a macro was replaced by.
    Enable(Name),
}

/// The macros of one translation unit, as they are at this point of it.
pub(crate) struct Macros<'c> {
    pub(crate) corpus: &'c Corpus,
    pub(crate) table: Table,
    pub(crate) names: Overlay<'c>,
    /// Macros whose replacement is being read.
    disabled: FxHashSet<Name>,
    /// The names whose definition was asked for since the last [`Macros::take_consulted`].
    pub(crate) consulted: Vec<Name>,
    depth: u32,
    work_left: usize,
    /// The tokens that the rest of the unit may turn into.
    pub(crate) budget: usize,
}

impl<'c> Macros<'c> {
    pub(crate) fn new(corpus: &'c Corpus) -> Self {
        Self {
            corpus,
            table: Table::new(corpus.names.len()),
            names: Overlay::new(&corpus.names),
            disabled: FxHashSet::default(),
            consulted: Vec::new(),
            depth: 0,
            work_left: 0,
            budget: 0,
        }
    }

    /// Appends what `input` expands to.
    pub(crate) fn expand(&mut self, input: &[Placed], output: &mut Vec<Placed>) {
        let limit = MAXIMUM_WORK.min(self.budget);
        self.work_left = limit;
        self.consulted.clear();
        self.disabled.clear();
        self.expand_nested(input, output);
        self.budget -= limit - self.work_left;
    }

    /// The definitions that the last expansions depended on, each once.
    pub(crate) fn take_consulted(&mut self) -> Vec<Consulted> {
        self.consulted.sort_unstable();
        self.consulted.dedup();
        let table = &self.table;
        let known = self.consulted.drain(..).filter(|name| table.knows(*name));
        known.map(|name| (name, table.get(name))).collect()
    }

    fn expand_nested(&mut self, input: &[Placed], output: &mut Vec<Placed>) {
        let mut open: Vec<Work> = input
            .iter()
            .rev()
            .map(|token| Work::Token(*token))
            .collect();
        while let Some(work) = open.pop() {
            let placed = match work {
                Work::Enable(name) => {
                    self.disabled.remove(&name);
                    continue;
                }
                Work::Token(placed) => placed,
            };
            self.work_left = self.work_left.saturating_sub(1);
            match placed.token {
                Token::Identifier(name) if self.work_left > 0 => {
                    self.identifier(name, placed, &mut open, output);
                }
                _ => output.push(placed),
            }
        }
    }

    fn identifier(
        &mut self,
        name: Name,
        placed: Placed,
        open: &mut Vec<Work>,
        output: &mut Vec<Placed>,
    ) {
        self.consulted.push(name);
        let Some(id) = self.table.get(name) else {
            return output.push(placed);
        };
        if self.disabled.contains(&name) {
            let token = Token::Painted(name);
            return output.push(Placed { token, ..placed });
        }
        let corpus = self.corpus;
        let Some((definition, body)) = corpus.definition(id) else {
            return output.push(placed);
        };
        let arguments = match definition.parameters {
            None => Arguments::default(),
            Some(count) => {
                if !self.is_call(open) {
                    return output.push(placed);
                }
                match self.arguments(open, count, definition.variadic) {
                    Ok(arguments) => arguments,
                    Err(taken) => {
                        output.push(placed);
                        return output.extend(taken);
                    }
                }
            }
        };
        let replacement = self.substitute(definition, body, arguments, placed.line);
        self.disabled.insert(name);
        open.push(Work::Enable(name));
        open.extend(replacement.into_iter().rev().map(Work::Token));
    }

    /// Whether `(` comes next, behind the ends of replacements.
    fn is_call(&mut self, open: &mut Vec<Work>) -> bool {
        loop {
            match open.last() {
                Some(Work::Token(placed)) => return placed.token.is(b'('),
                Some(Work::Enable(name)) => {
                    self.disabled.remove(name);
                    open.pop();
                }
                None => return false,
            }
        }
    }

    /// The body with arguments in the place of parameters.
    fn substitute(
        &mut self,
        definition: &Macro,
        body: &[Token],
        mut arguments: Arguments,
        line: u32,
    ) -> Vec<Placed> {
        let mut result: Vec<Placed> = Vec::with_capacity(body.len());
        let mut at = 0;
        // Where the left side of a `##` begins, when there is one to the left.
        let mut pasting = false;
        while let Some(&token) = body.get(at) {
            at += 1;
            if token.is(punctuator::PASTE) && at > 1 {
                pasting = true;
                continue;
            }
            let pasted_next = body.get(at).is_some_and(|next| next.is(punctuator::PASTE));
            let single = match token {
                Token::Stringified(number) => {
                    let text = self.stringify(arguments.raw(number));
                    [Placed {
                        token: Token::Text(text),
                        line,
                    }]
                }
                plain => [Placed { token: plain, line }],
            };
            let part = match token {
                Token::Parameter(number) if pasting || pasted_next => arguments.raw(number),
                Token::Parameter(number) => self.expanded(&mut arguments, number),
                _ => &single,
            };
            if std::mem::take(&mut pasting) {
                let rest = is_rest(definition, token);
                self.paste_onto(&mut result, part, rest, line);
            } else {
                result.extend(part.iter().map(|placed| Placed {
                    token: placed.token,
                    line,
                }));
                if part.is_empty() && pasted_next {
                    // An empty left side: what follows `##` stands alone.
                    result.push(paste::nothing(line));
                }
            }
        }
        result.retain(|placed| !paste::is_nothing(placed.token));
        self.work_left = self.work_left.saturating_sub(result.len());
        result
    }

    fn expanded<'a>(&mut self, arguments: &'a mut Arguments, number: u16) -> &'a [Placed] {
        if self.depth >= MAXIMUM_DEPTH || self.work_left == 0 {
            return arguments.raw(number);
        }
        arguments.expanded(number, |raw| {
            let mut output = Vec::with_capacity(raw.len());
            self.depth += 1;
            self.expand_nested(raw, &mut output);
            self.depth -= 1;
            output
        })
    }
}

/// Whether a token is the parameter that takes all remaining arguments.
fn is_rest(definition: &Macro, token: Token) -> bool {
    let last = definition.parameters.and_then(|count| count.checked_sub(1));
    definition.variadic && matches!(token, Token::Parameter(number) if Some(number) == last)
}
