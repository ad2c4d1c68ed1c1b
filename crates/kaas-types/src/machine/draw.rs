// SPDX-License-Identifier: Apache-2.0
//! A picture of a machine, in the language of Mermaid, and the page of all pictures.

use super::Machine;

/// The state diagram. Events between the same two states share an arrow, and one that all states
/// of a group have starts at the group.
pub fn draw<M: Machine>() -> String {
    let mut lines = vec!["stateDiagram-v2".to_owned()];
    for group in groups::<M>() {
        lines.push(format!("    state {group} {{"));
        let inside = arrows(|from: M, to: M| is_inside(from, to) && from.group() == Some(group));
        lines.extend(inside.iter().map(|arrow| format!("        {arrow}")));
        lines.push("    }".to_owned());
    }
    lines.push(format!("    [*] --> {}", M::INITIAL.name()));
    let outside = arrows(|from: M, to: M| !is_inside(from, to));
    lines.extend(outside.iter().map(|arrow| format!("    {arrow}")));
    let ends = M::STATES.iter().filter(|state| state.is_end());
    lines.extend(ends.map(|state| format!("    {} --> [*]", state.name())));
    lines.join("\n") + "\n"
}

fn is_inside<M: Machine>(from: M, to: M) -> bool {
    from.group().is_some() && from.group() == to.group()
}

/// `FROM --> TO: EVENT, EVENT`, in the order of the table, of the transitions that are wanted.
fn arrows<M: Machine>(is_wanted: impl Fn(M, M) -> bool) -> Vec<String> {
    let mut arrows: Vec<(String, Vec<&str>)> = Vec::new();
    for (from, event, to) in M::TRANSITIONS {
        if !is_wanted(*from, *to) {
            continue;
        }
        let ends = format!("{} --> {}", start(*from, *event, *to), to.name());
        let verb = M::verb(*event);
        match arrows.iter_mut().find(|(known, _)| *known == ends) {
            None => arrows.push((ends, vec![verb])),
            Some((_, verbs)) if !verbs.contains(&verb) => verbs.push(verb),
            Some(_) => {}
        }
    }
    let line = |(ends, verbs): (String, Vec<&str>)| format!("{ends}: {}", verbs.join(", "));
    arrows.into_iter().map(line).collect()
}

/// The document with every picture, each with its sentence.
pub fn page(title: &str, pictures: &[(&str, String)]) -> String {
    let mut text = format!("# {title}\n");
    for (sentence, picture) in pictures {
        text.push_str(&format!("\n{sentence}\n\n```mermaid\n{picture}```\n"));
    }
    text
}

fn groups<M: Machine>() -> Vec<&'static str> {
    let mut groups = Vec::new();
    for group in M::STATES.iter().filter_map(|state| state.group()) {
        if !groups.contains(&group) {
            groups.push(group);
        }
    }
    groups
}

/// The group, where each of its states has the same transition.
fn start<M: Machine>(from: M, event: M::Event, to: M) -> &'static str {
    let Some(group) = from.group() else {
        return from.name();
    };
    let mut members = M::STATES
        .iter()
        .filter(|state| state.group() == Some(group));
    if members.all(|member| M::TRANSITIONS.contains(&(*member, event, to))) {
        group
    } else {
        from.name()
    }
}
