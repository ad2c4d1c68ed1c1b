// SPDX-License-Identifier: Apache-2.0
//! Expressions as text (`expr_print()` in scripts/kconfig/expr.c).

use super::{Connective, ExprId, Expression};
use crate::configuration::Configuration;
use crate::model::{Model, SymbolId};
use crate::value::{SymbolType, Tristate};

/// What stands around an expression, in the order of binding.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Around {
    Nothing,
    Or,
    And,
    Not,
}

/// The expression in Kconfig's grammar; `y` when it is absent.
pub fn plain(model: &Model, id: Option<ExprId>) -> String {
    written(model, id, &|_| None)
}

/// With the value of each symbol behind it: `A [=y] && B [=n]` (`expr_gstr_print()`).
pub fn with_values(configuration: &Configuration<'_>, id: Option<ExprId>) -> String {
    let model = configuration.model();
    let value = |symbol: SymbolId| {
        let declared = model.symbol(symbol);
        let known = declared.name.is_some() && declared.kind != SymbolType::Unknown;
        known.then(|| format!(" [={}]", configuration.string_value(symbol)))
    };
    written(model, id, &value)
}

/// Those alternatives of `id` that have the value `wanted`, a line for each
/// below `title`; nothing when there are none (`expr_gstr_print_revdep()`).
pub fn alternatives(
    configuration: &mut Configuration<'_>,
    id: Option<ExprId>,
    wanted: Tristate,
    title: &str,
) -> String {
    let mut text = String::new();
    for alternative in operands(configuration.model(), id) {
        if configuration.truth(Some(alternative)) == wanted {
            if text.is_empty() {
                text.push_str(title);
            }
            text.push_str("  - ");
            text.push_str(&with_values(configuration, Some(alternative)));
            text.push('\n');
        }
    }
    text
}

/// The operands of the outermost `||`, from left to right.
fn operands(model: &Model, id: Option<ExprId>) -> Vec<ExprId> {
    let mut found = Vec::new();
    let mut waiting: Vec<ExprId> = id.into_iter().collect();
    while let Some(id) = waiting.pop() {
        match model.expressions().get(id) {
            Expression::Join(Connective::Or, left, right) => waiting.extend([right, left]),
            _ => found.push(id),
        }
    }
    found
}

type Annotation<'a> = &'a dyn Fn(SymbolId) -> Option<String>;

fn written(model: &Model, id: Option<ExprId>, annotation: Annotation<'_>) -> String {
    let mut writer = Writer {
        model,
        annotation,
        out: String::new(),
    };
    match id {
        Some(id) => writer.expression(id, Around::Nothing),
        None => writer.out.push('y'),
    }
    writer.out
}

struct Writer<'a> {
    model: &'a Model,
    annotation: Annotation<'a>,
    out: String,
}

impl Writer<'_> {
    fn expression(&mut self, id: ExprId, around: Around) {
        match self.model.expressions().get(id) {
            Expression::Symbol(symbol) => self.symbol(symbol),
            Expression::Not(operand) => {
                self.out.push('!');
                self.expression(operand, Around::Not);
            }
            Expression::Compare(relation, left, right) => {
                self.symbol(left);
                self.out.push_str(relation.as_str());
                self.symbol(right);
            }
            Expression::Join(connective, left, right) => {
                let (inner, sign) = match connective {
                    Connective::And => (Around::And, " && "),
                    Connective::Or => (Around::Or, " || "),
                };
                self.parenthesised(around > inner, |this| {
                    this.expression(left, inner);
                    this.out.push_str(sign);
                    this.expression(right, inner);
                });
            }
            Expression::Range(low, high) => {
                self.out.push('[');
                self.symbol(low);
                self.out.push(' ');
                self.symbol(high);
                self.out.push(']');
            }
        }
    }

    fn parenthesised(&mut self, needed: bool, inside: impl FnOnce(&mut Self)) {
        if needed {
            self.out.push('(');
        }
        inside(self);
        if needed {
            self.out.push(')');
        }
    }

    fn symbol(&mut self, symbol: SymbolId) {
        self.out.push_str(self.model.symbol(symbol).display_name());
        self.out
            .push_str(&(self.annotation)(symbol).unwrap_or_default());
    }
}
