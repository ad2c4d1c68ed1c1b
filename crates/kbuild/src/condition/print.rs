// SPDX-License-Identifier: Apache-2.0
//! Conditions in Kconfig's expression grammar, as short as a person would write them.
//!
//! A diagram becomes an irredundant sum of products (Minato's method, for
//! variables of three values), and common factors are taken out of the sum.

use super::{Condition, Conditions, Variable};

/// One literal: a variable, and the set of its values as bits for n, m, y.
type Literal = (u32, u8);
/// A product of literals, sorted by variable.
type Product = Vec<Literal>;

/// A sum of more products than this is written as the diagram stands.
const MAXIMUM_PRODUCTS: usize = 400;

const N: u8 = 1;
const M: u8 = 2;
const Y: u8 = 4;

impl Conditions {
    /// The condition in Kconfig's grammar: `y` and `n` for always and never, a
    /// bool symbol by its name, a tristate by comparisons, so that the value
    /// of the whole is y or n and never m.
    pub fn print(&mut self, condition: Condition) -> String {
        let mut sum = Vec::new();
        match self.cover(condition, condition, &mut Vec::new(), &mut sum) {
            Some(_) => Printer { conditions: self }.sum(&sum).0,
            None => self.print_diagram(condition).0,
        }
    }

    /// Finds products whose sum lies between `lower` and `upper`; they are
    /// appended to `sum` after the literals of `path`. Gives what they cover.
    fn cover(
        &mut self,
        lower: Condition,
        upper: Condition,
        path: &mut Product,
        sum: &mut Vec<Product>,
    ) -> Option<Condition> {
        if lower.is_false() {
            return Some(Condition::FALSE);
        }
        if upper.is_true() {
            sum.push(path.clone());
            return (sum.len() <= MAXIMUM_PRODUCTS).then_some(Condition::TRUE);
        }
        let variable = self.top(lower).min(self.top(upper));
        let mut rest = self.branches(lower, variable);
        let upper = self.branches(upper, variable);
        let tristate = self.variables[variable as usize].is_tristate();
        let mut covered = [Condition::FALSE; 3];
        let sets: &[u8] = if tristate {
            &[N, M, Y, N | M, N | Y, M | Y, N | M | Y]
        } else {
            &[N, Y, N | M | Y]
        };
        for &set in sets {
            let (low, high) = self.bounds(&rest, &upper, set, tristate);
            if set != (N | M | Y) {
                path.push((variable, set));
            }
            let found = self.cover(low, high, path, sum)?;
            if set != (N | M | Y) {
                path.pop();
            }
            for value in (0..3).filter(|value| set & (1 << value) != 0) {
                covered[value] = self.or(covered[value], found);
                rest[value] = self.except(rest[value], found);
            }
        }
        if !tristate {
            covered[1] = covered[0];
        }
        Some(self.node(variable, covered))
    }

    /// What only products with exactly this set of values can cover, and what they may.
    fn bounds(
        &mut self,
        rest: &[Condition; 3],
        upper: &[Condition; 3],
        set: u8,
        tristate: bool,
    ) -> (Condition, Condition) {
        let values: &[usize] = if tristate { &[0, 1, 2] } else { &[0, 2] };
        let inside = |value: &usize| set & (1 << value) != 0;
        let mut high = Condition::TRUE;
        let mut outside = Condition::FALSE;
        for value in values {
            if inside(value) {
                high = self.and(high, upper[*value]);
            } else {
                outside = self.or(outside, upper[*value]);
            }
        }
        let mut low = Condition::FALSE;
        for value in values.iter().filter(|value| inside(value)) {
            low = self.or(low, rest[*value]);
        }
        let low = self.and(low, high);
        (self.except(low, outside), high)
    }

    /// The text, and whether it is a sum. For conditions without a short form.
    fn print_diagram(&self, condition: Condition) -> (String, bool) {
        if condition.is_true() || condition.is_false() {
            return (
                if condition.is_true() { "y" } else { "n" }.to_owned(),
                false,
            );
        }
        let node = self.nodes.get(condition);
        let mut terms: Vec<String> = Vec::new();
        let mut left = 7u8;
        for value in 0..3 {
            if left & (1 << value) == 0 || node.branches[value].is_false() {
                continue;
            }
            let set = (0..3)
                .filter(|other| node.branches[*other] == node.branches[value])
                .fold(0, |set, other| set | (1 << other));
            left &= !set;
            let literal = self.literal((node.variable, set));
            let (text, sum) = self.print_diagram(node.branches[value]);
            terms.push(match (node.branches[value].is_true(), sum) {
                (true, _) => literal,
                (false, true) => format!("{literal} && ({text})"),
                (false, false) => format!("{literal} && {text}"),
            });
        }
        (terms.join(" || "), terms.len() > 1)
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
    conditions: &'c Conditions,
}

impl Printer<'_> {
    /// The text of a sum, and whether `||` joins it.
    fn sum(&self, products: &[Product]) -> (String, bool) {
        match products {
            [] => return ("n".to_owned(), false),
            _ if products.iter().any(Vec::is_empty) => return ("y".to_owned(), false),
            [product] => return (self.product(product), false),
            _ => {}
        }
        let Some(factor) = most_frequent(products) else {
            let terms: Vec<String> = products
                .iter()
                .map(|product| self.product(product))
                .collect();
            return (terms.join(" || "), true);
        };
        let (with, without): (Vec<&Product>, Vec<&Product>) = products
            .iter()
            .partition(|product| product.contains(&factor));
        let quotient: Vec<Product> = with
            .into_iter()
            .map(|product| {
                product
                    .iter()
                    .copied()
                    .filter(|literal| *literal != factor)
                    .collect()
            })
            .collect();
        let literal = self.conditions.literal(factor);
        let (inner, is_sum) = self.sum(&quotient);
        let term = match (is_sum, inner.as_str()) {
            (_, "y") => literal,
            (true, _) => format!("{literal} && ({inner})"),
            (false, _) => format!("{literal} && {inner}"),
        };
        if without.is_empty() {
            return (term, false);
        }
        let without: Vec<Product> = without.into_iter().cloned().collect();
        let (others, _) = self.sum(&without);
        (format!("{term} || {others}"), true)
    }

    fn product(&self, product: &Product) -> String {
        let literals: Vec<String> = product
            .iter()
            .map(|literal| self.conditions.literal(*literal))
            .collect();
        literals.join(" && ")
    }
}

/// The literal in most products, the first in the order of variables among
/// equals; none if no two products share one.
fn most_frequent(products: &[Product]) -> Option<Literal> {
    let mut counts: std::collections::BTreeMap<Literal, usize> = std::collections::BTreeMap::new();
    for literal in products.iter().flatten() {
        *counts.entry(*literal).or_default() += 1;
    }
    let most = counts.values().copied().max().filter(|most| *most > 1)?;
    counts
        .into_iter()
        .find(|(_, count)| *count == most)
        .map(|(literal, _)| literal)
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

    #[test]
    fn what_is_printed_means_the_same() {
        let mut conditions = Conditions::default();
        let all = some_conditions(&mut conditions);
        for condition in all {
            let text = conditions.print(condition);
            let expression = Expression::parse(&text).unwrap();
            let (diagram, _) = conditions.print_diagram(condition);
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
        assert_eq!(conditions.print(both), "D=y && (A=y || B=m || C=n)");
        let not = conditions.not(d);
        assert_eq!(conditions.print(not), "D!=y");
    }
}
