// SPDX-License-Identifier: Apache-2.0
//! Quotas under those who want more than there is, at the same time.

use kaas_db::Error;
use kaas_db::query::{kernel, quota};
use kaas_types::quota::{Limit, Resource, Usage};

use super::bed::Bed;
use super::make::{self, project, scope};
use crate::Case;

pub(crate) const CASES: &[Case] = &[
    ("twenty create, and five may", race),
    ("a project's own limit holds", own_limit),
    ("what is deleted can be had again", given_back),
    ("a lowered limit takes nothing away", lowered),
    ("a wrong count is corrected", recounted),
];

const RESOURCE: Resource = Resource::Kernels;

fn usage(bed: &Bed, name: &'static str) -> Usage {
    let usages = bed.read(move |read| quota::usages(read, &project(name), |_| Limit::AtMost(7)));
    let mut usages = usages.unwrap().into_iter();
    usages.find(|usage| usage.resource == RESOURCE).unwrap()
}

fn race(bed: &Bed) {
    let outcomes = bed.race(20, |number, write| {
        let new = make::new_kernel("p", &format!("k{number}"));
        kernel::create(write, &new, Limit::AtMost(5))
    });
    assert_eq!(
        outcomes.iter().filter(|one| one.is_ok()).count(),
        5,
        "{outcomes:?}"
    );
    for outcome in outcomes.into_iter().filter_map(Result::err) {
        let Error::Quota { in_use, limit, .. } = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!((in_use, limit), (5, Limit::AtMost(5)));
    }
    assert_eq!(usage(bed, "p").in_use, 5);
    make::kernel(bed, "other", "k");
    assert_eq!(usage(bed, "other").in_use, 1);
}

fn own_limit(bed: &Bed) {
    for limit in [Limit::AtMost(2), Limit::AtMost(1)] {
        bed.write(move |write| quota::set_limit(write, &project("p"), RESOURCE, limit))
            .unwrap();
    }
    assert_eq!(usage(bed, "p").limit, Limit::AtMost(1));
    make::kernel(bed, "p", "k");
    let create = |write: &mut kaas_db::Write<'_>| {
        kernel::create(write, &make::new_kernel("p", "k"), Limit::Unlimited)
    };
    let second = bed.write(create);
    assert!(matches!(second, Err(Error::Quota { .. })), "{second:?}");
    bed.write(|write| quota::reset_limits(write, &project("p")))
        .unwrap();
    assert_eq!(usage(bed, "p").limit, Limit::AtMost(7));
    bed.write(create).unwrap();
    let none =
        bed.write(|write| kernel::create(write, &make::new_kernel("new", "k"), Limit::AtMost(0)));
    assert!(
        matches!(none, Err(Error::Quota { in_use: 0, .. })),
        "{none:?}"
    );
}

fn given_back(bed: &Bed) {
    for _ in 0..3 {
        let new = make::new_kernel("p", "k");
        let id = new.id;
        bed.write(move |write| kernel::create(write, &new, Limit::AtMost(1)))
            .unwrap();
        assert_eq!(usage(bed, "p").in_use, 1);
        bed.write(move |write| {
            kernel::cancel(write, &scope("p"), id)?;
            kernel::delete(write, &scope("p"), id)
        })
        .unwrap();
        assert_eq!(usage(bed, "p").in_use, 0);
    }
}

fn lowered(bed: &Bed) {
    let kernels: Vec<_> = (0..3).map(|_| make::kernel(bed, "p", "k").id).collect();
    bed.write(|write| quota::set_limit(write, &project("p"), RESOURCE, Limit::AtMost(1)))
        .unwrap();
    assert_eq!(usage(bed, "p").in_use, 3);
    let id = kernels[0];
    bed.write(move |write| {
        kernel::cancel(write, &scope("p"), id)?;
        kernel::delete(write, &scope("p"), id)
    })
    .unwrap();
    assert_eq!(usage(bed, "p").in_use, 2);
}

fn recounted(bed: &Bed) {
    make::kernel(bed, "p", "k");
    bed.write(|write| quota::reserve(write, &project("p"), RESOURCE, 5, Limit::Unlimited))
        .unwrap();
    assert_eq!(usage(bed, "p").in_use, 6);
    let wrong = bed
        .write(|write| quota::recount(write, &project("p")))
        .unwrap();
    assert_eq!(wrong, [RESOURCE]);
    assert_eq!(usage(bed, "p").in_use, 1);
    assert_eq!(
        bed.write(|write| quota::recount(write, &project("p")))
            .unwrap(),
        []
    );
}
