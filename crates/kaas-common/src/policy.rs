// SPDX-License-Identifier: Apache-2.0
//! Who may do what, decided as oslo.policy decides it: rules with defaults in code, overridden
//! by name in the operator's file; a rule is a sentence over the caller's credentials and the
//! target of the request. Whatever cannot be understood denies.

mod check;
mod enforcer;
mod expand;
mod file;
mod literal;
mod parse;
mod rule;
mod rules;
mod sample;

pub use check::Facts;
pub use enforcer::{Enforcer, Event};
pub use rule::{Former, Operation, Removal, Rule, Scope};
pub use rules::{Decision, Defaults, Fault, Rules};
pub use sample::sample;

use crate::config::{Item, Opt};

/// The name of the operator's file.
pub const POLICY_FILE: Opt<String> = Opt::text(
    "oslo_policy",
    "policy_file",
    "The relative or absolute path of a file that maps roles to permissions for a given service. \
     Relative paths must be specified in relation to the configuration file setting this option.",
)
.default("policy.yaml");

/// Folders of more such files.
pub const POLICY_DIRS: Opt<Vec<String>> = Opt::repeated(
    "oslo_policy",
    "policy_dirs",
    "Directories where policy configuration files are stored. They can be relative to any \
     directory in the search path defined by the config_dir option, or absolute paths. Missing \
     or empty directories are ignored.",
)
.defaults(&["policy.d"]);

/// The rule that decides for names that are not defined.
pub const DEFAULT_RULE: Opt<String> = Opt::text(
    "oslo_policy",
    "policy_default_rule",
    "Default rule. Enforced when a requested rule is not found.",
)
.default("default");

/// Whether a changed default is the new one alone.
pub const NEW_DEFAULTS: Opt<bool> = Opt::bool(
    "oslo_policy",
    "enforce_new_defaults",
    "Whether to use only the new defaults of rules whose default has changed. When false, what \
     the former default allowed is allowed still, unless the operator's file has the rule.",
)
.default("true");

/// For the schema of a process.
pub const ITEMS: &[Item] = &[
    POLICY_FILE.item(),
    POLICY_DIRS.item(),
    DEFAULT_RULE.item(),
    NEW_DEFAULTS.item(),
];
