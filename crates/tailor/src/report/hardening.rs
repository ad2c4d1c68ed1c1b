// SPDX-License-Identifier: Apache-2.0
//! Hardening rules under the replaced configuration and under the result: that none is
//! lost can be seen, rule by rule.

use serde::{Deserialize, Serialize};

/// A rule of the hardening floor, a CPU mitigation, or a security symbol of the baseline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Unique among the rules.
    pub id: String,
    /// As the rule file says it: `self-protection`, `mitigation`, ...
    pub kind: String,
    /// What it protects, or from what.
    pub protects: String,
    /// Who asks for it.
    pub source: String,
    /// Under the configuration that is replaced.
    pub baseline: Verdict,
    pub result: Verdict,
}

/// What a rule says about a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Passed,
    Failed,
    /// This release or architecture does not know what the rule speaks of.
    NotApplicable,
    /// The code that the rule protects is not compiled.
    Gone,
}

impl Verdict {
    pub const ALL: [Self; 4] = [Self::Passed, Self::Failed, Self::NotApplicable, Self::Gone];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotApplicable => "not applicable",
            Self::Gone => "what it protects is gone",
        }
    }
}

/// What tailoring did to a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// Passed before and no longer, though what it protects is there.
    Lost,
    /// Passes now and did not before.
    Won,
    /// Passed before and passes.
    Held,
    /// What it protects is gone.
    Gone,
    /// Failed before and fails.
    StillFailing,
    /// Says nothing about this kernel.
    NotApplicable,
}

impl Rule {
    pub fn outcome(&self) -> Outcome {
        use Verdict::{Failed, Gone, NotApplicable, Passed};
        match (self.baseline, self.result) {
            (Passed, Passed) => Outcome::Held,
            (Passed | Gone, Failed) | (Passed, NotApplicable) => Outcome::Lost,
            (_, Passed) => Outcome::Won,
            (_, Gone) => Outcome::Gone,
            (_, Failed) => Outcome::StillFailing,
            (_, NotApplicable) => Outcome::NotApplicable,
        }
    }
}

impl Outcome {
    pub const ALL: [Self; 6] = [
        Self::Lost,
        Self::Won,
        Self::Held,
        Self::Gone,
        Self::StillFailing,
        Self::NotApplicable,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Won => "won",
            Self::Held => "held",
            Self::Gone => "gone",
            Self::StillFailing => "still failing",
            Self::NotApplicable => "not applicable",
        }
    }

    pub(super) fn count(self, rules: &[Rule]) -> u64 {
        rules
            .iter()
            .map(|rule| u64::from(rule.outcome() == self))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_lost_when_it_passed_and_what_it_protects_is_there() {
        use Verdict::{Failed, Gone, NotApplicable, Passed};
        let cases = [
            (Passed, Passed, Outcome::Held),
            (Passed, Failed, Outcome::Lost),
            (Passed, NotApplicable, Outcome::Lost),
            (Passed, Gone, Outcome::Gone),
            (Gone, Failed, Outcome::Lost),
            (Gone, Gone, Outcome::Gone),
            (Failed, Passed, Outcome::Won),
            (Failed, Failed, Outcome::StillFailing),
            (Failed, Gone, Outcome::Gone),
            (NotApplicable, NotApplicable, Outcome::NotApplicable),
        ];
        for (baseline, result, outcome) in cases {
            let rule = Rule {
                id: String::new(),
                kind: String::new(),
                protects: String::new(),
                source: String::new(),
                baseline,
                result,
            };
            assert_eq!(rule.outcome(), outcome, "{baseline:?} {result:?}");
        }
    }
}
