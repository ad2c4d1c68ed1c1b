// SPDX-License-Identifier: Apache-2.0
//! The words of the language.

use crate::dialect::{ChoiceRules, Dialect};

/// One token; what it says, if anything, is [`super::Lexer::text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// The end of the root file.
    End,
    EndOfLine,
    HelpText,
    Word,
    Quoted,
    /// What stands right of `=`, `:=` and `+=`, not expanded.
    AssignedValue,
    Keyword(Keyword),
    Or,
    And,
    Equal,
    Unequal,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Not,
    Open,
    Close,
    ColonEqual,
    PlusEqual,
}

macro_rules! keywords {
    ($($name:ident $text:literal),* $(,)?) => {
        /// The reserved words.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Keyword {
            $($name),*
        }

        impl Keyword {
            /// The keyword spelled `text` in any dialect.
            fn spelled(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

keywords! {
    Bool "bool",
    Choice "choice",
    Comment "comment",
    Config "config",
    DefBool "def_bool",
    DefTristate "def_tristate",
    Default "default",
    Depends "depends",
    EndChoice "endchoice",
    EndIf "endif",
    EndMenu "endmenu",
    Help "help",
    Hex "hex",
    If "if",
    Imply "imply",
    Int "int",
    MainMenu "mainmenu",
    Menu "menu",
    MenuConfig "menuconfig",
    Modules "modules",
    On "on",
    Optional "optional",
    Prompt "prompt",
    Range "range",
    Select "select",
    Source "source",
    String "string",
    Transitional "transitional",
    Tristate "tristate",
    Visible "visible",
}

impl Keyword {
    /// The keyword that `text` is in `dialect`.
    pub(crate) fn find(text: &str, dialect: &Dialect) -> Option<Self> {
        // Most words are names of symbols.
        if !text.starts_with(|first: char| first.is_ascii_lowercase()) {
            return None;
        }
        match Self::spelled(text)? {
            Self::Optional if dialect.choice == ChoiceRules::Members => None,
            Self::Transitional if !dialect.transitional => None,
            keyword => Some(keyword),
        }
    }
}
