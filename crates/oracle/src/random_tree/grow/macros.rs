// SPDX-License-Identifier: Apache-2.0
//! Variables and functions, and their uses.

use super::Grower;

/// Definitions; each is complete in itself, and wherever they stand the tree is valid.
const DEFINITIONS: [&str; 14] = [
    "VAR_A = text",
    "VAR_A := $(VAR_B)x",
    "VAR_A += more",
    "VAR_B = $(VAR_C) and $(lineno)",
    "VAR_B := $(lineno)",
    "VAR_C = $(filename)",
    "VAR_C :=   trailing  ",
    "fn = [$(1)|$(2)]",
    "fn = $(if-$(1),$(2))$(1)",
    "fn := $(1)",
    "if-x = yes",
    "$(VAR_B)NAME = computed",
    "VAR_B =",
    "VAR_A = $(ENVIRONMENT)",
];

/// Statements that are nothing but an expansion.
const CALLS: [&str; 8] = [
    "$(info,said $(VAR_A))",
    "$(warning-if,y,careful $(fn,1))",
    "$(warning-if,$(VAR_B),never)",
    "$(error-if,n,never)",
    "$(info,$(fn,x,y))",
    "$(fn)",
    "$(info,$(ENVIRONMENT) (a,b) $(filename):$(lineno))",
    "$(undefined)",
];

impl Grower {
    pub(super) fn variables(&mut self) -> Vec<String> {
        if !self.has_macros {
            return Vec::new();
        }
        let values = ["y", "n", "m", "NOWHERE", "text", "12"];
        let mut lines = vec![
            format!(
                "COND {} {}",
                self.dice.pick(&["=", ":="]),
                self.dice.pick(&values)
            ),
            "second = $(2)".to_owned(),
        ];
        for _ in 0..self.dice.below(6) {
            lines.push(self.dice.pick(&DEFINITIONS).to_owned());
            if self.dice.chance(30) {
                lines.push(self.dice.pick(&CALLS).to_owned());
            }
        }
        lines
    }
}
