// SPDX-License-Identifier: Apache-2.0
//! Make's functions on guarded values (GNU make 4.3 manual, chapter 8).

mod condition;
mod name;
mod word;

use super::scope::Call;
use super::{Frame, Make};
use crate::condition::Condition;
use crate::few::Few;
use crate::language::{Expression, Function};
use crate::text::{Naming, Text};
use crate::value::{Value, Word};

impl Make<'_, '_> {
    /// What a function makes of its arguments within a condition.
    pub(super) fn function(
        &mut self,
        function: Function,
        arguments: &[Expression],
        within: Condition,
    ) -> Value {
        let mut value = self.applied(function, arguments, within);
        value.relax(within);
        value
    }

    fn applied(
        &mut self,
        function: Function,
        arguments: &[Expression],
        within: Condition,
    ) -> Value {
        match function {
            Function::If => self.if_function(arguments, within),
            Function::Or => self.or_function(arguments, within),
            Function::And => self.and_function(arguments, within),
            Function::Foreach => self.foreach(arguments, within),
            Function::Call => self.call(arguments, within),
            Function::Eval => self.eval(arguments, within),
            Function::Shell => arguments
                .first()
                .map(|a| self.shell(a, within))
                .unwrap_or_default(),
            Function::Filter | Function::FilterOut => {
                self.filter(arguments, within, function == Function::Filter)
            }
            Function::Patsubst => self.patsubst_function(arguments, within),
            Function::Subst => self.subst(arguments, within),
            Function::Findstring => self.findstring(arguments, within),
            Function::Sort => self.sort(arguments, within),
            Function::Strip => Value::list(self.argument_words(arguments, 0, within)),
            Function::Word | Function::Wordlist | Function::Words => {
                self.word_function(function, arguments, within)
            }
            Function::Firstword | Function::Lastword => {
                self.end_word(arguments, within, function == Function::Firstword)
            }
            Function::Join => self.join(arguments, within),
            Function::Addprefix
            | Function::Addsuffix
            | Function::Dir
            | Function::Notdir
            | Function::Basename
            | Function::Suffix
            | Function::Abspath
            | Function::Realpath => self.file_name(function, arguments, within),
            Function::Wildcard => self.wildcard(arguments, within),
            Function::Origin | Function::Flavor | Function::Value => {
                self.about_variable(function, arguments, within)
            }
            Function::Error => self.error(arguments, within),
            Function::Info | Function::Warning => Value::default(),
            Function::File => self.file_function(arguments, within),
        }
    }

    pub(super) fn argument(
        &mut self,
        arguments: &[Expression],
        index: usize,
        within: Condition,
    ) -> Value {
        arguments
            .get(index)
            .map(|argument| self.expand(argument, within))
            .unwrap_or_default()
    }

    pub(super) fn argument_words(
        &mut self,
        arguments: &[Expression],
        index: usize,
        within: Condition,
    ) -> Few<Word> {
        let value = self.argument(arguments, index, within);
        self.words(&value, within)
    }

    fn foreach(&mut self, arguments: &[Expression], within: Condition) -> Value {
        let [name, list, body] = arguments else {
            return Value::default();
        };
        let Some(name) = self.expand_text(name, within) else {
            self.report("the variable of $(foreach ...) depends on the configuration");
            return Value::default();
        };
        let name = self.world.texts.trim(name);
        self.numbered |= self.world.texts.naming(name) == Naming::Argument;
        let words = self.words_of(list, within);
        let before = self.scope.bind(name);
        let mut result = Value::default();
        for word in words {
            let here = self.and(word.guard, within);
            self.scope.put(name, Value::text(word.text));
            let part = self.expand(body, here);
            if part.is_empty() {
                continue;
            }
            if !result.is_empty() {
                result.items.push(crate::value::Item::Space);
            }
            result.push(&part, word.guard, &mut self.world.conditions);
        }
        self.scope.unbind(name, before);
        result
    }

    fn call(&mut self, arguments: &[Expression], within: Condition) -> Value {
        let mut frame = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let value = self.expand(argument, within);
            frame.push(value);
        }
        let call = Call::new(&frame, within);
        if let Some(known) = self.scope.begin(call.as_ref()) {
            return known;
        }
        let name = frame.first().map(|name| self.words(name, within));
        let expanding = std::mem::take(&mut self.expanding);
        self.frames.push(Frame {
            arguments: frame,
            known: Vec::new(),
        });
        let mut result = Value::default();
        for word in name.into_iter().flatten() {
            let here = self.and(word.guard, within);
            let part = self.called(word.text, here);
            result.push(&part, word.guard, &mut self.world.conditions);
        }
        self.frames.pop();
        self.expanding = expanding;
        self.scope.end(call, &result);
        result
    }

    fn called(&mut self, name: Text, within: Condition) -> Value {
        if let Some(function) = self.world.function(name) {
            // `$(call sort,...)`: the arguments are already values.
            let count = self.frames.last().map_or(1, |frame| frame.arguments.len());
            let references: Vec<Expression> = (1..count)
                .map(|index| {
                    let name = self.intern(&index.to_string());
                    Expression::reference(name)
                })
                .collect();
            return self.function(function, &references, within);
        }
        self.lookup(name, within)
    }

    fn eval(&mut self, arguments: &[Expression], within: Condition) -> Value {
        let value = self.argument(arguments, 0, within);
        self.scope.give_up();
        self.evaluate_text(&value, within);
        Value::default()
    }

    pub(super) fn shell(&mut self, command: &Expression, within: Condition) -> Value {
        let command = self.expand(command, within);
        let mut result = Value::default();
        let Some(commands) = self.command_alternatives(&command, within) else {
            return Value::default();
        };
        for (guard, command) in commands {
            let command = self.world.texts.get(command);
            let answer = Value::text(self.world.shell(&command));
            result.push(&answer, guard, &mut self.world.conditions);
        }
        result
    }

    fn command_alternatives(
        &mut self,
        command: &Value,
        within: Condition,
    ) -> Option<Few<(Condition, Text)>> {
        // Commands on many objects (`mkdir -p`) need no enumeration.
        if let Some(crate::value::Item::Text(Condition::TRUE, head)) = command.items.first()
            && self.world.texts.str(*head).starts_with("mkdir -p ")
        {
            return None;
        }
        Some(self.alternatives(command, within))
    }

    /// `$(file < NAME)`: a fresh output directory has no file to read.
    fn file_function(&mut self, arguments: &[Expression], within: Condition) -> Value {
        for word in self.argument_words(arguments, 0, within) {
            if self
                .world
                .texts
                .str(word.text)
                .starts_with(crate::world::SRCTREE)
            {
                self.report("$(file ...) of a file in the tree is not evaluated");
            }
        }
        Value::default()
    }

    fn error(&mut self, arguments: &[Expression], within: Condition) -> Value {
        if within.is_true() {
            let message = self.argument(arguments, 0, within);
            let message = message.as_text().map(|text| self.world.texts.get(text));
            self.report(format!("$(error {})", message.as_deref().unwrap_or("...")));
        }
        Value::default()
    }
}
