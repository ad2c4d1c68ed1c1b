// SPDX-License-Identifier: Apache-2.0
//! The declaration of a rule: its default, and what the sample and the documentation say of it.

/// What a token was issued for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    System,
    Domain,
    Project,
}

impl Scope {
    /// As oslo.policy spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Domain => "domain",
            Self::Project => "project",
        }
    }
}

/// A request that the rule decides.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    pub method: &'static str,
    pub path: &'static str,
}

/// What the rule was before: another name, another default, or both.
#[derive(Clone, Copy, Debug)]
pub struct Former {
    pub name: &'static str,
    pub check: &'static str,
    pub since: &'static str,
    pub reason: &'static str,
}

/// When the rule is to go, and why.
#[derive(Clone, Copy, Debug)]
pub struct Removal {
    pub since: &'static str,
    pub reason: &'static str,
}

/// A rule with its default.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// `kaas:kernels:create`
    pub name: &'static str,
    /// The default, in the language of rules.
    pub check: &'static str,
    /// The tokens that may ask for it at all; of any scope when empty.
    pub scopes: &'static [Scope],
    pub help: &'static str,
    pub operations: &'static [Operation],
    pub former: Option<Former>,
    pub removal: Option<Removal>,
}

impl Rule {
    /// A rule without operations, for others to refer to.
    pub const fn new(name: &'static str, check: &'static str, help: &'static str) -> Self {
        Self {
            name,
            check,
            scopes: &[],
            help,
            operations: &[],
            former: None,
            removal: None,
        }
    }
}
