// SPDX-License-Identifier: Apache-2.0
//! The names of make's functions and how many arguments commas may separate.

/// A built-in function (GNU make 4.3, `function_table` in `src/function.c`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Function {
    Abspath,
    Addprefix,
    Addsuffix,
    And,
    Basename,
    Call,
    Dir,
    Error,
    Eval,
    File,
    Filter,
    FilterOut,
    Findstring,
    Firstword,
    Flavor,
    Foreach,
    If,
    Info,
    Join,
    Lastword,
    Notdir,
    Or,
    Origin,
    Patsubst,
    Realpath,
    Shell,
    Sort,
    Strip,
    Subst,
    Suffix,
    Value,
    Warning,
    Wildcard,
    Word,
    Wordlist,
    Words,
}

/// No limit: every comma separates.
const ANY: usize = usize::MAX;

const TABLE: [(&str, Function, usize); 36] = [
    ("abspath", Function::Abspath, 1),
    ("addprefix", Function::Addprefix, 2),
    ("addsuffix", Function::Addsuffix, 2),
    ("and", Function::And, ANY),
    ("basename", Function::Basename, 1),
    ("call", Function::Call, ANY),
    ("dir", Function::Dir, 1),
    ("error", Function::Error, 1),
    ("eval", Function::Eval, 1),
    ("file", Function::File, 2),
    ("filter", Function::Filter, 2),
    ("filter-out", Function::FilterOut, 2),
    ("findstring", Function::Findstring, 2),
    ("firstword", Function::Firstword, 1),
    ("flavor", Function::Flavor, 1),
    ("foreach", Function::Foreach, 3),
    ("if", Function::If, 3),
    ("info", Function::Info, 1),
    ("join", Function::Join, 2),
    ("lastword", Function::Lastword, 1),
    ("notdir", Function::Notdir, 1),
    ("or", Function::Or, ANY),
    ("origin", Function::Origin, 1),
    ("patsubst", Function::Patsubst, 3),
    ("realpath", Function::Realpath, 1),
    ("shell", Function::Shell, 1),
    ("sort", Function::Sort, 1),
    ("strip", Function::Strip, 1),
    ("subst", Function::Subst, 3),
    ("suffix", Function::Suffix, 1),
    ("value", Function::Value, 1),
    ("warning", Function::Warning, 1),
    ("wildcard", Function::Wildcard, 1),
    ("word", Function::Word, 2),
    ("wordlist", Function::Wordlist, 3),
    ("words", Function::Words, 1),
];

impl Function {
    /// Every function by its name.
    pub fn all() -> impl Iterator<Item = (&'static str, Self)> {
        TABLE
            .into_iter()
            .map(|(name, function, _)| (name, function))
    }

    /// Whether a function depends on nothing but the text of its arguments.
    pub fn is_of_text(self) -> bool {
        match self {
            Self::Addprefix
            | Self::Addsuffix
            | Self::And
            | Self::Basename
            | Self::Dir
            | Self::Filter
            | Self::FilterOut
            | Self::Findstring
            | Self::Firstword
            | Self::If
            | Self::Join
            | Self::Lastword
            | Self::Notdir
            | Self::Or
            | Self::Patsubst
            | Self::Sort
            | Self::Strip
            | Self::Subst
            | Self::Suffix
            | Self::Word
            | Self::Wordlist
            | Self::Words => true,
            Self::Abspath
            | Self::Call
            | Self::Error
            | Self::Eval
            | Self::File
            | Self::Flavor
            | Self::Foreach
            | Self::Info
            | Self::Origin
            | Self::Realpath
            | Self::Shell
            | Self::Value
            | Self::Warning
            | Self::Wildcard => false,
        }
    }

    /// The function of this name, and its greatest number of arguments.
    pub fn named(name: &str) -> Option<(Self, usize)> {
        let index = TABLE
            .binary_search_by(|(known, ..)| (*known).cmp(name))
            .ok()?;
        Some((TABLE[index].1, TABLE[index].2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_function_is_found() {
        for (name, function, arguments) in TABLE {
            assert_eq!(Function::named(name), Some((function, arguments)));
        }
        assert_eq!(Function::named("intcmp"), None);
    }
}
