// SPDX-License-Identifier: Apache-2.0
//! Lists in pages: filters, an order that is always total, and a marker: the item after which a
//! page begins. Every field by which a list can be sorted is never absent.

mod field;
mod order;

use diesel::BoxableExpression;
use diesel::sql_types::Bool;
use kaas_types::time::Time;

pub(crate) use field::{compare, fields, value};
pub(crate) use order::{after, all, paged};

use crate::connection::Backend;
use crate::error::Error;

/// How many values a filter may have.
pub const VALUES: usize = 100;

/// A condition on the rows of a table.
pub(crate) type Condition<T> = Box<dyn BoxableExpression<T, Backend, SqlType = Bool>>;

/// What a list can be sorted and filtered by.
pub trait Field: Copy + PartialEq + Send + Sync + 'static {
    /// Which kind of value it has.
    fn kind(self) -> FieldKind;

    /// The word for it in requests.
    fn word(self) -> &'static str;
}

/// What values a field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    Text,
    Time,
}

/// A value of a field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldValue {
    Text(String),
    Time(Time),
}

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// Equal to one of the values.
    In,
    /// Equal to none of them.
    NotIn,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A condition that every item of a list fulfils.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter<F> {
    pub(crate) field: F,
    pub(crate) operator: Operator,
    pub(crate) values: Vec<FieldValue>,
}

impl<F: Field> Filter<F> {
    pub const fn field(&self) -> F {
        self.field
    }

    pub const fn operator(&self) -> Operator {
        self.operator
    }

    pub fn values(&self) -> &[FieldValue] {
        &self.values
    }

    /// At least one value and at most [`VALUES`], each a value of the field; one that no name or
    /// word can be is refused.
    pub fn new(field: F, operator: Operator, values: &[&str]) -> Result<Self, Error> {
        let is_many = matches!(operator, Operator::In | Operator::NotIn);
        let most = if is_many { VALUES } else { 1 };
        if values.is_empty() || values.len() > most {
            return Err(Error::Value(field.word()));
        }
        let values: Result<Vec<_>, _> = values.iter().map(|text| parse(field, text)).collect();
        Ok(Self {
            field,
            operator,
            values: values?,
        })
    }
}

fn parse<F: Field>(field: F, text: &str) -> Result<FieldValue, Error> {
    let wrong = || Error::Value(field.word());
    match field.kind() {
        FieldKind::Time => Ok(FieldValue::Time(text.parse().map_err(|_| wrong())?)),
        // No database stores such a text, and one of them refuses the question.
        FieldKind::Text if text.contains('\0') => Err(wrong()),
        FieldKind::Text => Ok(FieldValue::Text(text.to_owned())),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

/// Which items of a list, in which order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection<F> {
    /// All of them hold.
    pub filters: Vec<Filter<F>>,
    /// The first counts most. Time of creation and id follow, in the direction of the last.
    pub sort: Vec<(F, Direction)>,
    /// The id of the last item of the page before.
    pub marker: Option<String>,
    /// The most items.
    pub limit: u32,
}

impl<F> Selection<F> {
    /// All, the newest first.
    pub const fn first(limit: u32) -> Self {
        Self {
            filters: Vec::new(),
            sort: Vec::new(),
            marker: None,
            limit,
        }
    }
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Whether there is another page behind it.
    pub has_more: bool,
}
