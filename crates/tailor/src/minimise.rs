// SPDX-License-Identifier: Apache-2.0
//! The smallest configuration that meets all requirements.
//!
//! Smallest is what compiles the least code. Symbols that take no file away keep the
//! replaced kernel's value wherever that costs nothing: without a file there is nothing to
//! win, and features and hardening to lose.

use std::collections::{HashMap, HashSet};

use kconfig::{Index, SymbolId, SymbolType, Tristate};
use solver::{Baseline, Formula, Problem, RequirementId, Session};

use crate::floor::{Rule, Rules};
use crate::kernel::Kernel;
use crate::requirement::{Demand, Requirement, Requirements};

mod hardening;
mod translate;
mod units;

use translate::Translator;
pub(crate) use units::normal;
pub use units::{Unit, Units};

/// What is compiled into the kernel, and what into modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Modules {
    /// No module at all: what is needed is built in.
    #[default]
    Monolithic,
    /// What the replaced kernel has as a module may stay one.
    Modular,
}

/// The levels of cost, each of which outweighs all after it.
#[derive(Clone, Copy)]
enum Level {
    /// Code that is compiled.
    Surface,
    /// Values that differ from the replaced kernel's although no file depends on them.
    Deviation,
}

/// A problem for the solver, and what its parts stand for.
pub struct Task<'k> {
    pub problem: Problem<'k>,
    /// By the number of the solver's requirement.
    pub requirements: Vec<(RequirementId, Requirement)>,
    /// Requirements that name a file or a symbol which this tree doesn't have.
    pub unknown: Vec<Requirement>,
    /// Requirements that cannot be met in a kernel without modules, whatever else is required.
    pub needs_modules: Vec<Requirement>,
    /// Recommendations that can't be followed together with all that is required.
    pub refused: Vec<Requirement>,
}

impl<'k> Task<'k> {
    /// States the problem: everything required, every cost.
    pub fn new(
        kernel: &'k Kernel,
        units: &Units,
        baseline: Baseline,
        (requirements, rules): (&Requirements, &Rules),
        modules: Modules,
    ) -> Self {
        let problem = Problem::new(&kernel.model, baseline);
        let mut translator = Translator::new(kernel, problem);
        match modules {
            Modules::Monolithic => {
                let enabled = translator.problem.formulas.on(kernel.model.modules());
                translator.problem.require(!enabled);
            }
            Modules::Modular => keep_built_in(&mut translator),
        }
        let (known, unknown) =
            understand(&mut translator, units, (rules, &kernel.arch), requirements);
        charge_surface(&mut translator, units);
        keep_the_rest(&mut translator, units);
        let mut task = Self {
            problem: translator.problem,
            requirements: Vec::new(),
            unknown,
            needs_modules: Vec::new(),
            refused: Vec::new(),
        };
        open(&mut task.problem, (requirements, rules));
        let is_wish = |(_, requirement): &(Formula, Requirement)| requirement.is_a_wish();
        let (wishes, known) = known.into_iter().partition(is_wish);
        task.require(known, modules);
        task.wish(wishes);
        task
    }

    /// What was executed of the support for modules itself can't be had without them.
    fn require(&mut self, known: Vec<(Formula, Requirement)>, modules: Modules) {
        let formulas: Vec<Formula> = known.iter().map(|(formula, _)| *formula).collect();
        let possible = match modules {
            Modules::Monolithic => Session::new(&self.problem).possible(&formulas),
            Modules::Modular => vec![true; formulas.len()],
        };
        for ((formula, requirement), possible) in known.into_iter().zip(possible) {
            if possible || requirement.is_the_users() {
                let id = self.problem.require(formula);
                self.requirements.push((id, requirement));
            } else {
                self.needs_modules.push(requirement);
            }
        }
    }
}

impl Task<'_> {
    /// Each wish is taken if it can be had beside the requirements and the wishes before it.
    fn wish(&mut self, wishes: Vec<(Formula, Requirement)>) {
        if wishes.is_empty() {
            return;
        }
        let mut session = Session::new(&self.problem);
        let mut taken: Vec<Formula> = Vec::new();
        for (formula, requirement) in wishes {
            taken.push(formula);
            if session.solve(&taken).is_some() {
                let id = self.problem.require(formula);
                self.requirements.push((id, requirement));
            } else {
                taken.pop();
                self.refused.push(requirement);
            }
        }
    }
}

/// What the user asks for or a recommendation names may be switched on, though it was off,
/// and what that depends on, too.
fn open(problem: &mut Problem<'_>, (requirements, rules): (&Requirements, &Rules)) {
    let asked = |it: &&Requirement| it.is_the_users() || it.is_a_wish();
    let mut waiting: Vec<String> = Vec::new();
    for requirement in requirements.iter().filter(asked) {
        match &requirement.demand {
            Demand::On(symbol) => waiting.push(symbol.clone()),
            Demand::Rule(id) => {
                let rule = rules.rules.iter().find(|rule| rule.id == *id);
                let symbols = rule.into_iter().flat_map(Rule::symbols);
                waiting.extend(symbols.map(str::to_owned));
            }
            Demand::File(_) | Demand::Off(_) | Demand::Protection(_) => {}
        }
    }
    let model = problem.model();
    let mut seen: HashSet<SymbolId> = HashSet::new();
    while let Some(name) = waiting.pop() {
        let Some(id) = model.find(&name).filter(|id| seen.insert(*id)) else {
            continue;
        };
        problem.allow(id);
        let direct = model.symbol(id).direct;
        let needed = direct.map(|it| model.expressions().symbols(it));
        let names = needed.into_iter().flatten();
        let names = names.filter_map(|id| model.symbol(id).name.as_deref());
        waiting.extend(names.map(str::to_owned));
    }
}

/// The requirements that mean something in this tree, and the others.
fn understand(
    translator: &mut Translator<'_>,
    units: &Units,
    rules: (&Rules, &str),
    requirements: &Requirements,
) -> (Vec<(Formula, Requirement)>, Vec<Requirement>) {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for requirement in requirements {
        match formula(translator, units, rules, &requirement.demand) {
            Some(formula) => known.push((formula, requirement.clone())),
            None => unknown.push(requirement.clone()),
        }
    }
    (known, unknown)
}

/// What a demand means in this tree; `None` where it has no meaning.
fn formula(
    translator: &mut Translator<'_>,
    units: &Units,
    (rules, arch): (&Rules, &str),
    demand: &Demand,
) -> Option<Formula> {
    match demand {
        Demand::File(source) => {
            let unit = units.find(source)?;
            Some(translator.compiled(unit))
        }
        Demand::On(symbol) => translator.on(symbol),
        Demand::Off(symbol) => translator.on(symbol).map(|on| !on),
        Demand::Rule(id) => hardening::rule(translator, rules, id),
        Demand::Protection(symbol) => hardening::protection(translator, (rules, arch), symbol),
    }
}

/// Units with one condition are charged together.
fn charge_surface(translator: &mut Translator<'_>, units: &Units) {
    let mut order: Vec<Formula> = Vec::new();
    let mut weights: HashMap<Formula, u64> = HashMap::new();
    for unit in units {
        let compiled = translator.compiled(unit);
        let weight = weights.entry(compiled).or_insert_with(|| {
            order.push(compiled);
            0
        });
        *weight += unit.weight;
    }
    for compiled in order {
        let weight = weights[&compiled];
        translator
            .problem
            .charge(Level::Surface as usize, compiled, weight);
    }
}

/// What the replaced kernel has built in becomes no module: it may be what modules are loaded
/// with, such as the loader of the scripts in an initramfs.
fn keep_built_in(translator: &mut Translator<'_>) {
    let model = translator.kernel_model();
    let tristates = model
        .symbols()
        .filter(|(_, symbol)| symbol.kind == SymbolType::Tristate && !symbol.is_constant);
    for (id, _) in tristates {
        if translator.problem.baseline().tristate(id) == Tristate::Yes {
            let module = translator.problem.formulas.module(id);
            translator.problem.require(!module);
        }
    }
}

fn keep_the_rest(translator: &mut Translator<'_>, units: &Units) {
    let model = translator.kernel_model();
    let mut gates = vec![false; model.symbols().count()];
    for symbol in units.deciding_symbols() {
        if let Some(id) = model.find(symbol) {
            gates[id.to_usize()] = true;
        }
    }
    let ids: Vec<SymbolId> = model.symbols().map(|(id, _)| id).collect();
    for id in ids {
        let symbol = model.symbol(id);
        let is_value = matches!(symbol.kind, SymbolType::Bool | SymbolType::Tristate);
        if is_value && !symbol.is_constant && !symbol.is_choice && !gates[id.to_usize()] {
            translator.problem.keep(Level::Deviation as usize, id, 1);
        }
    }
}
