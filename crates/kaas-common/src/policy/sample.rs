// SPDX-License-Identifier: Apache-2.0
//! The sample file, as oslopolicy-sample-generator writes it.

use std::fmt::Write as _;

use super::rule::{Former, Rule};
use crate::wrap::{Long, wrap};

const WIDTH: usize = 70;

const RENAMED: &str = "\
# WARNING: A rule name change has been identified.
#          This may be an artifact of new rules being
#          included which require legacy fallback
#          rules to ensure proper policy behavior.
#          Alternatively, this may just be an alias.
#          Please evaluate on a case by case basis
#          keeping in mind the format for aliased
#          rules is:
#          \"old_rule_name\": \"new_rule_name\".
";

/// Every rule, commented out, in the order given.
pub fn sample(rules: &[Rule]) -> String {
    rules.iter().map(entry).collect()
}

fn entry(rule: &Rule) -> String {
    let mut out = String::new();
    if let Some(removal) = rule.removal {
        let _ = write!(
            out,
            "# DEPRECATED\n# \"{}\" has been deprecated since {}.\n{}\n",
            rule.name,
            removal.since,
            prose(removal.reason)
        );
    }
    if !rule.help.is_empty() {
        out += &prose(rule.help);
        out.push('\n');
    }
    for operation in rule.operations {
        let _ = writeln!(out, "# {}  {}", operation.method, operation.path);
    }
    if !rule.scopes.is_empty() {
        let scopes: Vec<_> = rule.scopes.iter().map(|scope| scope.name()).collect();
        let _ = writeln!(out, "# Intended scope(s): {}", scopes.join(", "));
    }
    let _ = write!(out, "#\"{}\": \"{}\"\n\n", rule.name, rule.check);
    if let Some(former) = rule.former.filter(|_| rule.removal.is_none()) {
        out += &deprecated(rule, &former);
    }
    out
}

fn deprecated(rule: &Rule, former: &Former) -> String {
    let text = format!(
        "\"{}\":\"{}\" has been deprecated since {} in favor of \"{}\":\"{}\".",
        former.name, former.check, former.since, rule.name, rule.check
    );
    let mut out = format!("# DEPRECATED\n{}\n{}\n", prose(&text), prose(former.reason));
    if former.name != rule.name {
        out += RENAMED;
        let _ = writeln!(out, "# \"{}\": \"rule:{}\"", former.name, rule.name);
    }
    out + "\n"
}

/// Paragraphs are wrapped, indented lines are not.
fn prose(text: &str) -> String {
    if text.is_empty() {
        return "#".to_owned();
    }
    let mut lines = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    for line in text.trim().lines() {
        if line.trim().is_empty() || line.starts_with([' ', '\t']) {
            close(&mut lines, &mut paragraph);
            let line = line.trim_end();
            lines.push(if line.is_empty() {
                "#".to_owned()
            } else {
                format!("# {line}")
            });
        } else {
            paragraph.push(line.trim_end());
        }
    }
    close(&mut lines, &mut paragraph);
    lines.join("\n")
}

fn close(lines: &mut Vec<String>, paragraph: &mut Vec<&str>) {
    if !paragraph.is_empty() {
        lines.extend(wrap(&paragraph.join(" "), WIDTH, "# ", Long::Cut));
        paragraph.clear();
    }
}
