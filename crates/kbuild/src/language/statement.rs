// SPDX-License-Identifier: Apache-2.0
//! The statements of a Makefile, as a tree of conditionals.

mod parser;

use std::rc::Rc;

use super::expression::Expression;
use crate::text::Text;

pub use parser::{Trouble, parse};

/// How a variable is given its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavor {
    /// `=`, and `define`
    Recursive,
    /// `:=` and `::=`
    Simple,
    /// `+=`
    Append,
    /// `?=`
    IfUndefined,
    /// `!=`
    Shell,
}

#[derive(Clone, Debug)]
pub struct Assignment {
    pub name: Rc<Expression>,
    pub flavor: Flavor,
    pub value: Rc<Expression>,
    pub exported: bool,
}

/// What decides a branch of a conditional.
#[derive(Clone, Debug)]
pub enum Test {
    Equal {
        left: Rc<Expression>,
        right: Rc<Expression>,
        negated: bool,
    },
    Defined {
        name: Rc<Expression>,
        negated: bool,
    },
    Otherwise,
}

#[derive(Clone, Debug)]
pub struct Branch {
    pub line: u32,
    pub test: Test,
    pub body: Vec<Statement>,
}

#[derive(Clone, Debug)]
pub struct Statement {
    pub line: u32,
    pub kind: Kind,
}

#[derive(Clone, Debug)]
pub enum Kind {
    Assign(Assignment),
    Undefine(Rc<Expression>),
    /// No names: everything is exported.
    Export(Option<Rc<Expression>>),
    Include {
        files: Rc<Expression>,
        optional: bool,
    },
    Conditional(Vec<Branch>),
    /// A rule, or a line of references that may expand to nothing.
    Rule {
        head: Rc<Expression>,
        recipe: Option<Rc<Expression>>,
    },
    /// `TARGETS: NAME = VALUE`; what they need inherits it, unless it is private.
    TargetVariable {
        targets: Rc<Expression>,
        name: Text,
        private: bool,
    },
    /// `vpath`, `unexport` and the like, which decide nothing about objects.
    Nothing,
    /// A line of the recipe of the rule before.
    Recipe(Rc<Expression>),
}
