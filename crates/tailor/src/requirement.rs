// SPDX-License-Identifier: Apache-2.0
//! What a configuration has to carry, and why: facts about files and symbols, which hold
//! for any source of a kernel's series.

use serde::{Deserialize, Serialize};

/// Something that has to be so.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Demand {
    /// The source file, relative to the tree, is compiled into the kernel or a module.
    File(String),
    /// The bool or tristate symbol is y or m.
    On(String),
    /// The bool or tristate symbol is n.
    Off(String),
    /// The hardening rule with this id is passed.
    Rule(String),
    /// The symbol that protects something is on, unless what it protects is gone.
    Protection(String),
}

/// Why something is demanded: the evidence or the policy.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Functions of it were executed: in which phases, how many, and the first of them.
    Executed {
        phases: Vec<String>,
        functions: usize,
        example: String,
    },
    /// A fact of the inventory: what was found, and where.
    Inventory { fact: String, source: String },
    /// A named policy.
    Policy(String),
    /// The hardening floor.
    Floor(String),
    /// A hardening recommendation, followed where everything else leaves room for it.
    Recommended(String),
    /// The user's keep list or drop list.
    User,
}

/// A demand with all its reasons, never without one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    pub demand: Demand,
    pub reasons: Vec<Reason>,
}

impl Requirement {
    /// Whether the user asked for it.
    pub fn is_the_users(&self) -> bool {
        self.reasons.contains(&Reason::User)
    }

    /// Whether it gives way to all others.
    pub fn is_a_wish(&self) -> bool {
        let is_wish = |reason: &Reason| matches!(reason, Reason::Recommended(_));
        self.reasons.iter().all(is_wish)
    }
}

/// Requirements by demand: a further reason joins those that are there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Requirement>", into = "Vec<Requirement>")]
pub struct Requirements {
    all: Vec<Requirement>,
    by_demand: std::collections::BTreeMap<Demand, usize>,
}

impl Requirements {
    pub fn add(&mut self, demand: Demand, reason: Reason) {
        let index = *self.by_demand.entry(demand).or_insert_with_key(|demand| {
            self.all.push(Requirement {
                demand: demand.clone(),
                reasons: Vec::new(),
            });
            self.all.len() - 1
        });
        let reasons = &mut self.all[index].reasons;
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }

    /// Without the hardening floor, which each replaced kernel has its own of.
    #[must_use]
    pub fn without_floor(self) -> Self {
        let is_floor =
            |one: &Requirement| matches!(one.demand, Demand::Rule(_) | Demand::Protection(_));
        let all = self.all.into_iter().filter(|one| !is_floor(one));
        Self::from(all.collect::<Vec<_>>())
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Requirement> {
        self.all.iter()
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub fn get(&self, demand: &Demand) -> Option<&Requirement> {
        self.all.iter().find(|one| one.demand == *demand)
    }
}

impl<'r> IntoIterator for &'r Requirements {
    type Item = &'r Requirement;
    type IntoIter = std::slice::Iter<'r, Requirement>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl From<Vec<Requirement>> for Requirements {
    fn from(stated: Vec<Requirement>) -> Self {
        let mut requirements = Self::default();
        for Requirement { demand, reasons } in stated {
            for reason in reasons {
                requirements.add(demand.clone(), reason);
            }
        }
        requirements
    }
}

impl From<Requirements> for Vec<Requirement> {
    fn from(requirements: Requirements) -> Self {
        requirements.all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stored_can_be_added_to() {
        let mut first = Requirements::default();
        first.add(Demand::On("A".to_owned()), Reason::User);
        let text = serde_json::to_string(&first).unwrap();
        let mut again: Requirements = serde_json::from_str(&text).unwrap();
        assert_eq!(again, first);
        again.add(Demand::On("A".to_owned()), Reason::Policy("p".to_owned()));
        assert_eq!(again.len(), 1);
        assert_eq!(again.iter().next().map(|one| one.reasons.len()), Some(2));
    }
}
