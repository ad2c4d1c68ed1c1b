// SPDX-License-Identifier: Apache-2.0
//! The declaration of an option: once, as data. The parser, the default, the sample file, the
//! documentation and the typed read all come from it.
//!
//! To add one: a constant, its [`Opt::item`] in the list of its group, and a read somewhere.

use std::marker::PhantomData;

use super::kind::{Choice, Kind, TEXT};
use super::value::FromValue;
use crate::secret::Secret;

/// What an option is when nothing sets it. Texts are converted as those of a file are, and
/// may refer to other options by `$name`.
#[derive(Clone, Copy, Debug)]
pub enum Standard {
    Unset,
    Text(&'static str),
    /// Of a list, or of an option that may be given several times.
    Items(&'static [&'static str]),
}

/// A name that the option had before; the same group when `group` is `None`.
#[derive(Clone, Copy, Debug)]
pub struct Former {
    pub group: Option<&'static str>,
    pub name: &'static str,
}

/// When an option is to go, and why.
#[derive(Clone, Copy, Debug)]
pub struct Removal {
    pub since: &'static str,
    pub reason: &'static str,
}

/// Whether the command line knows the option: as `--name`, or `--group-name` outside DEFAULT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    None,
    Long,
    /// Also as one letter.
    Short(char),
}

/// What else an option is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// May be given several times; each gives one value.
    Repeated = 1,
    /// Its value appears in no message and no dump.
    Secret = 2,
    /// A reload takes the new value; other options keep theirs until a restart.
    Mutable = 4,
    Required = 8,
    /// Listed last in the sample, with a warning.
    Advanced = 16,
}

/// Everything said of an option.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// In lower case, or `DEFAULT`.
    pub group: &'static str,
    /// With underscores, as files write it.
    pub name: &'static str,
    pub kind: Kind,
    pub standard: Standard,
    /// Shown in the sample in the place of a default that differs from machine to machine.
    pub sample: Option<&'static str>,
    pub help: &'static str,
    pub flag: Flag,
    pub former: &'static [Former],
    pub removal: Option<Removal>,
    marks: u8,
}

impl Item {
    pub const fn is(&self, mark: Mark) -> bool {
        self.marks & mark as u8 != 0
    }

    /// As messages name it.
    pub fn title(&self) -> String {
        format!("[{}] {}", self.group, self.name)
    }
}

/// The declaration of an option that reads as a `T`. Without a default, `T` is an `Option`.
#[derive(Clone, Copy, Debug)]
pub struct Opt<T> {
    item: Item,
    reads: PhantomData<fn() -> T>,
}

impl<T> Opt<Option<T>> {
    /// The value where nothing sets one.
    pub const fn default(self, text: &'static str) -> Opt<T> {
        let item = Item {
            standard: Standard::Text(text),
            ..self.item
        };
        Opt {
            item,
            reads: PhantomData,
        }
    }
}

impl Opt<Option<String>> {
    pub const fn text(group: &'static str, name: &'static str, help: &'static str) -> Self {
        Self::new(group, name, TEXT, help)
    }

    pub const fn choice(
        group: &'static str,
        name: &'static str,
        choices: &'static [Choice],
        help: &'static str,
    ) -> Self {
        Self::new(group, name, Kind::Text { choices }, help)
    }

    /// A text of another kind: an address, a URI.
    pub const fn of(
        group: &'static str,
        name: &'static str,
        kind: Kind,
        help: &'static str,
    ) -> Self {
        Self::new(group, name, kind, help)
    }
}

impl Opt<Option<Secret>> {
    /// A password, or a URL that holds one.
    pub const fn secret(group: &'static str, name: &'static str, help: &'static str) -> Self {
        Self::new(group, name, TEXT, help).mark(Mark::Secret)
    }
}

impl Opt<Option<bool>> {
    pub const fn bool(group: &'static str, name: &'static str, help: &'static str) -> Self {
        Self::new(group, name, Kind::Bool, help)
    }
}

impl Opt<Option<i64>> {
    pub const fn integer(group: &'static str, name: &'static str, help: &'static str) -> Self {
        Self::new(
            group,
            name,
            Kind::Integer {
                min: None,
                max: None,
            },
            help,
        )
    }

    /// The least value allowed.
    #[must_use]
    pub const fn min(mut self, least: i64) -> Self {
        if let Kind::Integer { max, .. } = self.item.kind {
            self.item.kind = Kind::Integer {
                min: Some(least),
                max,
            };
        }
        self
    }

    /// The greatest value allowed.
    #[must_use]
    pub const fn max(mut self, greatest: i64) -> Self {
        if let Kind::Integer { min, .. } = self.item.kind {
            self.item.kind = Kind::Integer {
                min,
                max: Some(greatest),
            };
        }
        self
    }
}

impl Opt<Option<f64>> {
    pub const fn float(group: &'static str, name: &'static str, help: &'static str) -> Self {
        Self::new(
            group,
            name,
            Kind::Float {
                min: None,
                max: None,
            },
            help,
        )
    }
}

impl Opt<Option<u16>> {
    pub const fn port(group: &'static str, name: &'static str, help: &'static str) -> Self {
        Self::new(group, name, Kind::Port, help)
    }
}

impl Opt<Vec<String>> {
    /// Texts, separated by commas.
    pub const fn list(group: &'static str, name: &'static str, help: &'static str) -> Self {
        Self::new(group, name, Kind::List(&TEXT), help).defaults(&[])
    }

    /// A text for each time that it is given.
    pub const fn repeated(group: &'static str, name: &'static str, help: &'static str) -> Self {
        Self::new(group, name, TEXT, help)
            .defaults(&[])
            .mark(Mark::Repeated)
    }

    /// The items where nothing sets some.
    #[must_use]
    pub const fn defaults(mut self, items: &'static [&'static str]) -> Self {
        self.item.standard = Standard::Items(items);
        self
    }
}

impl Opt<Vec<(String, String)>> {
    /// Pairs `KEY:VALUE`, separated by commas.
    pub const fn map(group: &'static str, name: &'static str, help: &'static str) -> Self {
        let mut opt = Self::new(group, name, Kind::Map(&TEXT), help);
        opt.item.standard = Standard::Text("");
        opt
    }
}

impl<T> Opt<T> {
    const fn new(group: &'static str, name: &'static str, kind: Kind, help: &'static str) -> Self {
        let item = Item {
            group,
            name,
            kind,
            standard: Standard::Unset,
            sample: None,
            help,
            flag: Flag::None,
            former: &[],
            removal: None,
            marks: 0,
        };
        Self {
            item,
            reads: PhantomData,
        }
    }

    /// The declaration, for the list of its group.
    pub const fn item(&self) -> Item {
        self.item
    }

    #[must_use]
    pub const fn mark(mut self, mark: Mark) -> Self {
        self.item.marks |= mark as u8;
        self
    }

    /// A reload takes its new value.
    #[must_use]
    pub const fn mutable(self) -> Self {
        self.mark(Mark::Mutable)
    }

    #[must_use]
    pub const fn flag(mut self, flag: Flag) -> Self {
        self.item.flag = flag;
        self
    }

    /// What the sample shows in the place of the default.
    #[must_use]
    pub const fn sample(mut self, text: &'static str) -> Self {
        self.item.sample = Some(text);
        self
    }

    /// The names it had before, which are read still, with a warning.
    #[must_use]
    pub const fn former(mut self, names: &'static [Former]) -> Self {
        self.item.former = names;
        self
    }

    /// It is to go.
    #[must_use]
    pub const fn removal(mut self, since: &'static str, reason: &'static str) -> Self {
        self.item.removal = Some(Removal { since, reason });
        self
    }
}

impl<T: FromValue> Opt<T> {
    /// The default by itself, without substitution: what a program reads where the option
    /// is an empty number.
    pub(super) fn fallback(&self) -> Option<T> {
        let Standard::Text(text) = self.item.standard else {
            return None;
        };
        T::from_value(&self.item.kind.convert(text).ok()?)
    }
}
