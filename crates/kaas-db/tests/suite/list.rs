// SPDX-License-Identifier: Apache-2.0
//! Lists, walked page by page, against the same list in memory: filters, orders, markers.

use std::cmp::Ordering;
use std::time::Duration;

use kaas_db::query::kernel;
use kaas_db::{Direction, Error, Field, FieldValue, Filter, KernelField, Operator, Selection};
use kaas_types::kernel::{Fault, Kernel, Outcome};

use super::bed::Bed;
use super::chance::Chance;
use super::make::{self, ANY, scope};
use crate::Case;

pub(crate) const CASES: &[Case] = &[
    ("pages are those of a list in memory", pages),
    ("a marker is an item of the list", markers),
    ("what no field can be is refused", refused),
];

const PROJECTS: [&str; 3] = ["p", "P", "q"];
const NAMES: [&str; 7] = ["a", "B", "b", "ä", "a b", "%", "a_"];

fn pages(bed: &Bed) {
    let chance = &mut Chance::new(20);
    for number in 0..60 {
        populate(bed, chance, number);
    }
    let everything = bed
        .read(|read| kernel::list(read, &ANY, &Selection::first(1000)))
        .unwrap();
    let everything = everything.items;
    assert!(everything.len() > 40);
    for _ in 0..60 {
        let selection = selection(chance, &everything);
        let whose = chance.pick(&[None, Some("p"), Some("q")]);
        let expected = in_memory(&everything, whose, &selection);
        let walked = walk(bed, whose, &selection);
        assert_eq!(walked, expected, "{whose:?} {selection:?}");
    }
}

/// A kernel in some state; several at the same moment.
fn populate(bed: &Bed, chance: &mut Chance, number: u64) {
    if chance.below(3) > 0 {
        bed.pass(Duration::from_micros(1 + chance.below(3)));
    }
    let id = make::kernel(bed, chance.pick(&PROJECTS), chance.pick(&NAMES)).id;
    let fault = Fault {
        code: kaas_types::agent::Line::cut("x"),
        message: kaas_types::agent::Line::cut("y"),
    };
    let choice = chance.below(5);
    bed.write(move |write| {
        match choice {
            0 => drop(kernel::cancel(write, &ANY, id)?),
            1 => drop(kernel::end(write, &ANY, id, Outcome::Failure, &fault)?),
            2 => {
                kernel::cancel(write, &ANY, id)?;
                if number.is_multiple_of(2) {
                    kernel::delete(write, &ANY, id)?;
                }
            }
            _ => {}
        }
        Ok(())
    })
    .unwrap();
}

fn selection(chance: &mut Chance, everything: &[Kernel]) -> Selection<KernelField> {
    let some = |chance: &mut Chance| chance.below(3);
    let sort = (0..some(chance)).map(|_| {
        let direction = chance.pick(&[Direction::Ascending, Direction::Descending]);
        (chance.pick(KernelField::ALL), direction)
    });
    let sort = sort.collect();
    let filters = (0..some(chance))
        .map(|_| filter(chance, everything))
        .collect();
    Selection {
        filters,
        sort,
        marker: None,
        limit: u32::try_from(1 + chance.below(12)).unwrap(),
    }
}

/// A filter by values that there are.
fn filter(chance: &mut Chance, everything: &[Kernel]) -> Filter<KernelField> {
    const ONE: [Operator; 4] = [
        Operator::Less,
        Operator::LessOrEqual,
        Operator::Greater,
        Operator::GreaterOrEqual,
    ];
    let field = chance.pick(KernelField::ALL);
    let value = |chance: &mut Chance| match value(&chance.pick_from(everything), field) {
        FieldValue::Text(text) => text,
        FieldValue::Time(time) => time.to_string(),
    };
    let (operator, count) = match chance.below(3) {
        0 => (chance.pick(&ONE), 1),
        1 => (Operator::In, 1 + chance.below(3)),
        _ => (Operator::NotIn, 1 + chance.below(3)),
    };
    let values: Vec<_> = (0..count).map(|_| value(chance)).collect();
    let values: Vec<_> = values.iter().map(String::as_str).collect();
    Filter::new(field, operator, &values).unwrap()
}

/// The same field, from the kernel itself.
fn value(kernel: &Kernel, field: KernelField) -> FieldValue {
    let text = |text: String| FieldValue::Text(text);
    let state = kernel.state;
    match field {
        KernelField::Id => text(kernel.id.to_string()),
        KernelField::ProjectId => text(kernel.project.to_string()),
        KernelField::UserId => text(kernel.user.to_string()),
        KernelField::Name => text(kernel.name.to_string()),
        KernelField::CreatedAt => FieldValue::Time(kernel.times.created),
        KernelField::UpdatedAt => FieldValue::Time(kernel.times.updated),
        KernelField::QueuedAt => FieldValue::Time(kernel.times.queued),
        KernelField::Status => text(state.status().to_string()),
        KernelField::Step => text(
            state
                .step()
                .map(|step| step.to_string())
                .unwrap_or_default(),
        ),
        KernelField::Result => text(
            state
                .outcome()
                .map(|one| one.to_string())
                .unwrap_or_default(),
        ),
        KernelField::BuilderId | KernelField::Release | KernelField::OutdatedBy => {
            text(String::new())
        }
    }
}

fn in_memory(
    everything: &[Kernel],
    whose: Option<&str>,
    selection: &Selection<KernelField>,
) -> Vec<String> {
    let is_seen = |kernel: &&Kernel| {
        let is_own = whose.is_none_or(|project| *kernel.project == *project);
        is_own && selection.filters.iter().all(|filter| holds(kernel, filter))
    };
    let mut found: Vec<&Kernel> = everything.iter().filter(is_seen).collect();
    let last = selection
        .sort
        .last()
        .map_or(Direction::Descending, |(_, last)| *last);
    let ends = [(KernelField::CreatedAt, last), (KernelField::Id, last)];
    let keys: Vec<_> = selection.sort.iter().copied().chain(ends).collect();
    found.sort_by(|one, other| {
        keys.iter()
            .fold(Ordering::Equal, |order, (field, direction)| {
                let (one, other) = (value(one, *field), value(other, *field));
                order.then(match direction {
                    Direction::Ascending => one.cmp(&other),
                    Direction::Descending => other.cmp(&one),
                })
            })
    });
    found.iter().map(|kernel| kernel.id.to_string()).collect()
}

fn holds(kernel: &Kernel, filter: &Filter<KernelField>) -> bool {
    let value = value(kernel, filter.field());
    let first = &filter.values()[0];
    match filter.operator() {
        Operator::In => filter.values().contains(&value),
        Operator::NotIn => !filter.values().contains(&value),
        Operator::Less => value < *first,
        Operator::LessOrEqual => value <= *first,
        Operator::Greater => value > *first,
        Operator::GreaterOrEqual => value >= *first,
    }
}

/// Page after page, to the end.
fn walk(bed: &Bed, whose: Option<&'static str>, selection: &Selection<KernelField>) -> Vec<String> {
    let (mut ids, mut selection) = (vec![], selection.clone());
    loop {
        let wanted = selection.clone();
        let page = bed
            .read(move |read| kernel::list(read, &whose.map_or(ANY, scope), &wanted))
            .unwrap();
        assert!(page.items.len() <= selection.limit as usize);
        ids.extend(page.items.iter().map(|kernel| kernel.id.to_string()));
        if !page.has_more {
            return ids;
        }
        assert_eq!(page.items.len(), selection.limit as usize);
        selection.marker = ids.last().cloned();
    }
}

fn markers(bed: &Bed) {
    let foreign = make::kernel(bed, "other", "k").id.to_string();
    let gone = make::kernel(bed, "p", "k").id;
    bed.write(move |write| {
        kernel::cancel(write, &ANY, gone)?;
        kernel::delete(write, &ANY, gone)
    })
    .unwrap();
    for marker in [
        foreign,
        gone.to_string(),
        String::new(),
        "' OR 1=1 --".to_owned(),
    ] {
        let selection = Selection {
            marker: Some(marker.clone()),
            ..Selection::first(9)
        };
        let outcome = bed.read(move |read| kernel::list(read, &scope("p"), &selection));
        assert!(
            matches!(outcome, Err(Error::Marker)),
            "{marker}: {outcome:?}"
        );
    }
}

fn refused(_: &Bed) {
    let many = vec!["x"; kaas_db::VALUES + 1];
    for (field, operator, values) in [
        (KernelField::Name, Operator::In, &[][..]),
        (KernelField::Name, Operator::In, &["a\0b"]),
        (KernelField::Name, Operator::In, &many),
        (KernelField::Name, Operator::Less, &["a", "b"]),
        (KernelField::CreatedAt, Operator::Less, &["yesterday"]),
    ] {
        let outcome = Filter::new(field, operator, values);
        assert!(matches!(outcome, Err(Error::Value(_))), "{values:?}");
    }
    for field in KernelField::ALL {
        assert_eq!(field.word().parse::<KernelField>().unwrap(), *field);
    }
    assert!("password".parse::<KernelField>().is_err());
}
