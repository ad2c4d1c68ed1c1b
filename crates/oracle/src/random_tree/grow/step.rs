// SPDX-License-Identifier: Apache-2.0
//! What to do with a tree: a mode with its environment.

use super::super::case::Step;
use super::Grower;

const MODES: [&str; 22] = [
    "--olddefconfig",
    "--olddefconfig",
    "--olddefconfig",
    "--olddefconfig",
    "--syncconfig",
    "--syncconfig",
    "--savedefconfig",
    "--savedefconfig",
    "--defconfig",
    "--allyesconfig",
    "--allnoconfig",
    "--allmodconfig",
    "--alldefconfig",
    "--randconfig",
    "--randconfig",
    "--listnewconfig",
    "--helpnewconfig",
    "--oldaskconfig",
    "--oldconfig",
    "--yes2modconfig",
    "--mod2yesconfig",
    "--mod2noconfig",
];

const SETTINGS: [(&str, &str); 7] = [
    ("KCONFIG_WARN_UNKNOWN_SYMBOLS", "1"),
    ("KCONFIG_WERROR", "1"),
    ("KCONFIG_NOSILENTUPDATE", "1"),
    ("KCONFIG_OVERWRITECONFIG", "1"),
    ("KCONFIG_CONFIG", "base"),
    ("CONFIG_", "C_"),
    ("KCONFIG_AUTOCONFIG", "auto/auto.conf"),
];

impl Grower {
    pub(super) fn step(&mut self, number: usize) -> Step {
        let mode = self.dice.pick(&MODES);
        let word = match mode {
            "--savedefconfig" => format!("--savedefconfig=minimal.{number}"),
            "--defconfig" => format!(
                "--defconfig={}",
                self.dice.pick(&["base", ".config", "minimal.0"])
            ),
            mode => mode.to_owned(),
        };
        let mut environment = vec![("ENVIRONMENT", "of the tool".to_owned())];
        if mode == "--randconfig" {
            self.add_chance(&mut environment);
        }
        if mode.contains("all") || mode == "--randconfig" {
            let file = self.dice.pick(&["", "1", "base", "all.config", "missing"]);
            if self.dice.chance(30) {
                environment.push(("KCONFIG_ALLCONFIG", file.to_owned()));
            }
        }
        if self.dice.chance(15) {
            let (name, value) = self.dice.pick(&SETTINGS);
            environment.push((name, value.to_owned()));
        }
        let mut arguments = vec![word];
        if self.dice.chance(10) {
            arguments.push("-s".to_owned());
        }
        Step {
            environment,
            arguments,
        }
    }

    fn add_chance(&mut self, environment: &mut Vec<(&'static str, String)>) {
        environment.push(("KCONFIG_SEED", format!("0x{:x}", self.dice.below(1 << 24))));
        let probability = self.dice.pick(&[
            "", "", "0", "100", "30", "20:30", "10:20:30", "101", "60:50",
        ]);
        if !probability.is_empty() {
            environment.push(("KCONFIG_PROBABILITY", probability.to_owned()));
        }
    }
}
