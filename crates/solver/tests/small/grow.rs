// SPDX-License-Identifier: Apache-2.0
//! Small Kconfig files with everything that the language has: what a symbol's value depends
//! on comes before it, so that nothing depends on itself.

use kconfig::SymbolType;

use super::dice::Dice;

/// How many combinations of users' values there may be.
const MOST_COMBINATIONS: usize = 700;

pub(crate) struct Grown {
    pub(crate) text: String,
}

struct Grower<'d> {
    dice: &'d mut Dice,
    classic: bool,
    out: String,
    kinds: Vec<SymbolType>,
    combinations: usize,
    /// What ends each open block.
    open: Vec<&'static str>,
}

/// A file of up to twelve symbols for one of the dialects.
pub(crate) fn grow(dice: &mut Dice, classic: bool) -> Grown {
    let count = 3 + dice.below(9);
    let kinds = (0..count).map(|_| kind(dice)).collect();
    let mut grower = Grower {
        dice,
        classic,
        out: String::new(),
        kinds,
        combinations: 1,
        open: Vec::new(),
    };
    grower.file();
    Grown { text: grower.out }
}

fn kind(dice: &mut Dice) -> SymbolType {
    match dice.below(20) {
        0..8 => SymbolType::Bool,
        8..16 => SymbolType::Tristate,
        16 | 17 => SymbolType::Int,
        18 => SymbolType::Hex,
        _ => SymbolType::String,
    }
}

fn name(index: usize) -> String {
    format!("S{index}")
}

impl Grower<'_> {
    fn chance(&mut self, percent: usize) -> bool {
        self.dice.below(100) < percent
    }

    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn file(&mut self) {
        self.modules();
        let mut next = 0;
        while next < self.kinds.len() {
            self.blocks(next);
            next = if self.chance(18) {
                self.choice(next)
            } else {
                self.config(next)
            };
            if next > 1 && self.open.is_empty() && self.chance(15) {
                self.again(next);
            }
        }
        while let Some(end) = self.open.pop() {
            self.line(end);
        }
    }

    fn modules(&mut self) {
        if self.chance(25) {
            return;
        }
        self.line("config MODULES");
        if self.chance(70) && self.admit(2) {
            self.line("\tbool \"modules\"");
        } else {
            self.line("\tbool");
        }
        if self.chance(70) {
            self.line("\tdefault y");
        }
        self.line("\tmodules");
    }

    /// Opens and closes blocks around what comes next.
    fn blocks(&mut self, limit: usize) {
        if !self.open.is_empty() && self.chance(30) {
            let end = self.open.pop().unwrap_or_default();
            self.line(end);
        }
        if limit == 0 || self.open.len() > 1 || !self.chance(25) {
            return;
        }
        if self.chance(50) {
            let condition = self.expression(limit, 2);
            self.line(&format!("if {condition}"));
            self.open.push("endif");
            return;
        }
        self.line("menu \"menu\"");
        for words in ["depends on", "visible if"] {
            if self.chance(60) {
                let condition = self.expression(limit, 2);
                self.line(&format!("\t{words} {condition}"));
            }
        }
        self.open.push("endmenu");
    }

    /// Whether a user may be given another `ways` values to choose from.
    fn admit(&mut self, ways: usize) -> bool {
        let fits = self.combinations * ways <= MOST_COMBINATIONS;
        if fits {
            self.combinations *= ways;
        }
        fits
    }

    fn config(&mut self, index: usize) -> usize {
        let kind = self.kinds[index];
        self.line(&format!("config {}", name(index)));
        let ways = ways(kind);
        let has_prompt = self.chance(70) && self.admit(ways);
        self.typed(index, kind, has_prompt);
        if index > 0 && self.chance(40) {
            let condition = self.expression(index, 2);
            self.line(&format!("\tdepends on {condition}"));
        }
        for _ in 0..self.dice.below(if has_prompt { 2 } else { 3 }) {
            let value = self.default(index, kind);
            let condition = self.condition(index, 50);
            self.line(&format!("\tdefault {value}{condition}"));
        }
        if matches!(kind, SymbolType::Int | SymbolType::Hex) && self.chance(50) {
            self.range(index, kind);
        }
        if ways > 1 {
            self.reverse_dependencies(index, index + 1);
        }
        index + 1
    }

    fn typed(&mut self, index: usize, kind: SymbolType, has_prompt: bool) {
        let word = match kind {
            SymbolType::Int => "int",
            other => other.as_str(),
        };
        if has_prompt {
            let condition = self.condition(index, 30);
            self.line(&format!("\t{word} \"prompt\"{condition}"));
        } else {
            self.line(&format!("\t{word}"));
        }
    }

    /// A further definition of a symbol outside of choices.
    fn again(&mut self, next: usize) {
        let index = self.dice.below(next);
        let is_member = self.out.contains(&format!("config {}\n\t#", name(index)));
        if is_member || index == 0 {
            return;
        }
        self.line(&format!("config {}", name(index)));
        let kind = self.kinds[index];
        if ways(kind) > 1 && self.chance(30) && self.admit(ways(kind)) {
            self.typed(index, kind, true);
        }
        if self.chance(50) {
            let condition = self.expression(index, 2);
            self.line(&format!("\tdepends on {condition}"));
        }
        let value = self.default(index, kind);
        let condition = self.condition(index, 60);
        self.line(&format!("\tdefault {value}{condition}"));
        if ways(kind) > 1 {
            self.reverse_dependencies(index, index + 1);
        }
    }

    /// Selects and implies of symbols that come later.
    fn reverse_dependencies(&mut self, index: usize, first_target: usize) {
        for word in ["select", "imply"] {
            if !self.chance(30) || first_target >= self.kinds.len() {
                continue;
            }
            let later = self.kinds.len() - first_target;
            let target = first_target + self.dice.below(later);
            if ways(self.kinds[target]) > 1 {
                let condition = self.condition(index, 40);
                self.line(&format!("\t{word} {}{condition}", name(target)));
            }
        }
    }

    fn range(&mut self, index: usize, kind: SymbolType) {
        let low = self.number(kind);
        let numbers: Vec<usize> = (0..index)
            .filter(|other| self.kinds[*other] == kind)
            .collect();
        let high = match numbers.last() {
            Some(other) if self.chance(40) => name(*other),
            _ if kind == SymbolType::Hex => "0x20".to_owned(),
            _ => "12".to_owned(),
        };
        let condition = self.condition(index, 50);
        self.line(&format!("\trange {low} {high}{condition}"));
    }

    fn number(&mut self, kind: SymbolType) -> String {
        let number = self.dice.below(16);
        if kind == SymbolType::Hex {
            format!("0x{number:x}")
        } else {
            number.to_string()
        }
    }

    fn default(&mut self, index: usize, kind: SymbolType) -> String {
        let like: Vec<usize> = (0..index)
            .filter(|other| self.kinds[*other] == kind)
            .collect();
        match kind {
            SymbolType::Bool | SymbolType::Tristate if self.chance(50) => "y".to_owned(),
            SymbolType::Tristate if self.chance(30) => "m".to_owned(),
            SymbolType::Bool | SymbolType::Tristate => self.expression(index, 1),
            _ if !like.is_empty() && self.chance(40) => name(like[0]),
            SymbolType::String => ["\"a\"", "\"b\"", "\"\""][self.dice.below(3)].to_owned(),
            _ => self.number(kind),
        }
    }

    fn condition(&mut self, limit: usize, percent: usize) -> String {
        if limit == 0 || !self.chance(percent) {
            return String::new();
        }
        format!(" if {}", self.expression(limit, 2))
    }

    /// A choice of the next two or three symbols; the next index after it.
    fn choice(&mut self, first: usize) -> usize {
        let end = (first + 2 + self.dice.below(2)).min(self.kinds.len());
        let is_tristate = self.classic && self.chance(40);
        for index in first..end {
            let bool_only = !is_tristate || self.chance(30);
            self.kinds[index] = if bool_only {
                SymbolType::Bool
            } else {
                SymbolType::Tristate
            };
        }
        let combinations: usize = (first..end).map(|index| ways(self.kinds[index])).product();
        if end - first < 2 || !self.admit(combinations) {
            return self.config(first);
        }
        self.line("choice");
        let condition = self.condition(first, 25);
        self.line(&format!("\tprompt \"choice\"{condition}"));
        if is_tristate {
            self.line("\ttristate");
        }
        if self.classic && self.chance(35) {
            self.line("\toptional");
        }
        if first > 0 && self.chance(30) {
            let condition = self.expression(first, 2);
            self.line(&format!("\tdepends on {condition}"));
        }
        for _ in 0..self.dice.below(3) {
            let member = first + self.dice.below(end - first);
            let condition = self.condition(first, 60);
            self.line(&format!("\tdefault {}{condition}", name(member)));
        }
        for index in first..end {
            self.member(index, first, end);
        }
        self.line("endchoice");
        end
    }

    fn member(&mut self, index: usize, first: usize, end: usize) {
        self.line(&format!("config {}", name(index)));
        self.line("\t# a member");
        self.typed(first, self.kinds[index], true);
        if first > 0 && self.chance(35) {
            let condition = self.expression(first, 2);
            self.line(&format!("\tdepends on {condition}"));
        }
        self.reverse_dependencies(index, end);
    }

    fn expression(&mut self, limit: usize, depth: usize) -> String {
        match self.dice.below(4 + 4 * depth) {
            0..4 => self.atom(limit),
            4 => format!("!({})", self.expression(limit, depth - 1)),
            draw => {
                let sign = if draw % 2 == 0 { "&&" } else { "||" };
                let left = self.expression(limit, depth - 1);
                let right = self.expression(limit, depth - 1);
                format!("({left} {sign} {right})")
            }
        }
    }

    fn atom(&mut self, limit: usize) -> String {
        if limit == 0 || self.chance(6) {
            return ["y", "m", "n", "UNDEFINED", "UNDEFINED = \"UNDEFINED\""][self.dice.below(5)]
                .to_owned();
        }
        let index = self.dice.below(limit);
        let symbol = name(index);
        match self.kinds[index] {
            SymbolType::String => format!("{symbol} = \"a\""),
            kind if ways(kind) == 1 => self.relation(&symbol, kind),
            _ => match self.dice.below(12) {
                0 => format!("{symbol} = m"),
                1 => format!("{symbol} != n"),
                2 => format!("{symbol} = y"),
                3 => format!("{symbol} = {}", name(self.dice.below(limit))),
                4 | 5 => format!("!{symbol}"),
                _ => symbol,
            },
        }
    }

    fn relation(&mut self, symbol: &str, kind: SymbolType) -> String {
        let sign = ["=", "!=", "<", "<=", ">", ">="][self.dice.below(6)];
        format!("{symbol} {sign} {}", self.number(kind))
    }
}

/// How many values a user can give.
pub(crate) fn ways(kind: SymbolType) -> usize {
    match kind {
        SymbolType::Bool => 2,
        SymbolType::Tristate => 3,
        _ => 1,
    }
}
