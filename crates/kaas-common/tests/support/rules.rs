// SPDX-License-Identifier: Apache-2.0
//! Rules written as JSON, declared once for both deciders.

use kaas_common::policy::{Former, Operation, Removal, Rule, Scope};
use serde_json::Value;

/// For as long as the tests run.
pub(crate) fn of(text: &str) -> &'static [Rule] {
    let specs: Vec<Value> = serde_json::from_str(text).unwrap();
    specs.iter().map(rule).collect::<Vec<_>>().leak()
}

fn kept(value: &Value) -> &'static str {
    value.as_str().unwrap_or_default().to_owned().leak()
}

fn rule(spec: &Value) -> Rule {
    let mut rule = Rule::new(
        kept(&spec["name"]),
        kept(&spec["check"]),
        kept(&spec["help"]),
    );
    let list = |name: &str| spec[name].as_array().cloned().unwrap_or_default();
    let operation = |pair: &Value| Operation {
        method: kept(&pair[0]),
        path: kept(&pair[1]),
    };
    rule.scopes = list("scopes").iter().map(scope).collect::<Vec<_>>().leak();
    rule.operations = list("operations")
        .iter()
        .map(operation)
        .collect::<Vec<_>>()
        .leak();
    rule.former = spec.get("former").map(|former| Former {
        name: kept(&former["name"]),
        check: kept(&former["check"]),
        since: kept(&former["since"]),
        reason: kept(&former["reason"]),
    });
    rule.removal = spec.get("removal").map(|removal| Removal {
        since: kept(&removal["since"]),
        reason: kept(&removal["reason"]),
    });
    rule
}

fn scope(name: &Value) -> Scope {
    let scopes = [Scope::System, Scope::Domain, Scope::Project];
    scopes
        .into_iter()
        .find(|scope| scope.name() == name)
        .unwrap()
}
