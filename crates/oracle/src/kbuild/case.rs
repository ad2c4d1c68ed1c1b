// SPDX-License-Identifier: Apache-2.0
//! The configurations for which make is asked. To add one: a line in `all`.

use std::ops::RangeInclusive;

/// One configuration of one architecture, the same for every kernel version.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// Also the name of a folder.
    pub(crate) name: String,
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

/// What is compared when nothing else is asked for; ordered by the time it takes.
pub(crate) fn all() -> Vec<Case> {
    let mut cases = vec![
        quick(case("tinyconfig", "x86_64", Origin::Goal("tinyconfig"))),
        case("tinyconfig-i386", "i386", Origin::Goal("tinyconfig")),
        quick(case("defconfig", "x86_64", Origin::Goal("defconfig"))),
        case("arm64-defconfig", "arm64", Origin::Goal("defconfig")),
        quick(random(1, "x86")),
    ];
    cases.extend((2..=10).map(|seed| random(seed, "x86")));
    cases.extend([
        case("debian", "x86_64", Origin::Package),
        case("allyesconfig", "x86_64", Origin::Goal("allyesconfig")),
        case("allmodconfig", "x86_64", Origin::Goal("allmodconfig")),
    ]);
    cases
}

/// A random configuration of x86 and one of arm64 for each seed.
pub(crate) fn random_ones(seeds: RangeInclusive<u32>) -> Vec<Case> {
    seeds
        .flat_map(|seed| ["x86", "arm64"].map(|arch| random(seed, arch)))
        .collect()
}

/// In per cent: one number for everything that is not n; or tristates to be y and m; or
/// booleans to be y, then tristates to be y and m (scripts/kconfig/conf.c:
/// `conf_set_all_new_symbols`). Each seed takes the next one, in turn.
const PROBABILITIES: [&str; 10] = [
    "50", "10", "90", "30", "70", "20:60", "60:20", "40:20:40", "5", "15:35",
];

fn random(seed: u32, arch: &'static str) -> Case {
    let turn = seed.wrapping_sub(1) as usize % PROBABILITIES.len();
    let name = match arch {
        "x86" => format!("randconfig-{seed}"),
        _ => format!("{arch}-randconfig-{seed}"),
    };
    case(
        &name,
        arch,
        Origin::Random {
            seed,
            probability: PROBABILITIES[turn],
        },
    )
}

fn case(name: &str, arch: &'static str, origin: Origin) -> Case {
    Case {
        name: name.to_owned(),
        arch,
        origin,
        quick: false,
    }
}

fn quick(case: Case) -> Case {
    Case {
        quick: true,
        ..case
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn names_are_folders_and_unique() {
        let cases: Vec<Case> = all().into_iter().chain(random_ones(11..=12)).collect();
        let names: HashSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
        assert_eq!(names.len(), cases.len());
        assert!(names.iter().all(|name| !name.contains('/')));
    }
}
