// SPDX-License-Identifier: Apache-2.0
//! Conditions over the values of symbols, as callers state them: presence conditions,
//! kept and dropped symbols, rules of a hardening floor.

use std::ops::Not;
use std::rc::Rc;

use kconfig::{SymbolId, Tristate};
use rustc_hash::FxHashMap;

use crate::circuit::{Circuit, Gate, Lit};

/// A condition of one [`Formulas`]; `!` negates it. Equal conditions built alike are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Formula(Lit);

impl Formula {
    pub const FALSE: Self = Self(Lit::FALSE);
    pub const TRUE: Self = Self(Lit::TRUE);
}

impl Not for Formula {
    type Output = Self;

    fn not(self) -> Self {
        Self(!self.0)
    }
}

/// What a formula says of one symbol.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Atom {
    /// The bool or tristate has at least this value.
    AtLeast(SymbolId, Tristate),
    /// The number or string has exactly this text.
    Text(SymbolId, Rc<str>),
}

impl Atom {
    pub const fn symbol(&self) -> SymbolId {
        match self {
            Self::AtLeast(symbol, _) | Self::Text(symbol, _) => *symbol,
        }
    }
}

/// The store of formulas: a diagram with shared nodes stays as small as it is.
#[derive(Clone, Debug, Default)]
pub struct Formulas {
    circuit: Circuit,
    by_atom: FxHashMap<Atom, Lit>,
    /// In the order of the inputs of the circuit, with the gate of each.
    atoms: Vec<(usize, Atom)>,
}

impl Formulas {
    fn atom(&mut self, atom: Atom) -> Formula {
        let (circuit, atoms) = (&mut self.circuit, &mut self.atoms);
        let lit = *self.by_atom.entry(atom.clone()).or_insert_with(|| {
            let input = circuit.input();
            atoms.push((input.gate(), atom));
            input
        });
        Formula(lit)
    }

    fn at_least(&mut self, symbol: SymbolId, least: Tristate) -> Formula {
        self.atom(Atom::AtLeast(symbol, least))
    }

    /// The symbol is m or y.
    pub fn on(&mut self, symbol: SymbolId) -> Formula {
        self.at_least(symbol, Tristate::Module)
    }

    /// The symbol is y.
    pub fn yes(&mut self, symbol: SymbolId) -> Formula {
        self.at_least(symbol, Tristate::Yes)
    }

    /// The symbol is m.
    pub fn module(&mut self, symbol: SymbolId) -> Formula {
        let (on, yes) = (self.on(symbol), self.yes(symbol));
        self.and(on, !yes)
    }

    /// The symbol has exactly this value.
    pub fn equals(&mut self, symbol: SymbolId, value: Tristate) -> Formula {
        match value {
            Tristate::No => !self.on(symbol),
            Tristate::Module => self.module(symbol),
            Tristate::Yes => self.yes(symbol),
        }
    }

    /// The int, hex or string has this text.
    pub fn text(&mut self, symbol: SymbolId, text: &str) -> Formula {
        self.atom(Atom::Text(symbol, Rc::from(text)))
    }

    pub fn and(&mut self, a: Formula, b: Formula) -> Formula {
        Formula(self.circuit.and(a.0, b.0))
    }

    pub fn or(&mut self, a: Formula, b: Formula) -> Formula {
        Formula(self.circuit.or(a.0, b.0))
    }

    pub fn all(&mut self, formulas: impl IntoIterator<Item = Formula>) -> Formula {
        Formula(self.circuit.and_all(formulas.into_iter().map(|it| it.0)))
    }

    pub fn any(&mut self, formulas: impl IntoIterator<Item = Formula>) -> Formula {
        Formula(self.circuit.or_all(formulas.into_iter().map(|it| it.0)))
    }

    /// A node of a decision diagram: if `condition`, then `yes`, else `no`.
    pub fn choose(&mut self, condition: Formula, yes: Formula, no: Formula) -> Formula {
        Formula(self.circuit.choose(condition.0, yes.0, no.0))
    }

    /// Every symbol that a formula names, in the order of first mention to this store.
    pub fn symbols(&self, formula: Formula) -> Vec<SymbolId> {
        let mut used = vec![false; formula.0.gate() + 1];
        used[formula.0.gate()] = true;
        for index in (0..used.len()).rev().filter(|index| *index > 0) {
            if !used[index] {
                continue;
            }
            for operand in self.circuit.gate(index).operands() {
                used[operand.gate()] = true;
            }
        }
        let mut symbols = Vec::new();
        for (gate, atom) in &self.atoms {
            if used.get(*gate) == Some(&true) && !symbols.contains(&atom.symbol()) {
                symbols.push(atom.symbol());
            }
        }
        symbols
    }

    /// Those of `formulas` that name any of `symbols`.
    pub(crate) fn naming(&self, symbols: &[SymbolId], formulas: &[Formula]) -> Vec<bool> {
        let mut atoms = self.atoms.iter();
        let mut naming = vec![false; self.circuit.len()];
        for index in 0..naming.len() {
            let gate = self.circuit.gate(index);
            naming[index] = match gate {
                Gate::Input => {
                    let atom = atoms.next();
                    atom.is_some_and(|(_, atom)| symbols.contains(&atom.symbol()))
                }
                _ => gate.operands().any(|operand| naming[operand.gate()]),
            };
        }
        let named = formulas.iter().map(|formula| naming[formula.0.gate()]);
        named.collect()
    }

    /// Every symbol that any formula names.
    pub(crate) fn all_symbols(&self) -> impl Iterator<Item = SymbolId> {
        self.atoms.iter().map(|(_, atom)| atom.symbol())
    }

    /// Whether each formula is true, given what is true of symbols.
    pub fn hold(&self, formulas: &[Formula], atom: impl Fn(&Atom) -> bool) -> Vec<bool> {
        let atoms = self.atoms.iter().map(|(gate, it)| (*gate, atom(it)));
        let atoms: FxHashMap<usize, bool> = atoms.collect();
        let values = self
            .circuit
            .evaluate(|gate| atoms.get(&gate) == Some(&true));
        let truth = |formula: &Formula| formula.0.value(values[formula.0.gate()]);
        formulas.iter().map(truth).collect()
    }

    /// The same for one formula.
    pub fn holds(&self, formula: Formula, atom: impl Fn(&Atom) -> bool) -> bool {
        self.hold(&[formula], atom) == [true]
    }

    /// Rebuilds every formula in `target`; the result maps gates here to literals there.
    pub(crate) fn transfer(
        &self,
        target: &mut Circuit,
        mut atom: impl FnMut(&Atom, &mut Circuit) -> Lit,
    ) -> Transferred {
        let mut lits: Vec<Lit> = Vec::with_capacity(self.circuit.len());
        let mut atoms = self.atoms.iter();
        for index in 0..self.circuit.len() {
            let of = |lit: Lit| lits[lit.gate()].flipped_if(lit.is_negated());
            let lit = match self.circuit.gate(index) {
                Gate::False => Lit::FALSE,
                Gate::Input => atoms.next().map_or(Lit::FALSE, |(_, it)| atom(it, target)),
                Gate::And(a, b) => target.and(of(a), of(b)),
                Gate::Choose(c, t, e) => target.choose(of(c), of(t), of(e)),
            };
            lits.push(lit);
        }
        Transferred(lits)
    }
}

/// Where the formulas went in another circuit.
pub(crate) struct Transferred(Vec<Lit>);

impl Transferred {
    pub(crate) fn lit(&self, formula: Formula) -> Lit {
        self.0[formula.0.gate()].flipped_if(formula.0.is_negated())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Tristate::{Module as M, No as N, Yes as Y};
    use kconfig::Index;

    #[test]
    fn a_formula_holds_as_its_parts_do() {
        let mut formulas = Formulas::default();
        let [a, b] = [10, 11].map(SymbolId::from_usize);
        let (on, module) = (formulas.on(a), formulas.module(b));
        let formula = formulas.choose(on, module, Formula::TRUE);
        let value = |x, y| {
            move |atom: &Atom| match atom {
                Atom::AtLeast(symbol, least) => *least <= if *symbol == a { x } else { y },
                Atom::Text(..) => false,
            }
        };
        assert!(formulas.holds(formula, value(N, N)));
        assert!(formulas.holds(formula, value(M, M)));
        assert!(!formulas.holds(formula, value(Y, Y)));
        assert!(!formulas.holds(formula, value(Y, N)));
        assert_eq!(formulas.symbols(formula), [a, b]);
    }
}
