// SPDX-License-Identifier: Apache-2.0
//! A problem in the solver: its model encoded, its conditions loaded.

use crate::assignment::Assignment;
use crate::circuit::Lit;
use crate::encode::{Encoding, Rules, encode};
use crate::formula::{Atom, Formula, Transferred};
use crate::problem::Problem;
use crate::sat::load::Loaded;
use crate::sat::{Interrupt, Sat, SatLit};
use kconfig::Tristate;

/// Rules and formulas are loaded; requirements are the business of who uses it.
pub(crate) struct Instance {
    pub(crate) encoding: Encoding,
    pub(crate) sat: Sat,
    loaded: Loaded,
    formulas: Transferred,
}

impl Instance {
    /// Everything in `problem` has a literal; nothing is loaded yet.
    pub(crate) fn new(problem: &Problem<'_>, rules: Rules, interrupt: Interrupt) -> Self {
        let mut encoding = encode(problem, rules);
        let (circuit, values, texts) = (&mut encoding.circuit, &encoding.values, &encoding.texts);
        let formulas = problem
            .formulas
            .transfer(circuit, |atom, circuit| match atom {
                Atom::AtLeast(_, Tristate::No) => Lit::TRUE,
                Atom::AtLeast(symbol, Tristate::Module) => values[*symbol].on,
                Atom::AtLeast(symbol, Tristate::Yes) => values[*symbol].yes,
                Atom::Text(symbol, text) => {
                    let this = texts[*symbol].iter().filter(|(it, _)| it == text);
                    circuit.or_all(this.map(|(_, lit)| *lit))
                }
            });
        let charges = problem.levels.iter().flatten();
        let stated = problem.requirements.iter().copied();
        let stated = stated.chain(charges.map(|charge| charge.condition));
        let roots = stated.map(|formula| formulas.lit(formula));
        let roots = roots.chain(encoding.clauses.iter().flatten().copied());
        let loaded = Loaded::new(&encoding.circuit, roots);
        Self {
            sat: Sat::new(interrupt),
            loaded,
            formulas,
            encoding,
        }
    }

    /// Makes `formula` true in every solution.
    pub(crate) fn assert(&mut self, formula: Formula) {
        let lit = self.formulas.lit(formula);
        self.loaded
            .assert(&self.encoding.circuit, &mut self.sat, lit);
    }

    /// Loads the clauses of the model.
    pub(crate) fn load_model(&mut self) {
        for clause in self.encoding.clauses.iter() {
            self.loaded
                .clause(&self.encoding.circuit, &mut self.sat, clause);
        }
    }

    /// The solver's literal for `formula`.
    pub(crate) fn formula(&mut self, formula: Formula) -> SatLit {
        let lit = self.formulas.lit(formula);
        self.lit(lit)
    }

    /// The circuit's literal for `formula`.
    pub(crate) fn circuit_lit(&self, formula: Formula) -> Lit {
        self.formulas.lit(formula)
    }

    /// The solver's literal for one of the circuit.
    pub(crate) fn lit(&mut self, lit: Lit) -> SatLit {
        self.loaded.lit(&self.encoding.circuit, &mut self.sat, lit)
    }

    /// The solution found last.
    pub(crate) fn solution(&self) -> Snapshot {
        let is_true = |lit| self.sat.is_true(lit);
        let input = |gate| self.loaded.known_gate(gate).is_some_and(is_true);
        Snapshot(self.encoding.circuit.evaluate(input))
    }

    pub(crate) fn assignment(&self, solution: &Snapshot) -> Assignment {
        Assignment::of(&self.encoding, &solution.0)
    }

    /// Whether `formula` is true in `solution`.
    pub(crate) fn holds(&self, formula: Formula, solution: &Snapshot) -> bool {
        let lit = self.formulas.lit(formula);
        lit.value(solution.0[lit.gate()])
    }
}

/// The value of every gate in a solution.
pub(crate) struct Snapshot(Vec<bool>);
