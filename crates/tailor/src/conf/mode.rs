// SPDX-License-Identifier: Apache-2.0
//! The modes of `conf`: one per `--*config` option.

/// What a run is asked to do (scripts/kconfig/conf.c: `enum input_mode`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Ask about every symbol.
    #[default]
    OldAsk,
    /// Ask about what is new.
    Old,
    /// Ask about what is new and write what the build reads.
    Sync,
    /// Start from a minimal configuration.
    Defaults,
    /// Write a minimal configuration.
    SaveDefaults,
    AllNo,
    AllYes,
    AllModules,
    AllDefaults,
    Random,
    ListNew,
    HelpNew,
    OldDefaults,
    YesToModule,
    ModuleToYes,
    ModuleToNo,
}

impl Mode {
    /// Each mode with its option, in the order in which ambiguous
    /// abbreviations are listed.
    pub(crate) const OPTIONS: [(&'static str, Self); 16] = [
        ("oldaskconfig", Self::OldAsk),
        ("oldconfig", Self::Old),
        ("syncconfig", Self::Sync),
        ("defconfig", Self::Defaults),
        ("savedefconfig", Self::SaveDefaults),
        ("allnoconfig", Self::AllNo),
        ("allyesconfig", Self::AllYes),
        ("allmodconfig", Self::AllModules),
        ("alldefconfig", Self::AllDefaults),
        ("randconfig", Self::Random),
        ("listnewconfig", Self::ListNew),
        ("helpnewconfig", Self::HelpNew),
        ("olddefconfig", Self::OldDefaults),
        ("yes2modconfig", Self::YesToModule),
        ("mod2yesconfig", Self::ModuleToYes),
        ("mod2noconfig", Self::ModuleToNo),
    ];

    /// The option names a file.
    pub(crate) const fn takes_file(self) -> bool {
        matches!(self, Self::Defaults | Self::SaveDefaults)
    }

    /// Where the mode looks when `KCONFIG_ALLCONFIG` names no file, before
    /// `all.config`; none for the modes that do not start from scratch.
    pub(crate) const fn seed_file(self) -> Option<&'static str> {
        match self {
            Self::AllNo => Some("allno.config"),
            Self::AllYes => Some("allyes.config"),
            Self::AllModules => Some("allmod.config"),
            Self::AllDefaults => Some("alldef.config"),
            Self::Random => Some("allrandom.config"),
            _ => None,
        }
    }

    /// Only says what is new: nothing is asked, nothing is written.
    pub(crate) const fn only_reports(self) -> bool {
        matches!(self, Self::ListNew | Self::HelpNew)
    }
}
