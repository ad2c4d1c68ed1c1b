// SPDX-License-Identifier: Apache-2.0
//! The fields of a list and the columns behind them, declared once: word, kind and column.

/// The condition of one field, as its kind has it.
macro_rules! compare {
    (Text, $column:expr, $operator:expr, $value:expr) => {
        $crate::list::compare!(@ $column, $operator, $value, Text, |text: &String| text.clone())
    };
    (Time, $column:expr, $operator:expr, $value:expr) => {
        $crate::list::compare!(@ $column, $operator, $value, Time, |time: &kaas_types::time::Time| {
            $crate::stored::moment(*time)
        })
    };
    (@ $column:expr, $operator:expr, $value:expr, $kind:ident, $store:expr) => {{
        let $crate::list::FieldValue::$kind(value) = $value else {
            return Box::new(diesel::dsl::sql::<diesel::sql_types::Bool>("1 = 0"));
        };
        let value = ($store)(value);
        match $operator {
            $crate::list::Operator::In => Box::new($column.eq(value)),
            $crate::list::Operator::NotIn => Box::new($column.ne(value)),
            $crate::list::Operator::Less => Box::new($column.lt(value)),
            $crate::list::Operator::LessOrEqual => Box::new($column.le(value)),
            $crate::list::Operator::Greater => Box::new($column.gt(value)),
            $crate::list::Operator::GreaterOrEqual => Box::new($column.ge(value)),
        }
    }};
}

/// The value that a row has in a field.
macro_rules! value {
    (Text, $value:expr, $table:expr) => {
        Ok($crate::list::FieldValue::Text($value.clone()))
    };
    (Time, $value:expr, $table:expr) => {
        Ok($crate::list::FieldValue::Time($crate::stored::time(
            $table, "time", $value,
        )?))
    };
}

/// Declares the fields of a table's list. Each has the word of requests, its kind, its column,
/// and where the row has it.
macro_rules! fields {
    ($(#[$meta:meta])* pub enum $set:ident of $table:ident, $row:ty {
        $($field:ident = $word:literal, $kind:ident $column:ident ($($path:ident).+);)+
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $set {
            $($field,)+
        }

        impl $set {
            pub const ALL: &'static [Self] = &[$(Self::$field),+];

            /// The condition on a row.
            pub(crate) fn compare(
                self,
                operator: $crate::list::Operator,
                value: &$crate::list::FieldValue,
            ) -> $crate::list::Condition<$table::table> {
                use diesel::ExpressionMethods;

                match self {
                    $(Self::$field => $crate::list::compare!($kind, $table::$column, operator, value),)+
                }
            }

            /// What a row has there.
            pub(crate) fn value(self, row: &$row) -> Result<$crate::list::FieldValue, $crate::Error> {
                match self {
                    $(Self::$field => $crate::list::value!($kind, row.$($path).+, stringify!($table)),)+
                }
            }

            /// Sorts by it, after what is sorted by already.
            pub(crate) fn order(
                self,
                query: $table::BoxedQuery<'_, $crate::connection::Backend>,
                direction: $crate::list::Direction,
            ) -> $table::BoxedQuery<'_, $crate::connection::Backend> {
                use diesel::{ExpressionMethods, QueryDsl};
                use $crate::list::Direction::{Ascending, Descending};

                match (self, direction) {
                    $(
                        (Self::$field, Ascending) => query.then_order_by($table::$column.asc()),
                        (Self::$field, Descending) => query.then_order_by($table::$column.desc()),
                    )+
                }
            }
        }

        impl $crate::list::Field for $set {
            fn kind(self) -> $crate::list::FieldKind {
                match self {
                    $(Self::$field => $crate::list::FieldKind::$kind,)+
                }
            }

            fn word(self) -> &'static str {
                match self {
                    $(Self::$field => $word,)+
                }
            }
        }

        impl std::str::FromStr for $set {
            type Err = $crate::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$field),)+
                    _ => Err($crate::Error::Value("the fields of this list")),
                }
            }
        }
    };
}

pub(crate) use {compare, fields, value};
