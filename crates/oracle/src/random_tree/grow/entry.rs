// SPDX-License-Identifier: Apache-2.0
//! `config` and `menuconfig`, with properties of all sorts in any order.

use super::{Grower, Kind, name};

/// What may be said of a symbol at one place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Role {
    /// It has to have a prompt, and no default: a member of a choice.
    pub(super) is_member: bool,
    /// Conditions speak of symbols below this number.
    pub(super) bound: usize,
    /// What it selects has at least this number.
    pub(super) targets: usize,
}

impl Role {
    pub(super) fn of(symbol: usize) -> Self {
        Self {
            is_member: false,
            bound: symbol,
            targets: symbol + 1,
        }
    }

    /// One of the members of a choice, the first of which is `first`.
    pub(super) fn of_member(members: &[usize], first: usize) -> Self {
        Self {
            is_member: true,
            bound: first,
            targets: first + members.len(),
        }
    }
}

impl Grower {
    pub(super) fn entry(&mut self, symbol: usize, role: Role) -> Vec<String> {
        let keyword = if self.dice.chance(12) {
            "menuconfig"
        } else {
            "config"
        };
        let mut lines = vec![format!("{keyword} {}", name(symbol))];
        let mut properties = self.declaration(symbol, role);
        let kind = self.kinds[symbol];
        if !role.is_member || self.odd() {
            self.add_values(&mut properties, kind, role.bound);
        }
        for _ in 0..self.dice.pick(&[0, 0, 0, 1, 1, 2]) {
            properties.push(format!("\tdepends on {}", self.condition(role.bound)));
        }
        if matches!(kind, Kind::Bool | Kind::Tristate) || self.dice.chance(2) {
            self.add_reverse(&mut properties, role);
        }
        if self.dice.chance(20) {
            properties.push(self.help());
        }
        if self.dice.chance(50) {
            self.dice.shuffle(&mut properties);
        }
        lines.extend(properties);
        self.decorate(&mut lines);
        lines
    }

    /// The type and the prompts.
    fn declaration(&mut self, symbol: usize, role: Role) -> Vec<String> {
        let kind = self.declared(self.kinds[symbol], role.is_member);
        let mut lines = Vec::new();
        let prompted = role.is_member || self.dice.chance(75);
        match (kind, prompted) {
            (None, false) => {}
            (Some(kind), true) if self.dice.chance(80) => {
                let prompt = self.prompt(role.bound);
                lines.push(format!("\t{kind} {prompt}"));
            }
            (kind, prompted) => {
                lines.extend(kind.map(|kind| format!("\t{kind}")));
                if prompted {
                    lines.push(format!("\tprompt {}", self.prompt(role.bound)));
                }
            }
        }
        if self.odd() {
            lines.push(format!("\tprompt {}", self.prompt(role.bound)));
        }
        lines
    }

    /// The word for the type, now and then a wrong one or none.
    fn declared(&mut self, kind: Kind, is_member: bool) -> Option<&'static str> {
        if self.odd() {
            // A number in a choice has no value, and the C tool prints what is not there.
            let known = if is_member { 2 } else { 5 };
            return Some(
                self.dice
                    .pick(&["bool", "tristate", "int", "hex", "string"][..known]),
            );
        }
        match kind {
            Kind::Bool => Some("bool"),
            Kind::Tristate => Some("tristate"),
            Kind::Int => Some("int"),
            Kind::Hex => Some("hex"),
            Kind::Text => Some("string"),
            Kind::Unknown => None,
        }
    }

    pub(super) fn prompt(&mut self, bound: usize) -> String {
        let text = if self.dice.chance(70) {
            "\"prompt\"".to_owned()
        } else {
            self.quoted()
        };
        format!("{text}{}", self.suffix(bound, 25))
    }

    fn add_values(&mut self, lines: &mut Vec<String>, kind: Kind, bound: usize) {
        for _ in 0..self.dice.pick(&[0, 0, 1, 1, 2]) {
            let value = self.default_value(kind, bound);
            let suffix = self.suffix(bound, 40);
            let keyword = match kind {
                Kind::Bool if self.dice.chance(20) => "def_bool",
                Kind::Tristate if self.dice.chance(20) => "def_tristate",
                _ => "default",
            };
            lines.push(format!("\t{keyword} {value}{suffix}"));
        }
        let numeric = matches!(kind, Kind::Int | Kind::Hex);
        for _ in 0..self.dice.below(3) {
            if self.dice.chance(if numeric { 40 } else { 1 }) {
                lines.push(self.range(kind, bound));
            }
        }
    }

    fn range(&mut self, kind: Kind, bound: usize) -> String {
        let mut ends = [(); 2].map(|()| {
            let symbol = self.dice.chance(20);
            if symbol {
                self.referred_value(kind, bound)
            } else {
                self.number(kind)
            }
        });
        if self.dice.chance(50) {
            ends.sort_by_key(String::len);
        }
        let [low, high] = ends;
        format!("\trange {low} {high}{}", self.suffix(bound, 30))
    }

    fn add_reverse(&mut self, lines: &mut Vec<String>, role: Role) {
        for _ in 0..self.dice.pick(&[0, 0, 0, 1, 1, 2]) {
            let keyword = self.dice.pick(&["select", "select", "imply"]);
            let target = self.target(role.targets);
            lines.push(format!(
                "\t{keyword} {target}{}",
                self.suffix(role.bound, 30)
            ));
        }
    }

    /// Whom a symbol may select: one with a great number.
    fn target(&mut self, first: usize) -> String {
        let symbols = self.kinds.len();
        if self.loose {
            return name(self.dice.below(symbols));
        }
        let later = symbols - first;
        if later == 0 || self.dice.chance(3) {
            // Not a name that conditions speak of: that would be a cycle.
            return "SELECTED".to_owned();
        }
        let tries = [0; 3].map(|_| first + self.dice.below(later));
        let logical = |symbol: &&usize| matches!(self.kinds[**symbol], Kind::Bool | Kind::Tristate);
        let found = tries.iter().find(logical).unwrap_or(&tries[0]);
        name(*found)
    }

    /// Hardly ever: for what makes most trees invalid, or warns.
    pub(super) fn odd(&mut self) -> bool {
        self.dice.below(200) == 0
    }

    fn help(&mut self) -> String {
        let texts = [
            "\thelp\n\t  A sentence.",
            "\thelp\n\t  Two\n\n\t    lines.  \n\n",
            "\thelp\n\n\t  config A\n\t\tbool",
            "\thelp\n        Blanks\n\tand a tab.\n\t more \t",
            "\thelp\n",
            "\thelp\n\t   \n",
        ];
        let known = if self.odd() { texts.len() } else { 4 };
        self.dice.pick(&texts[..known]).to_owned()
    }

    /// Comments, blank lines and continued lines, which mean nothing.
    fn decorate(&mut self, lines: &mut Vec<String>) {
        if self.dice.chance(30) {
            lines.push(String::new());
        }
        if self.dice.chance(8) {
            let at = self.dice.below(lines.len() + 1);
            let noise = ["# a comment", "   # another", "", "  \t"];
            lines.insert(at, self.dice.pick(&noise).to_owned());
        }
        if self.dice.chance(5) {
            let at = self.dice.below(lines.len());
            if !lines[at].contains("help") {
                lines[at] = lines[at].replacen(' ', " \\\n\t", 1);
            }
        }
        if self.dice.chance(4) {
            let at = self.dice.below(lines.len());
            if !lines[at].contains("help") {
                let end = self.dice.pick(&["  ", "\t# why", " #", "\t"]);
                lines[at].push_str(end);
            }
        }
    }
}
