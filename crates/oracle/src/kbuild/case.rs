// SPDX-License-Identifier: Apache-2.0
//! The configurations for which make is asked. To add one: a line in `CASES`.

/// One configuration of one architecture, the same for every kernel version.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// What make calls `ARCH`: `x86` leaves the width to the configuration.
    pub(crate) arch: &'static str,
    pub(crate) origin: Origin,
    /// Whether the quick subset has it.
    pub(crate) quick: bool,
}

/// Where a configuration comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Origin {
    /// A goal of the kernel's own make.
    Goal(&'static str),
    /// `make randconfig` with these values of `KCONFIG_SEED` and `KCONFIG_PROBABILITY`.
    Random {
        seed: u32,
        probability: &'static str,
    },
    /// The distribution's kernel package, through `make olddefconfig`.
    Package,
}

impl Case {
    /// The folder below `arch/`, which is also what `tailor --arch` takes.
    pub(crate) fn source_arch(&self) -> &'static str {
        match self.arch {
            "x86_64" | "i386" => "x86",
            other => other,
        }
    }
}

const fn goal(name: &'static str, arch: &'static str, goal: &'static str) -> Case {
    Case {
        name,
        arch,
        origin: Origin::Goal(goal),
        quick: false,
    }
}

const fn random(name: &'static str, seed: u32, probability: &'static str) -> Case {
    Case {
        name,
        arch: "x86",
        origin: Origin::Random { seed, probability },
        quick: false,
    }
}

const fn quick(case: Case) -> Case {
    Case {
        quick: true,
        ..case
    }
}

pub(crate) const CASES: &[Case] = &[
    quick(goal("tinyconfig", "x86_64", "tinyconfig")),
    goal("tinyconfig-i386", "i386", "tinyconfig"),
    quick(goal("defconfig", "x86_64", "defconfig")),
    goal("arm64-defconfig", "arm64", "defconfig"),
    quick(random("randconfig-1", 1, "50")),
    random("randconfig-2", 2, "10"),
    random("randconfig-3", 3, "90"),
    random("randconfig-4", 4, "30"),
    random("randconfig-5", 5, "70"),
    random("randconfig-6", 6, "20:60"),
    random("randconfig-7", 7, "60:20"),
    random("randconfig-8", 8, "40:20:40"),
    random("randconfig-9", 9, "5"),
    random("randconfig-10", 10, "15:35"),
    Case {
        name: "debian",
        arch: "x86_64",
        origin: Origin::Package,
        quick: false,
    },
    goal("allyesconfig", "x86_64", "allyesconfig"),
    goal("allmodconfig", "x86_64", "allmodconfig"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_folders_and_unique() {
        let names: HashSet<&str> = CASES.iter().map(|case| case.name).collect();
        assert_eq!(names.len(), CASES.len());
        assert!(names.iter().all(|name| !name.contains('/')));
    }
}
