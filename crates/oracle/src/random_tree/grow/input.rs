// SPDX-License-Identifier: Apache-2.0
//! Configurations and answers for a tree.

use super::super::case::{ANSWERS, Case};
use super::{Grower, name};

const NOISE: [&str; 14] = [
    "",
    "# a comment",
    "#CONFIG_A0=y",
    "# CONFIG_A0 is not set at all",
    "# CONFIG_A0 is  not set",
    "#  CONFIG_A0 is not set",
    "CONFIG_UNKNOWN=y",
    "# CONFIG_UNKNOWN is not set",
    "CONFIG_A0",
    "CONFIG_",
    "garbage",
    " CONFIG_A0=y",
    "CONFIG_A0 = y",
    "CONFIG_=y",
];

const ANSWER_LINES: [&str; 24] = [
    "", "", "", "", "", "y", "y", "n", "n", "m", "m", "yes", "no", "?", "1", "2", "3", "2?",
    "0x1f", "12", "-5", "text", "9", "M ",
];

impl Grower {
    /// The configurations, the answers, and what to do with them.
    pub(super) fn add_inputs(&mut self, case: &mut Case) {
        let mut files = vec![".config"];
        files.extend(
            ["all.config", "base"]
                .into_iter()
                .filter(|_| self.dice.chance(30)),
        );
        for file in files {
            if self.dice.chance(85) {
                let text = self.configuration();
                case.files.push((file.to_owned(), text));
            }
        }
        let answers = self.answers();
        case.files.push((ANSWERS.to_owned(), answers));
        let steps = 1 + self.dice.below(3);
        case.steps = (0..steps).map(|number| self.step(number)).collect();
    }

    fn configuration(&mut self) -> Vec<u8> {
        let density = self.dice.pick(&[10, 50, 90, 100]);
        let mut lines = Vec::new();
        for symbol in 0..self.kinds.len() {
            if self.dice.chance(density) {
                lines.push(self.line(symbol));
            }
            if self.dice.chance(3) {
                lines.push(self.line(symbol));
            }
        }
        if self.dice.chance(40) {
            lines.push(
                self.dice
                    .pick(&["CONFIG_MODULES=y", "# CONFIG_MODULES is not set"])
                    .to_owned(),
            );
        }
        for _ in 0..self.dice.pick(&[0, 0, 0, 1, 3]) {
            lines.push(self.dice.pick(&NOISE).to_owned());
        }
        if self.dice.chance(40) {
            self.dice.shuffle(&mut lines);
        }
        let mut text = super::text(&lines);
        self.damage(&mut text);
        text
    }

    fn line(&mut self, symbol: usize) -> String {
        let kind = if self.dice.chance(95) {
            self.kinds[symbol]
        } else {
            self.dice.pick(&super::KINDS)
        };
        if self.dice.chance(25) {
            return format!("# CONFIG_{} is not set", name(symbol));
        }
        format!("CONFIG_{}={}", name(symbol), self.written(kind))
    }

    /// Now and then: cut, with other line ends, with a byte that does not belong there.
    fn damage(&mut self, text: &mut Vec<u8>) {
        match self.dice.below(40) {
            0 => text.truncate(self.dice.below(text.len())),
            1 => {
                let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
                *text = lines.join(&b"\r\n"[..]);
            }
            2 => {
                let at = self.dice.below(text.len());
                text[at] = self.dice.pick(&[0, b'\r', b'\n', 0xff, b'"', b'=', b' ']);
            }
            3 => drop(text.pop()),
            _ => {}
        }
    }

    fn answers(&mut self) -> Vec<u8> {
        let lines: Vec<String> = (0..self.dice.below(40))
            .map(|_| self.dice.pick(&ANSWER_LINES).to_owned())
            .collect();
        super::text(&lines)
    }
}
