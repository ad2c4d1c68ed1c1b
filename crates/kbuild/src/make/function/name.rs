// SPDX-License-Identifier: Apache-2.0
//! Functions on file names, on the tree, and on variables themselves.

use crate::condition::Condition;
use crate::few::Few;
use crate::language::{Expression, Function};
use crate::make::{Body, Make};
use crate::text::Text;
use crate::value::{Value, Word};
use crate::world::SRCTREE;

impl Make<'_, '_> {
    pub(super) fn file_name(
        &mut self,
        function: Function,
        arguments: &[Expression],
        within: Condition,
    ) -> Value {
        let affix = matches!(function, Function::Addprefix | Function::Addsuffix);
        let words = self.argument_words(arguments, usize::from(affix), within);
        if words.is_empty() {
            return Value::default();
        }
        let affixes = if affix {
            let affix = self.argument(arguments, 0, within);
            self.alternatives(&affix, within)
        } else {
            Few::One((Condition::TRUE, Text::EMPTY))
        };
        let mut result = Vec::with_capacity(words.len());
        for (guard, affix) in affixes {
            let affix = self.world.texts.get(affix);
            for word in &words {
                let guard = self.and(word.guard, guard);
                let text = self.world.texts.compose(|texts, out| {
                    change_name(function, texts.str(word.text), &affix, out);
                });
                if !guard.is_false() && text != Text::EMPTY {
                    result.push(Word { guard, text });
                }
            }
        }
        Value::list(result)
    }

    /// Files of the source tree; a fresh output directory has none.
    pub(super) fn wildcard(&mut self, arguments: &[Expression], within: Condition) -> Value {
        let words = self.argument_words(arguments, 0, within);
        let mut result = Vec::new();
        for word in words {
            let text = self.world.texts.get(word.text);
            let Some(inside) = text
                .strip_prefix(SRCTREE)
                .and_then(|rest| rest.strip_prefix('/'))
            else {
                continue;
            };
            for found in glob(self.world.inputs.tree, inside) {
                let text = self.intern(&format!("{SRCTREE}/{found}"));
                result.push(Word {
                    guard: word.guard,
                    text,
                });
            }
        }
        Value::list(result)
    }

    pub(super) fn about_variable(
        &mut self,
        function: Function,
        arguments: &[Expression],
        within: Condition,
    ) -> Value {
        let name = self.argument(arguments, 0, within);
        self.scope.give_up();
        let mut result = Value::default();
        for (guard, name) in self.alternatives(&name, within) {
            let part = match function {
                Function::Origin => self.origin(name),
                Function::Flavor => self.flavor(name),
                _ => self.raw_value(name),
            };
            result.push(&part, guard, &mut self.world.conditions);
        }
        result
    }

    fn origin(&mut self, name: Text) -> Value {
        let defined = self.when_assigned(name);
        let kind = if self.pinned.contains(&name) {
            "command line"
        } else {
            "file"
        };
        self.either(defined, kind)
    }

    fn flavor(&mut self, name: Text) -> Value {
        let defined = self.when_assigned(name);
        self.either(defined, "recursive")
    }

    fn when_assigned(&mut self, name: Text) -> Condition {
        let variable = self.scope.read(name);
        variable.map_or(Condition::FALSE, |variable| {
            variable.defined(&mut self.world.conditions)
        })
    }

    fn either(&mut self, defined: Condition, kind: &str) -> Value {
        let (kind, undefined) = (self.intern(kind), self.intern("undefined"));
        let mut value = Value::guarded(defined, kind);
        let otherwise = self.world.conditions.not(defined);
        value.push(
            &Value::text(undefined),
            otherwise,
            &mut self.world.conditions,
        );
        value
    }

    fn raw_value(&mut self, name: Text) -> Value {
        let Some(variable) = self.definitions(name).cloned() else {
            return Value::default();
        };
        let mut value = Value::default();
        for fragment in &variable.fragments {
            match &fragment.body {
                Body::Value(part) => value.push(part, fragment.guard, &mut self.world.conditions),
                Body::Space => value.items.push(crate::value::Item::Space),
                Body::Expression(_) => self.report("$(value ...) of a recursive variable"),
            }
        }
        value
    }
}

/// Writes a word as a function changes it (GNU make, `func_notdir_suffix`,
/// `func_basename_dir`).
fn change_name(function: Function, text: &str, affix: &str, out: &mut String) {
    let after_slash = text.rfind('/').map_or(0, |slash| slash + 1);
    let dot = text[after_slash..].rfind('.').map(|dot| after_slash + dot);
    match function {
        Function::Addprefix => out.extend([affix, text]),
        Function::Addsuffix => out.extend([text, affix]),
        Function::Dir if after_slash == 0 => out.push_str("./"),
        Function::Dir => out.push_str(&text[..after_slash]),
        Function::Notdir => out.push_str(&text[after_slash..]),
        Function::Basename => out.push_str(&text[..dot.unwrap_or(text.len())]),
        Function::Suffix => out.push_str(&text[dot.unwrap_or(text.len())..]),
        _ => match crate::tree::normalize(text.trim_start_matches('/')) {
            Some(path) if text.starts_with('/') => out.extend(["/", &path]),
            Some(path) => out.extend([crate::world::OBJTREE, "/", &path]),
            None => out.push_str(text),
        },
    }
}

/// Paths below the tree's root that match, sorted; `*` and `?` match within a name.
fn glob(tree: &crate::tree::Tree, pattern: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    for part in pattern.split('/') {
        let wild = part.contains(['*', '?', '[']);
        let mut next = Vec::new();
        for base in found {
            if !wild {
                next.push(format!("{base}{part}/"));
                continue;
            }
            let names = tree.list(&base);
            next.extend(
                names
                    .iter()
                    .filter(|name| matches(part.as_bytes(), name.as_bytes()))
                    .map(|name| format!("{base}{name}/")),
            );
        }
        found = next;
    }
    found
        .into_iter()
        .filter_map(|path| {
            let path = path.strip_suffix('/').unwrap_or(&path);
            let directory = path.ends_with('/');
            let exists = if directory {
                tree.is_directory(path)
            } else {
                tree.exists(path)
            };
            exists.then(|| path.to_owned())
        })
        .collect()
}

/// Shell patterns without brackets; a leading dot must be matched by a dot.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    fn rest(pattern: &[u8], name: &[u8]) -> bool {
        match (pattern, name) {
            ([], []) => true,
            ([b'*', tail @ ..], _) => {
                rest(tail, name) || (!name.is_empty() && rest(pattern, &name[1..]))
            }
            ([b'?', tail @ ..], [_, others @ ..]) => rest(tail, others),
            ([one, tail @ ..], [other, others @ ..]) => one == other && rest(tail, others),
            _ => false,
        }
    }
    (name.first() != Some(&b'.') || pattern.first() == Some(&b'.')) && rest(pattern, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_apart() {
        for (function, text, expected) in [
            (Function::Dir, "a/b.c", "a/"),
            (Function::Dir, "b.c", "./"),
            (Function::Notdir, "a/b.c", "b.c"),
            (Function::Basename, "a.d/b.tar.c", "a.d/b.tar"),
            (Function::Basename, "a.d/b", "a.d/b"),
            (Function::Suffix, "a/b.c", ".c"),
            (Function::Suffix, "a.d/b", ""),
        ] {
            let mut changed = String::new();
            change_name(function, text, "", &mut changed);
            assert_eq!(changed, expected);
        }
        assert!(matches(b"*_def?onfig", b"x_defconfig"));
        assert!(!matches(b"*", b".x"));
    }
}
