// SPDX-License-Identifier: Apache-2.0
//! A total order, and what comes behind an item in it.

use super::{Direction, Filter, Operator};

/// All fields that count, the ones that make the order total last.
pub(crate) fn all<F: Copy + PartialEq>(
    sort: &[(F, Direction)],
    last: [F; 2],
) -> Vec<(F, Direction)> {
    let mut all: Vec<(F, Direction)> = Vec::new();
    let direction = sort
        .last()
        .map_or(Direction::Descending, |(_, direction)| *direction);
    let last = last.map(|field| (field, direction));
    for (field, direction) in sort.iter().copied().chain(last) {
        if !all.iter().any(|(known, _)| *known == field) {
            all.push((field, direction));
        }
    }
    all
}

impl Direction {
    /// How what comes behind compares.
    pub(crate) const fn behind(self) -> Operator {
        match self {
            Self::Ascending => Operator::Greater,
            Self::Descending => Operator::Less,
        }
    }
}

impl<F> Filter<F> {
    /// Whether one of its values is enough; otherwise each has to hold.
    pub(crate) const fn is_any(&self) -> bool {
        matches!(self.operator, Operator::In)
    }
}

/// What comes behind a row: greater in the first field, or equal there and greater in the
/// second, and so on.
macro_rules! after {
    ($keys:expr, $row:expr) => {{
        use diesel::BoolExpressionMethods;
        use $crate::list::Operator;

        let mut behind: Option<$crate::list::Condition<_>> = None;
        for (field, direction) in $keys.iter().rev() {
            let value = field.value($row)?;
            let beyond = field.compare(direction.behind(), &value);
            behind = Some(match behind {
                None => beyond,
                Some(rest) => Box::new(beyond.or(field.compare(Operator::In, &value).and(rest))),
            });
        }
        behind
    }};
}

/// A page of a query: filters, order, marker and limit. One row more is asked for, to know
/// whether there are more.
macro_rules! paged {
    ($read:expr, $query:expr, $marked:expr, $selection:expr, $last:expr, $row:ty) => {{
        use diesel::{BoolExpressionMethods, QueryDsl, RunQueryDsl, SelectableHelper};

        let mut query = $query;
        for filter in &$selection.filters {
            let mut condition: Option<$crate::list::Condition<_>> = None;
            for value in &filter.values {
                let one = filter.field.compare(filter.operator, value);
                condition = Some(match condition {
                    None => one,
                    Some(others) if filter.is_any() => Box::new(others.or(one)),
                    Some(others) => Box::new(others.and(one)),
                });
            }
            if let Some(condition) = condition {
                query = query.filter(condition);
            }
        }
        let keys = $crate::list::all(&$selection.sort, $last);
        if let Some(marker) = &$selection.marker {
            let marked: Option<$row> = ($marked)($read, marker)?;
            let marked = marked.ok_or($crate::Error::Marker)?;
            if let Some(behind) = $crate::list::after!(keys, &marked) {
                query = query.filter(behind);
            }
        }
        for (field, direction) in &keys {
            query = field.order(query, *direction);
        }
        let mut rows: Vec<$row> = query
            .limit(i64::from($selection.limit) + 1)
            .select(<$row>::as_select())
            .load($read.connection())?;
        let limit = $selection.limit as usize;
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let items: Result<Vec<_>, _> = rows.into_iter().map(TryInto::try_into).collect();
        Ok($crate::list::Page {
            items: items?,
            has_more,
        })
    }};
}

pub(crate) use {after, paged};
