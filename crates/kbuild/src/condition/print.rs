// SPDX-License-Identifier: Apache-2.0
//! Conditions in Kconfig's expression grammar, as short as a person would write them.
//!
//! A diagram becomes a sum of products, and common factors are taken out of the sum. What
//! has no short sum may have a short negation, or is taken apart by the values of one
//! variable.

mod cover;
mod sum;

use std::fmt;

use rustc_hash::FxHashSet;

use super::{Condition, Conditions, Variable};

/// One literal: a variable, and the set of its values as bits for n, m, y.
type Literal = (u32, u8);
/// A product of literals, sorted by variable.
type Product = Vec<Literal>;

/// More bytes than this are not printed: most conditions take a line, and a few thousand
/// operators hide what they mean.
const MAXIMUM_LENGTH: usize = 1 << 20;

const N: u8 = 1;
const M: u8 = 2;
const Y: u8 = 4;

/// A condition that has no text of reasonable length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the condition takes more than {MAXIMUM_LENGTH} bytes to write down"
        )
    }
}

impl std::error::Error for TooLong {}

impl Conditions {
    /// The condition in Kconfig's grammar: `y` and `n` for always and never, a
    /// bool symbol by its name, a tristate by comparisons, so that the value
    /// of the whole is y or n and never m.
    pub fn print(&mut self, condition: Condition) -> Result<String, TooLong> {
        let mut printer = Printer {
            conditions: self,
            long: FxHashSet::default(),
            left: MAXIMUM_LENGTH,
        };
        let (text, _) = printer.condition(condition)?;
        Ok(text)
    }

    fn literal(&self, (variable, set): Literal) -> String {
        let (left, right) = match &self.variables[variable as usize] {
            Variable::Symbol {
                name,
                tristate: false,
            } => {
                return if set & Y != 0 {
                    name.clone()
                } else {
                    format!("!{name}")
                };
            }
            Variable::Symbol {
                name,
                tristate: true,
            } => {
                return match set {
                    N => format!("{name}=n"),
                    M => format!("{name}=m"),
                    Y => format!("{name}=y"),
                    _ if set == M | Y => format!("{name}!=n"),
                    _ if set == N | Y => format!("{name}!=m"),
                    _ => format!("{name}!=y"),
                };
            }
            Variable::Equals { name, value } => (name.clone(), quote(value)),
            Variable::Answers { command, output } => {
                let command = command.trim_start_matches('$');
                (quote(&format!("$(shell {command})")), quote(output))
            }
        };
        let operator = if set & Y != 0 { "=" } else { "!=" };
        format!("{left}{operator}{right}")
    }
}

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

struct Printer<'c> {
    conditions: &'c mut Conditions,
    /// Conditions with neither a short sum nor a short negation.
    long: FxHashSet<Condition>,
    /// How many bytes may still be written.
    left: usize,
}

impl Printer<'_> {
    /// The text, and whether `||` joins it.
    fn condition(&mut self, condition: Condition) -> Result<(String, bool), TooLong> {
        let (text, sum) = match self.short(condition) {
            Some(short) => short,
            None => self.by_value(condition)?,
        };
        self.left = self.left.checked_sub(text.len()).ok_or(TooLong)?;
        Ok((text, sum))
    }

    fn short(&mut self, condition: Condition) -> Option<(String, bool)> {
        if self.long.contains(&condition) {
            return None;
        }
        if let Some(sum) = self.conditions.products(condition) {
            return Some(self.conditions.sum(&sum));
        }
        let negation = self.conditions.not(condition);
        if let Some(sum) = self.conditions.products(negation) {
            let (text, _) = self.conditions.sum(&sum);
            return Some((format!("!({text})"), false));
        }
        self.long.insert(condition);
        None
    }

    /// The cases that the values of the diagram's first variable make.
    fn by_value(&mut self, condition: Condition) -> Result<(String, bool), TooLong> {
        let node = self.conditions.nodes.get(condition);
        let mut terms: Vec<String> = Vec::new();
        let mut left = N | M | Y;
        for value in 0..3 {
            let branch = node.branches[value];
            if left & (1 << value) == 0 || branch.is_false() {
                continue;
            }
            let set = (0..3)
                .filter(|other| node.branches[*other] == branch)
                .fold(0, |set, other| set | (1 << other));
            left &= !set;
            let literal = self.conditions.literal((node.variable, set));
            terms.push(match self.condition(branch)? {
                _ if branch.is_true() => literal,
                (text, true) => format!("{literal} && ({text})"),
                (text, false) => format!("{literal} && {text}"),
            });
        }
        Ok((terms.join(" || "), terms.len() > 1))
    }
}

#[cfg(test)]
mod tests {
    use kconfig::{SymbolType, Tristate};

    use super::*;
    use crate::condition::Expression;

    /// Every condition over two tristates and a bool that a few operations make.
    fn some_conditions(conditions: &mut Conditions) -> Vec<Condition> {
        let mut all = vec![Condition::TRUE, Condition::FALSE];
        for name in ["A", "B"] {
            for value in Tristate::ALL {
                all.push(conditions.symbol(name, SymbolType::Tristate, value));
            }
        }
        all.push(conditions.symbol("C", SymbolType::Bool, Tristate::Yes));
        for _ in 0..2 {
            for index in 0..all.len().min(40) {
                let (one, other) = (all[index], all[(index * 7 + 3) % all.len()]);
                let rest = conditions.except(one, other);
                all.extend([conditions.or(rest, other), conditions.and(one, other), rest]);
                all.push(conditions.or(one, rest));
                let last = all[all.len() - 5];
                all.push(conditions.or(rest, last));
            }
        }
        all
    }

    /// As a condition without a short form is printed.
    fn by_value(conditions: &mut Conditions, condition: Condition) -> String {
        let mut printer = Printer {
            conditions,
            long: FxHashSet::from_iter([condition]),
            left: MAXIMUM_LENGTH,
        };
        if condition.is_true() || condition.is_false() {
            return printer.conditions.print(condition).unwrap();
        }
        printer.condition(condition).unwrap().0
    }

    #[test]
    fn what_is_printed_means_the_same() {
        let mut conditions = Conditions::default();
        let all = some_conditions(&mut conditions);
        for condition in all {
            let text = conditions.print(condition).unwrap();
            let expression = Expression::parse(&text).unwrap();
            let diagram = by_value(&mut conditions, condition);
            let diagram = Expression::parse(&diagram).unwrap();
            for case in 0..18 {
                let value = |name: &str| match name {
                    "A" => Tristate::ALL[case % 3],
                    "B" => Tristate::ALL[case / 3 % 3],
                    _ => Tristate::from(case / 9 == 1),
                };
                let truth = conditions.evaluate(condition, &|variable| match variable {
                    Variable::Symbol { name, .. } => value(name),
                    _ => Tristate::No,
                });
                let read = |name: &str| Some(value(name).as_str().to_owned());
                assert_eq!(expression.evaluate(&read), Tristate::from(truth), "{text}");
                assert_eq!(diagram.evaluate(&read), Tristate::from(truth), "{text}");
            }
        }
    }

    #[test]
    fn common_factors_are_taken_out() {
        let mut conditions = Conditions::default();
        let mut symbol = |name, value| conditions.symbol(name, SymbolType::Tristate, value);
        let (a, b) = (symbol("A", Tristate::Yes), symbol("B", Tristate::Module));
        let (c, d) = (symbol("C", Tristate::No), symbol("D", Tristate::Yes));
        let any = conditions.any([a, b, c]);
        let both = conditions.and(any, d);
        assert_eq!(
            conditions.print(both).unwrap(),
            "D=y && (A=y || B=m || C=n)"
        );
        let not = conditions.not(d);
        assert_eq!(conditions.print(not).unwrap(), "D!=y");
    }

    /// Of each two symbols at least one: as a sum, as many products as there are ways to
    /// choose.
    #[test]
    fn what_has_no_short_sum_may_have_a_short_negation() {
        let mut conditions = Conditions::default();
        let mut all = Condition::TRUE;
        let mut expected = Vec::new();
        for number in 0..30 {
            let names = ["A", "B"].map(|letter| format!("{letter}{number}"));
            let [one, other] =
                names.map(|name| conditions.symbol(&name, SymbolType::Bool, Tristate::Yes));
            let any = conditions.or(one, other);
            all = conditions.and(all, any);
            expected.push(format!("!A{number} && !B{number}"));
        }
        let text = conditions.print(all).unwrap();
        let inner = text
            .strip_prefix("!(")
            .and_then(|rest| rest.strip_suffix(')'));
        let mut found: Vec<&str> = inner.unwrap().split(" || ").collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected);
    }

    /// Whether an odd number of symbols is set has no short text of this grammar.
    #[test]
    fn what_has_no_short_text_ends_as_an_error() {
        let mut conditions = Conditions::default();
        let mut odd = Condition::FALSE;
        for number in 0..60 {
            let name = format!("A{number}");
            let set = conditions.symbol(&name, SymbolType::Bool, Tristate::Yes);
            let (one, other) = (conditions.except(odd, set), conditions.except(set, odd));
            odd = conditions.or(one, other);
            if number == 9 {
                let text = conditions.print(odd).unwrap();
                assert!(Expression::parse(&text).is_ok(), "{text}");
            }
        }
        assert_eq!(conditions.print(odd), Err(TooLong));
    }
}
