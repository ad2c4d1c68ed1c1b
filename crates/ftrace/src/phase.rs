// SPDX-License-Identifier: Apache-2.0
//! The phases of a machine's life, and sets of them.

use std::fmt;
use std::str::FromStr;

/// In the order in which a machine goes through them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// The kernel alone: until it executes the first program.
    EarlyBoot,
    /// The first program and its children, until they hand over to the root file system.
    Initramfs,
    /// From the root file system's first program until all services are started.
    Boot,
    /// After that: the work that the machine is for.
    SteadyState,
}

impl Phase {
    pub const ALL: [Self; 4] = [
        Self::EarlyBoot,
        Self::Initramfs,
        Self::Boot,
        Self::SteadyState,
    ];

    /// As in our formats and in plain traces.
    pub fn name(self) -> &'static str {
        match self {
            Self::EarlyBoot => "early-boot",
            Self::Initramfs => "initramfs",
            Self::Boot => "boot",
            Self::SteadyState => "steady-state",
        }
    }

    /// In a set of phases in our format.
    fn letter(self) -> char {
        match self {
            Self::EarlyBoot => 'e',
            Self::Initramfs => 'i',
            Self::Boot => 'b',
            Self::SteadyState => 's',
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Phase {
    type Err = String;

    /// The name; `early`, `steady`, and blanks or `_` for `-` are understood too.
    fn from_str(text: &str) -> Result<Self, String> {
        let name = text.trim().to_ascii_lowercase().replace([' ', '_'], "-");
        match name.as_str() {
            "early-boot" | "early" => Ok(Self::EarlyBoot),
            "initramfs" => Ok(Self::Initramfs),
            "boot" => Ok(Self::Boot),
            "steady-state" | "steady" => Ok(Self::SteadyState),
            _ => Err(format!(
                "`{text}` is no phase: write early-boot, initramfs, boot or steady-state"
            )),
        }
    }
}

/// A set of phases.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Phases(u8);

impl Phases {
    pub const NONE: Self = Self(0);
    pub const ALL: Self = Self(0b1111);

    pub const fn only(phase: Phase) -> Self {
        Self(phase.bit())
    }

    /// A phase and all that come after it.
    pub const fn from(phase: Phase) -> Self {
        Self(Self::ALL.0 & !(phase.bit() - 1))
    }

    pub const fn contains(self, phase: Phase) -> bool {
        self.0 & phase.bit() != 0
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Without those of another set.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub fn iter(self) -> impl Iterator<Item = Phase> {
        Phase::ALL
            .into_iter()
            .filter(move |phase| self.contains(*phase))
    }

    /// As in our format: a letter for each.
    pub(crate) fn letters(self) -> String {
        self.iter().map(Phase::letter).collect()
    }

    pub(crate) fn from_letters(text: &str) -> Option<Self> {
        text.chars().try_fold(Self::NONE, |phases, letter| {
            let phase = Phase::ALL
                .into_iter()
                .find(|phase| phase.letter() == letter)?;
            Some(phases.union(Self::only(phase)))
        })
    }
}

impl fmt::Debug for Phases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// A value for each phase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerPhase<T>([T; 4]);

impl<T> PerPhase<T> {
    pub fn get(&self, phase: Phase) -> &T {
        &self.0[phase as usize]
    }

    pub fn get_mut(&mut self, phase: Phase) -> &mut T {
        &mut self.0[phase as usize]
    }

    pub fn iter(&self) -> impl Iterator<Item = (Phase, &T)> {
        Phase::ALL.into_iter().zip(&self.0)
    }
}
