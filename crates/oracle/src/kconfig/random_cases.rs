// SPDX-License-Identifier: Apache-2.0
//! The cases that are generated: random configurations at several densities, every
//! `*_defconfig` of the tree, randconfig by seed and probability.

use std::fs;

use super::case::step::{Run, Step};
use super::case::{Case, Layout};
use super::kernel::Kernel;

/// Forms of `KCONFIG_PROBABILITY`: one, two and three numbers (scripts/kconfig/conf.c:
/// `conf_set_all_new_symbols()`).
const PROBABILITIES: [&str; 8] = ["50", "10", "90", "30:30", "2:95", "5", "70:15:60", "97:1:1"];

/// How many of each family.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Counts {
    pub(crate) random: u32,
    pub(crate) randconfig: u32,
    pub(crate) every_defconfig: bool,
}

pub(crate) const FULL: Counts = Counts {
    random: 200,
    randconfig: 16,
    every_defconfig: true,
};
pub(crate) const QUICK: Counts = Counts {
    random: 3,
    randconfig: 1,
    every_defconfig: false,
};

/// All families for one kernel; the same for the same seed.
pub(crate) fn cases(kernel: &Kernel, counts: Counts, seed: u32) -> Vec<Case> {
    let random = (0..counts.random).map(|index| random(index, seed));
    let randconfig = (0..counts.randconfig).map(|index| randconfig(index, seed));
    let defconfigs = counts.every_defconfig.then(|| defconfigs(kernel));
    random
        .chain(randconfig)
        .chain(defconfigs.into_iter().flatten())
        .collect()
}

fn probability(index: u32) -> &'static str {
    let index = index as usize % PROBABILITIES.len();
    PROBABILITIES.get(index).copied().unwrap_or_default()
}

/// olddefconfig and savedefconfig of a random configuration; every second one has lost
/// lines, every fourth has wrong values besides.
fn random(index: u32, seed: u32) -> Case {
    let dice = u64::from(seed ^ index);
    let own = seed.wrapping_add(index.wrapping_mul(7919));
    let mut steps = vec![Step::Random {
        seed: own,
        probability: probability(index / 2).to_owned(),
    }];
    if index % 2 == 1 {
        steps.push(Step::Drop {
            seed: dice,
            percent: 5 + 15 * (index as usize / 2 % 6),
        });
    }
    if index % 4 == 3 {
        steps.push(Step::Scramble {
            seed: dice,
            percent: 10,
        });
    }
    steps.push(run(&[], &["--olddefconfig", "Kconfig"]));
    steps.push(run(&[], &["--savedefconfig=defconfig", "Kconfig"]));
    case("random", &format!("{index:03}"), steps)
}

fn randconfig(index: u32, seed: u32) -> Case {
    let seed = seed.wrapping_add(index).to_string();
    let environment = [
        ("KCONFIG_SEED", seed.as_str()),
        ("KCONFIG_PROBABILITY", probability(index)),
    ];
    let steps = vec![run(&environment, &["--randconfig", "Kconfig"])];
    case("randconfig", &format!("{index:03}"), steps)
}

/// Each file in `arch/ARCH/configs`, as `make NAME_defconfig` takes it.
fn defconfigs(kernel: &Kernel) -> Vec<Case> {
    let folder = format!("arch/{}/configs", kernel.arch.name);
    let entries = fs::read_dir(kernel.tree.join(&folder))
        .into_iter()
        .flatten()
        .flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.retain(|name| name.ends_with("defconfig"));
    names.sort();
    let one = |name: &String| {
        let defconfig = format!("--defconfig={folder}/{name}");
        case(
            "every-defconfig",
            name,
            vec![run(&[], &[&defconfig, "Kconfig"])],
        )
    };
    names.iter().map(one).collect()
}

fn case(mode: &str, name: &str, steps: Vec<Step>) -> Case {
    Case {
        mode: mode.to_owned(),
        name: name.to_owned(),
        layout: Layout::InTree,
        quick: true,
        steps,
    }
}

fn run(environment: &[(&str, &str)], arguments: &[&str]) -> Step {
    Step::Run(Run {
        environment: environment
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect(),
        arguments: arguments.iter().map(|word| (*word).to_owned()).collect(),
        input: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_random_configurations_have_lost_lines() {
        let lost = |case: &Case| {
            case.steps
                .iter()
                .any(|step| matches!(step, Step::Drop { .. }))
        };
        let cases: Vec<Case> = (0..200).map(|index| random(index, 1)).collect();
        assert_eq!(cases.iter().filter(|case| lost(case)).count(), 100);
    }
}
