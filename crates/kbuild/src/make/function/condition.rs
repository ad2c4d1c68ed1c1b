// SPDX-License-Identifier: Apache-2.0
//! `$(if)`, `$(or)`, `$(and)`: what decides becomes a condition.

use crate::condition::Condition;
use crate::language::Expression;
use crate::make::Make;
use crate::value::Value;

impl Make<'_, '_> {
    pub(super) fn if_function(&mut self, arguments: &[Expression], within: Condition) -> Value {
        let holds = self.truth(arguments.first(), within);
        let fails = self.except(within, holds);
        let mut result = Value::default();
        for (argument, guard) in [(arguments.get(1), holds), (arguments.get(2), fails)] {
            let Some(argument) = argument.filter(|_| !guard.is_false()) else {
                continue;
            };
            let part = self.expand(argument, guard);
            let guard = if guard == within {
                Condition::TRUE
            } else {
                guard
            };
            result.push(&part, guard, &mut self.world.conditions);
        }
        result
    }

    /// When an argument's text, without white space around it, is not empty.
    fn truth(&mut self, argument: Option<&Expression>, within: Condition) -> Condition {
        let Some(argument) = argument else {
            return Condition::FALSE;
        };
        let words = self.words_of(argument, within);
        let any = self
            .world
            .conditions
            .any(words.iter().map(|word| word.guard));
        self.and(any, within)
    }

    pub(super) fn or_function(&mut self, arguments: &[Expression], within: Condition) -> Value {
        let mut open = within;
        let mut result = Value::default();
        for argument in arguments {
            let value = self.expand(argument, open);
            let words = self.words(&value, open);
            let holds = self
                .world
                .conditions
                .any(words.iter().map(|word| word.guard));
            let holds = self.and(holds, open);
            let part = Value::list(words);
            result.push(&part, holds, &mut self.world.conditions);
            open = self.except(open, holds);
            if open.is_false() {
                break;
            }
        }
        result
    }

    pub(super) fn and_function(&mut self, arguments: &[Expression], within: Condition) -> Value {
        let mut holds = within;
        let mut last = Value::default();
        for argument in arguments {
            if holds.is_false() {
                return Value::default();
            }
            last = self.expand(argument, holds);
            let words = self.words(&last, holds);
            let any = self
                .world
                .conditions
                .any(words.iter().map(|word| word.guard));
            holds = self.and(holds, any);
        }
        let mut result = Value::default();
        result.push(&last, holds, &mut self.world.conditions);
        result
    }
}
