// SPDX-License-Identifier: Apache-2.0
//! A sentence to a tree (`oslo_policy/_parser.py`): `not` binds closest, then `and`, then `or`.
//! A greedy stack as there, so that the same texts are sentences.

use super::check::Check;
use crate::python::is_space;

/// The sentence as a tree; what is none denies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Parsed {
    Check(Check),
    /// Denies; why, for the operator.
    Nonsense(String),
    /// Asks another server, which is not supported.
    Remote,
}

/// A longer text is no sentence: its tree could be deeper than the stack.
const LIMIT: usize = 16 * 1024;

/// Parses a text; an empty one allows.
pub(super) fn parse(text: &str) -> Parsed {
    if text.len() > LIMIT {
        return Parsed::Nonsense("is longer than 16 KiB".to_owned());
    }
    if text.is_empty() {
        return Parsed::Check(Check::True);
    }
    let mut stack = Vec::new();
    let mut remote = false;
    for token in text
        .split(is_space)
        .filter(|word| !word.is_empty())
        .flat_map(tokens)
    {
        if let Token::Text(text) = &token {
            remote |= text.starts_with("http:") || text.starts_with("https:");
        }
        stack.push(match token {
            Token::Text(text) => Symbol::Check(base(&text)),
            Token::Symbol(symbol) => symbol,
        });
        while reduce(&mut stack) {}
    }
    match (remote, stack.pop(), stack.is_empty()) {
        (true, _, _) => Parsed::Remote,
        (_, Some(Symbol::Check(check) | Symbol::And(check) | Symbol::Or(check)), true) => {
            Parsed::Check(check)
        }
        _ => Parsed::Nonsense(
            "is no sentence: see its words and, or, not and its parentheses".to_owned(),
        ),
    }
}

/// The older form: any of these, each all of those.
pub(super) fn parse_lists(lists: &[Vec<String>]) -> Parsed {
    if lists.is_empty() {
        return Parsed::Check(Check::True);
    }
    let texts = || lists.iter().flatten();
    if texts().any(|text| text.starts_with("http:") || text.starts_with("https:")) {
        return Parsed::Remote;
    }
    let all =
        |texts: &Vec<String>| one_or(texts.iter().map(|text| base(text)).collect(), Check::And);
    let any: Vec<_> = lists
        .iter()
        .filter(|texts| !texts.is_empty())
        .map(all)
        .collect();
    Parsed::Check(if any.is_empty() {
        Check::False
    } else {
        one_or(any, Check::Or)
    })
}

fn one_or(mut checks: Vec<Check>, of: impl Fn(Vec<Check>) -> Check) -> Check {
    if checks.len() == 1 {
        checks.remove(0)
    } else {
        of(checks)
    }
}

/// `@`, `!` or `left:right`; anything else denies.
fn base(text: &str) -> Check {
    match (text, text.split_once(':')) {
        ("@", _) => Check::True,
        (_, Some(("rule", name))) => Check::Rule(name.to_owned()),
        (_, Some(("role", name))) => Check::Role(name.to_owned()),
        (_, Some((left, right))) => Check::Generic {
            left: left.to_owned(),
            right: right.to_owned(),
        },
        _ => Check::False,
    }
}

enum Token {
    Text(String),
    Symbol(Symbol),
}

#[derive(Debug)]
enum Symbol {
    /// A check, and what stands for one: a group in parentheses.
    Check(Check),
    And(Check),
    Or(Check),
    AndWord,
    OrWord,
    NotWord,
    Left,
    Right,
    /// A word in quotes, which no sentence has.
    Quoted,
}

/// The parentheses around a word, and the word; inside it they belong to it: `%(project_id)s`.
fn tokens(word: &str) -> Vec<Token> {
    let inner = word.trim_start_matches('(');
    let clean = inner.trim_end_matches(')');
    let mut tokens = Vec::new();
    tokens.extend((inner.len()..word.len()).map(|_| Token::Symbol(Symbol::Left)));
    match clean.to_lowercase().as_str() {
        "" => {}
        "and" => tokens.push(Token::Symbol(Symbol::AndWord)),
        "or" => tokens.push(Token::Symbol(Symbol::OrWord)),
        "not" => tokens.push(Token::Symbol(Symbol::NotWord)),
        _ if is_quoted(inner) => tokens.push(Token::Symbol(Symbol::Quoted)),
        _ => tokens.push(Token::Text(clean.to_owned())),
    }
    tokens.extend((clean.len()..inner.len()).map(|_| Token::Symbol(Symbol::Right)));
    tokens
}

fn is_quoted(word: &str) -> bool {
    let by = |quote| word.len() >= 2 && word.starts_with(quote) && word.ends_with(quote);
    by('"') || by('\'')
}

/// Replaces the end of the stack by what it amounts to, if anything.
fn reduce(stack: &mut Vec<Symbol>) -> bool {
    reduce_three(stack) || reduce_not(stack)
}

fn reduce_not(stack: &mut Vec<Symbol>) -> bool {
    if !matches!(stack.as_slice(), [.., Symbol::NotWord, Symbol::Check(_)]) {
        return false;
    }
    if let Some(Symbol::Check(check)) = stack.pop() {
        stack.pop();
        stack.push(Symbol::Check(Check::Not(Box::new(check))));
    }
    true
}

fn reduce_three(stack: &mut Vec<Symbol>) -> bool {
    let fits = matches!(
        stack.as_slice(),
        [
            ..,
            Symbol::Left,
            Symbol::Check(_) | Symbol::And(_) | Symbol::Or(_),
            Symbol::Right
        ] | [
            ..,
            Symbol::Check(_) | Symbol::And(_) | Symbol::Or(_),
            Symbol::AndWord | Symbol::OrWord,
            Symbol::Check(_)
        ]
    );
    if !fits {
        return false;
    }
    let (third, second, first) = (stack.pop(), stack.pop(), stack.pop());
    stack.extend(match (first, second, third) {
        (
            Some(Symbol::Left),
            Some(Symbol::Check(check) | Symbol::And(check) | Symbol::Or(check)),
            _,
        ) => Some(Symbol::Check(check)),
        (Some(first), Some(Symbol::AndWord), Some(Symbol::Check(next))) => Some(and(first, next)),
        (Some(first), Some(_), Some(Symbol::Check(next))) => Some(or(first, next)),
        _ => None,
    });
    true
}

fn and(first: Symbol, next: Check) -> Symbol {
    match first {
        Symbol::And(Check::And(mut checks)) => {
            checks.push(next);
            Symbol::And(Check::And(checks))
        }
        // The last of what is joined by `or` belongs to the `and`.
        Symbol::Or(Check::Or(mut checks)) => {
            let last = checks.pop().unwrap_or(Check::False);
            let joined = match last {
                Check::And(mut inner) => {
                    inner.push(next);
                    Check::And(inner)
                }
                last => Check::And(vec![last, next]),
            };
            checks.push(joined);
            Symbol::Or(Check::Or(checks))
        }
        Symbol::Check(check) | Symbol::And(check) | Symbol::Or(check) => {
            Symbol::And(Check::And(vec![check, next]))
        }
        other => other,
    }
}

fn or(first: Symbol, next: Check) -> Symbol {
    match first {
        Symbol::Or(Check::Or(mut checks)) => {
            checks.push(next);
            Symbol::Or(Check::Or(checks))
        }
        Symbol::Check(check) | Symbol::And(check) | Symbol::Or(check) => {
            Symbol::Or(Check::Or(vec![check, next]))
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_bounded() {
        assert!(matches!(
            parse(&"not ".repeat(100_000)),
            Parsed::Nonsense(_)
        ));
        let deep = "not ".repeat(LIMIT / 4 - 1) + "@";
        assert!(matches!(parse(&deep), Parsed::Check(_)));
    }

    /// `tests/policy/record.py` made them.
    #[test]
    fn random_sentences_are_parsed_as_oslo_policy_does() {
        let corpus: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/policy/random.json")).unwrap();
        for case in corpus["cases"].as_array().unwrap() {
            let tree = match parse(case[0].as_str().unwrap()) {
                Parsed::Check(check) => check.to_string(),
                _ => "!".to_owned(),
            };
            assert_eq!(tree, case[2], "{}", case[0]);
        }
    }
}
