// SPDX-License-Identifier: Apache-2.0
//! The descent through a kernel tree, from the top Makefile's goals.
//!
//! The tree's own `Makefile` and `scripts/Makefile.build` are evaluated for
//! every directory that make would enter; nothing of them is rewritten here.
//! Each directory is evaluated once, and its condition is that of all the ways
//! that lead to it.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::condition::Condition;
use crate::diagnostic::{Error, Place};
use crate::few::Few;
use crate::goal::{Compile, SubMake, Walk};
use crate::make::{Environment, Make};
use crate::membership::{Membership, membership};
use crate::text::Text;
use crate::value::{Value, Word};
use crate::world::{Inputs, OBJTREE, SRCTREE, World};

/// What tells one run of `scripts/Makefile.build` from another.
type Key = (Text, Vec<(Text, Value)>, Vec<Word>);

/// One directory as make enters it.
pub struct Visit {
    pub directory: Text,
    pub place: Place,
    /// When make enters it.
    pub condition: Condition,
    /// Conditions within the directory.
    pub compiled: Vec<Compile>,
    /// Objects compiled as part of a module, by `part-of-module` of
    /// `scripts/Makefile.lib`: they are in `$(real-obj-m)`.
    pub module_parts: FxHashMap<Text, Condition>,
    /// What the directory's objects are linked into.
    pub membership: Membership,
    /// `$(obj-m)` after `scripts/Makefile.lib`: modules and `modules.order`
    /// files, in the order of the directory's own `modules.order`.
    pub order: Few<Word>,
    /// Whether its `modules.order` is wanted (`need-modorder`).
    pub ordered: bool,
    children: Vec<(Condition, usize)>,
}

pub struct Kernel<'t> {
    pub world: World<'t>,
    pub visits: Vec<Visit>,
    by_key: FxHashMap<Key, usize>,
    queue: Vec<(usize, Key, Rc<Environment>)>,
}

/// Directories of programs that run on the building machine: make enters them
/// in `prepare`, nothing in them becomes part of a kernel.
const BUILD_TOOLS: [&str; 3] = ["scripts", "tools", "Documentation"];

impl<'t> Kernel<'t> {
    /// Evaluates the whole tree for an architecture.
    pub fn evaluate(inputs: Inputs<'t>, arch: &str) -> Result<Self, Error> {
        let mut kernel = Self {
            world: World::new(inputs),
            visits: Vec::new(),
            by_key: FxHashMap::default(),
            queue: Vec::new(),
        };
        kernel.top(arch)?;
        while let Some((index, key, environment)) = kernel.queue.pop() {
            kernel.directory(index, &key, &environment)?;
        }
        kernel.propagate();
        Ok(kernel)
    }

    /// Evaluates the top Makefile as `make ARCH=... O=...` does after it
    /// changed to the output directory (`sub_make_done`).
    fn top(&mut self, arch: &str) -> Result<(), Error> {
        let mut make = Make::new(&mut self.world, &Environment::default());
        let given = [
            ("sub_make_done", "1"),
            ("abs_srctree", SRCTREE),
            ("abs_objtree", OBJTREE),
            ("abs_output", OBJTREE),
            ("MAKE_VERSION", "4.3"),
            (
                ".FEATURES",
                "target-specific order-only second-expansion else-if output-sync",
            ),
            ("MAKEFLAGS", "rR --no-print-directory"),
            ("CURDIR", OBJTREE),
            ("MAKE", crate::goal::MAKE),
        ];
        for (name, text) in given {
            let name = make.intern(name);
            let text = Value::text(make.intern(text));
            make.pin(name, text);
        }
        let name = make.intern("ARCH");
        let text = Value::text(make.intern(arch));
        make.pin(name, text);
        make.include("Makefile", Condition::TRUE)?;
        check_architecture(&mut make, arch)?;
        let environment = Rc::new(make.environment());
        let goal = Word {
            guard: Condition::TRUE,
            text: make.intern("all"),
        };
        let mut walk = Walk::new(&mut make);
        walk.reach(&[goal]);
        let submakes = walk.submakes;
        for submake in submakes {
            let condition = submake.condition;
            if let Some(index) = self.enter(submake, &environment) {
                let visit = &mut self.visits[index];
                visit.condition = self.world.conditions.or(visit.condition, condition);
            }
        }
        Ok(())
    }

    /// The visit that a sub-make asks for, new or known.
    fn enter(&mut self, submake: SubMake, environment: &Rc<Environment>) -> Option<usize> {
        let directory = self.world.texts.get(submake.directory);
        let first = directory.split('/').next().unwrap_or_default();
        if BUILD_TOOLS.contains(&first) {
            return None;
        }
        let key = (submake.directory, submake.assignments, submake.goals);
        if let Some(&known) = self.by_key.get(&key) {
            return Some(known);
        }
        let modorder = self.world.texts.intern("need-modorder");
        let ordered = key.1.iter().any(|(name, _)| *name == modorder);
        let index = self.visits.len();
        self.visits.push(Visit {
            directory: submake.directory,
            place: submake.place,
            condition: Condition::FALSE,
            compiled: Vec::new(),
            module_parts: FxHashMap::default(),
            membership: Membership::default(),
            order: Few::None,
            ordered,
            children: Vec::new(),
        });
        self.by_key.insert(key.clone(), index);
        self.queue.push((index, key, Rc::clone(environment)));
        Some(index)
    }

    fn directory(&mut self, index: usize, key: &Key, inherited: &Environment) -> Result<(), Error> {
        let (directory, assignments, goals) = key;
        let path = self.world.texts.get(*directory);
        let mut make = Make::new(&mut self.world, inherited);
        make.place = self.visits[index].place.clone();
        let name = make.intern("obj");
        make.pin(name, Value::text(*directory));
        for (name, value) in assignments {
            make.pin(*name, value.clone());
        }
        make.set("MAKECMDGOALS", Value::list(goals.clone()));
        make.include("scripts/Makefile.build", Condition::TRUE)?;
        let order = make.value("obj-m");
        let order = make.words(&order, Condition::TRUE);
        let module_parts = module_parts(&mut make);
        let membership = membership(&mut make, &path, &order);
        let default = Word {
            guard: Condition::TRUE,
            text: make.intern(&format!("{path}/")),
        };
        let goals = if goals.is_empty() {
            std::slice::from_ref(&default)
        } else {
            goals
        };
        let mut walk = Walk::new(&mut make);
        walk.reach(goals);
        let Walk {
            compiled,
            submakes,
            unmade,
            ..
        } = walk;
        report_unmade(&mut make, &path, &unmade);
        let environment = if submakes.is_empty() {
            Environment::default()
        } else {
            make.environment()
        };
        let environment = Rc::new(environment);
        let mut children = Vec::new();
        for submake in submakes {
            let condition = submake.condition;
            if let Some(child) = self.enter(submake, &environment) {
                children.push((condition, child));
            }
        }
        let visit = &mut self.visits[index];
        (visit.compiled, visit.module_parts) = (compiled, module_parts);
        (visit.order, visit.children) = (order, children);
        visit.membership = membership;
        Ok(())
    }

    /// Gives each visit the condition of all ways that lead to it.
    fn propagate(&mut self) {
        let mut open: Vec<(usize, Condition)> = self
            .visits
            .iter()
            .enumerate()
            .map(|(index, visit)| (index, visit.condition))
            .filter(|(_, condition)| !condition.is_false())
            .collect();
        while let Some((index, fresh)) = open.pop() {
            for (local, child) in self.visits[index].children.clone() {
                let reached = self.world.conditions.and(fresh, local);
                let known = self.visits[child].condition;
                let new = self.world.conditions.except(reached, known);
                if !new.is_false() {
                    self.visits[child].condition = self.world.conditions.or(known, new);
                    open.push((child, new));
                }
            }
        }
    }
}

fn check_architecture(make: &mut Make<'_, '_>, arch: &str) -> Result<(), Error> {
    let directory = make.value("SRCARCH").as_text();
    let directory = directory
        .map(|text| make.world.texts.get(text))
        .unwrap_or_default();
    let makefile = format!("arch/{directory}/Makefile");
    if directory.is_empty() || !make.world.inputs.tree.exists(&makefile) {
        return Err(Error::UnknownArchitecture {
            arch: arch.to_owned(),
        });
    }
    Ok(())
}

fn module_parts(make: &mut Make<'_, '_>) -> FxHashMap<Text, Condition> {
    let value = make.value("real-obj-m");
    let mut parts = FxHashMap::default();
    for word in make.words(&value, Condition::TRUE) {
        let file = make.file(word.text);
        let guard = parts.entry(file).or_insert(Condition::FALSE);
        *guard = make.world.conditions.or(*guard, word.guard);
    }
    parts
}

/// An object that nothing makes is a rule that wasn't understood.
fn report_unmade(make: &mut Make<'_, '_>, directory: &str, unmade: &[(Text, Condition)]) {
    let mut seen = FxHashSet::default();
    for (target, _) in unmade {
        let name = make.world.texts.get(*target);
        let here = name
            .strip_prefix(directory)
            .and_then(|rest| rest.strip_prefix('/'));
        if here.is_some_and(|base| base.strip_suffix(".o").is_some() && !base.contains('/'))
            && seen.insert(*target)
        {
            make.report(format!("nothing makes {name}"));
        }
    }
}
