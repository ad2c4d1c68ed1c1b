// SPDX-License-Identifier: Apache-2.0
//! Named policies: what is needed although nothing was executed, and what is not needed
//! although something was. They are data: `data/policy/*.toml`.

use ftrace::Inventory;
use ftrace::inventory::Fact;
use serde::Deserialize;

mod predicate;

use predicate::Predicate;

/// How much is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// Everything that was executed, while booting too.
    Conservative,
    /// Components that are in use, and the full cloud-guest policy.
    #[default]
    Balanced,
    /// The smallest policy: features only on evidence.
    Minimal,
}

impl Profile {
    pub fn name(self) -> &'static str {
        match self {
            Self::Conservative => "conservative",
            Self::Balanced => "balanced",
            Self::Minimal => "minimal",
        }
    }
}

/// What policies are asked about.
pub struct Machine<'m> {
    pub inventory: &'m Inventory,
    /// The names of the functions that were traced.
    pub functions: &'m [&'m str],
}

/// Symbols that stay on where they were on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    pub name: String,
    pub why: String,
    pub keep: Vec<String>,
    #[serde(default)]
    profiles: Vec<Profile>,
    #[serde(default)]
    when: Option<Vec<Predicate>>,
}

/// Symbols that are kept only on better evidence than that something of them was executed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feature {
    pub name: String,
    #[serde(default)]
    pub symbols: Vec<String>,
    /// Facts that are there wherever the kernel has the feature: they prove no need of it.
    #[serde(default)]
    no_evidence: Vec<Predicate>,
    #[serde(default = "only_minimal")]
    profiles: Vec<Profile>,
    when: Vec<Predicate>,
}

fn only_minimal() -> Vec<Profile> {
    vec![Profile::Minimal]
}

impl Feature {
    /// Whether a fact is there wherever the kernel has this feature.
    pub fn explains(&self, fact: &Fact) -> bool {
        self.no_evidence.iter().any(|one| one.describes(fact))
    }
}

/// All policies.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policies {
    #[serde(default, rename = "policy")]
    policies: Vec<Policy>,
    #[serde(default, rename = "feature")]
    features: Vec<Feature>,
}

/// The files that come with the program.
const SHIPPED: [&str; 2] = [
    include_str!("../data/policy/cloud-guest.toml"),
    include_str!("../data/policy/features.toml"),
];

impl Policies {
    /// Those that come with the program.
    ///
    /// # Errors
    /// Never in a released program: a test reads the files.
    pub fn shipped() -> Result<Self, String> {
        let mut all = Self::default();
        for text in SHIPPED {
            let one = Self::parse(text)?;
            all.policies.extend(one.policies);
            all.features.extend(one.features);
        }
        Ok(all)
    }

    /// One file; the error says where it is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// The policies that apply to a machine.
    pub fn applying<'p>(
        &'p self,
        profile: Profile,
        machine: &'p Machine<'_>,
    ) -> impl Iterator<Item = &'p Policy> {
        self.policies.iter().filter(move |policy| {
            let here = policy.profiles.is_empty() || policy.profiles.contains(&profile);
            let when = policy.when.as_ref();
            here && when.is_none_or(|when| any(when, machine))
        })
    }

    /// The features that are not kept for having been executed.
    pub fn unproven<'p>(
        &'p self,
        profile: Profile,
        machine: &'p Machine<'_>,
    ) -> impl Iterator<Item = &'p Feature> {
        self.features.iter().filter(move |feature| {
            feature.profiles.contains(&profile) && !any(&feature.when, machine)
        })
    }
}

fn any(predicates: &[Predicate], machine: &Machine<'_>) -> bool {
    predicates.iter().any(|predicate| predicate.holds(machine))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shipped_can_be_read() {
        let policies = Policies::shipped().unwrap();
        assert!(!policies.policies.is_empty() && !policies.features.is_empty());
    }

    #[test]
    fn a_policy_applies_on_evidence() {
        let text = "[[policy]]\nname = 'p'\nwhy = 'w'\nkeep = ['A']\nwhen = ['swap']\n";
        let policies = Policies::parse(text).unwrap();
        let mut inventory = Inventory::default();
        let applying = |inventory: &Inventory| {
            let functions = &[];
            let machine = Machine {
                inventory,
                functions,
            };
            policies.applying(Profile::Minimal, &machine).count()
        };
        assert_eq!(applying(&inventory), 0);
        inventory.evidence.push(ftrace::inventory::Evidence {
            fact: ftrace::inventory::Swap::default().into(),
            source: String::new(),
        });
        assert_eq!(applying(&inventory), 1);
    }

    #[test]
    fn a_feature_is_proven_by_its_entry_points() {
        let text = "[[feature]]\nname = 'f'\nsymbols = ['A']\n\
                    when = ['executed function=__x64_sys_a_*']\n";
        let policies = Policies::parse(text).unwrap();
        let inventory = &Inventory::default();
        let unproven = |functions: &[&str]| {
            let machine = Machine {
                inventory,
                functions,
            };
            policies.unproven(Profile::Minimal, &machine).count()
        };
        assert_eq!(unproven(&["sys_a"]), 1);
        assert_eq!(unproven(&["__x64_sys_a_setup"]), 0);
    }
}
