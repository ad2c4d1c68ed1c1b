// SPDX-License-Identifier: Apache-2.0
//! The text of a sum of products, with common factors taken out.

use super::{Literal, Product};
use crate::condition::Conditions;

impl Conditions {
    /// The text of a sum, and whether `||` joins it.
    pub(super) fn sum(&self, products: &[Product]) -> (String, bool) {
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
        let literal = self.literal(factor);
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
            .map(|literal| self.literal(*literal))
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
