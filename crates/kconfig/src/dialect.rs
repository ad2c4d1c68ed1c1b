// SPDX-License-Identifier: Apache-2.0
//! Where kernels differ in what the same Kconfig text means.
//!
//! The language belongs to the tree: each difference is read off the tree's own
//! `scripts/kconfig`, never configured. A new difference is a field here, the
//! words that betray it in [`Dialect::detect`], and a use.

/// What a choice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChoiceRules {
    /// A symbol with a mode n, m or y that bounds its members (before 6.11).
    Mode,
    /// A list of boolean members in order of priority (since 6.11).
    Members,
}

/// How expressions are simplified; it shows in menus and messages, never in values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Simplifier {
    /// Trees are rewritten in place.
    InPlace,
    /// Equal expressions are one node, and values are remembered (since 6.12).
    Shared,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one difference between kernels"
)]
/// The dialect of one tree's Kconfig language and configuration tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dialect {
    pub choice: ChoiceRules,
    pub simplifier: Simplifier,
    /// `transitional` is an attribute (since 6.18).
    pub transitional: bool,
    /// `depends on A if B` is understood.
    pub conditional_depends: bool,
    /// The buckets of the symbol table; its order shows in the written files.
    pub symbol_buckets: u32,
    /// The value of an int or hex symbol without any default: `0` rather than nothing.
    pub numbers_default_to_zero: bool,
    /// A line of `.config` must be a value, a comment or blank, nothing else.
    pub strict_lines: bool,
    /// The dependency file names its target through a variable.
    pub dependencies_by_variable: bool,
    /// An unanswered number at the end of input is an error, not asked again.
    pub stops_at_end_of_input: bool,
}

/// The files of `scripts/kconfig` that [`Dialect::detect`] wants to see.
pub const DIALECT_FILES: [&str; 9] = [
    "lexer.l",
    "parser.y",
    "symbol.c",
    "menu.c",
    "expr.c",
    "expr.h",
    "internal.h",
    "confdata.c",
    "conf.c",
];

impl Dialect {
    /// Linux 6.1: the oldest that is held against the C tool.
    pub fn linux_6_1() -> Self {
        Self {
            choice: ChoiceRules::Mode,
            simplifier: Simplifier::InPlace,
            transitional: false,
            conditional_depends: false,
            symbol_buckets: 9973,
            numbers_default_to_zero: false,
            strict_lines: false,
            dependencies_by_variable: false,
            stops_at_end_of_input: false,
        }
    }

    /// Linux 6.12: the newest that is held against the C tool.
    pub fn linux_6_12() -> Self {
        Self {
            choice: ChoiceRules::Members,
            simplifier: Simplifier::Shared,
            transitional: false,
            conditional_depends: false,
            symbol_buckets: 1 << 14,
            numbers_default_to_zero: true,
            strict_lines: true,
            dependencies_by_variable: true,
            stops_at_end_of_input: true,
        }
    }

    /// The language of trees that are newer than what this crate was held against.
    pub fn newest() -> Self {
        Self {
            transitional: true,
            ..Self::linux_6_12()
        }
    }

    /// Reads the dialect off the sources of a tree's own tool. `read` gives the
    /// text of a file of `scripts/kconfig`; without any, the newest is taken.
    pub fn detect(read: impl Fn(&str) -> Option<String>) -> Self {
        let sources: Vec<(&str, String)> = DIALECT_FILES
            .iter()
            .filter_map(|name| Some((*name, read(name)?)))
            .collect();
        if sources.is_empty() {
            return Self::newest();
        }
        let has = |name: &str, word: &str| {
            sources
                .iter()
                .any(|(file, text)| *file == name && text.contains(word))
        };
        Self {
            choice: if has("expr.h", "choice_members") {
                ChoiceRules::Members
            } else {
                ChoiceRules::Mode
            },
            simplifier: if has("expr.c", "expr_lookup") {
                Simplifier::Shared
            } else {
                Simplifier::InPlace
            },
            transitional: has("lexer.l", "transitional"),
            conditional_depends: has("parser.y", "T_DEPENDS T_ON expr if_expr"),
            symbol_buckets: if has("internal.h", "hashtable.h") {
                1 << 14
            } else {
                9973
            },
            numbers_default_to_zero: !has("symbol.c", "symbol_empty"),
            strict_lines: has("confdata.c", "getline_stripped"),
            dependencies_by_variable: has("confdata.c", "gstr autoconf_cmd"),
            stops_at_end_of_input: has("conf.c", "feof("),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_sources_the_newest_is_taken() {
        assert_eq!(Dialect::detect(|_| None), Dialect::newest());
    }

    #[test]
    fn each_difference_is_read_off_its_file() {
        let dialect = Dialect::detect(|name| {
            Some(match name {
                "expr.h" => "list_head choice_members;".to_owned(),
                "symbol.c" => "symbol_empty".to_owned(),
                _ => String::new(),
            })
        });
        assert_eq!(dialect.choice, ChoiceRules::Members);
        assert_eq!(dialect.simplifier, Simplifier::InPlace);
        assert!(!dialect.numbers_default_to_zero);
    }
}
