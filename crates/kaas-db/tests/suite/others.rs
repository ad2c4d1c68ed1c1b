// SPDX-License-Identifier: Apache-2.0
//! Builders, traces, deployments, artefacts, what administrators keep, and the end of it all.

use std::time::Duration;

use kaas_db::query::builder::{self, NewBuilder};
use kaas_db::query::deployment::{self, NewDeployment};
use kaas_db::query::image::{self, ImageChange, NewImage};
use kaas_db::query::source::{self, NewSource, SourceChange};
use kaas_db::query::trace::{self, NewTrace, Snapshot};
use kaas_db::query::{artefact, job, kernel, purge, quota, service};
use kaas_db::{Error, Selection};
use kaas_types::agent::Line;
use kaas_types::builder::{Event as Wish, Load, Status as BuilderStatus};
use kaas_types::deployment::{Event, Status as DeploymentStatus};
use kaas_types::id::{BuilderId, DeploymentId, ImageId, InstanceId, SourceId, TraceId};
use kaas_types::image::{Availability, Kind};
use kaas_types::kernel::{Artefact, Kernel, Role, Status};
use kaas_types::name::Name;
use kaas_types::quota::{Limit, Resource};
use kaas_types::service::Process;
use kaas_types::trace::{Advice, Event as TraceEvent, Status as TraceStatus, Verdict};

use super::bed::Bed;
use super::make::{self, ANY, LEASE, PATIENCE, project, scope};
use crate::Case;

pub(crate) const CASES: &[Case] = &[
    ("a builder's life", builder_life),
    ("a silent builder loses its jobs", builder_lost),
    ("a trace's life", trace_life),
    ("a deployment's life", deployment_life),
    ("one deployment of an instance at a time", deployment_race),
    ("artefacts are put by who holds the job", artefacts),
    ("images", images),
    ("sources", sources),
    ("services", services),
    ("a purge removes what is old, and nothing else", purged),
];

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn name(text: &str) -> Name {
    text.parse().unwrap()
}

fn builder_life(bed: &Bed) {
    let new = NewBuilder {
        id: BuilderId::random(),
        host: "b".parse().unwrap(),
        slots: 2,
        instance: None,
    };
    let id = new.id;
    let twin = NewBuilder {
        id: BuilderId::random(),
        ..new.clone()
    };
    let added = bed.write(move |write| builder::add(write, &new)).unwrap();
    assert_eq!(added.status, BuilderStatus::Down);
    let same_host = bed.write(move |write| builder::add(write, &twin));
    assert!(
        matches!(same_host, Err(Error::Exists("builder"))),
        "{same_host:?}"
    );
    let report = move |write: &mut kaas_db::Write<'_>| builder::report(write, id, &Load::default());
    assert_eq!(bed.write(report).unwrap().status, BuilderStatus::Up);
    let made = make::kernel(bed, "p", "k");
    let held = make::acquire(bed, made.id, id).unwrap();
    let wish = |event| bed.write(move |write| builder::change(write, id, event, None));
    assert_eq!(wish(Wish::Drain).unwrap().status, BuilderStatus::Draining);
    let other = make::kernel(bed, "p", "k");
    let refused = make::acquire(bed, other.id, id);
    assert!(
        matches!(refused, Err(Error::InUse("builder"))),
        "{refused:?}"
    );
    assert!(matches!(
        bed.write(move |write| builder::remove(write, id)),
        Err(Error::InUse(_))
    ));
    assert_eq!(
        bed.write(move |write| builder::settle(write, id)).unwrap(),
        None
    );
    let message = make::message(&held, 1);
    bed.write(move |write| job::finish(write, &message, &job::Ending::Returned, &PATIENCE))
        .unwrap();
    let settled = bed
        .write(move |write| builder::settle(write, id))
        .unwrap()
        .unwrap();
    assert_eq!(settled.status, BuilderStatus::Disabled);
    assert_eq!(bed.write(report).unwrap().status, BuilderStatus::Disabled);
    assert_eq!(wish(Wish::Enable).unwrap().status, BuilderStatus::Down);
    assert_eq!(wish(Wish::Drain).unwrap().status, BuilderStatus::Disabled);
    bed.write(move |write| builder::remove(write, id)).unwrap();
    assert!(matches!(bed.write(report), Err(Error::NotFound("builder"))));
}

fn builder_lost(bed: &Bed) {
    let made = make::kernel(bed, "p", "k");
    let builder = make::builder(bed, "b", 2).id;
    let held = make::acquire(bed, made.id, builder).unwrap();
    let silence = Duration::from_secs(60);
    let lose =
        move |write: &mut kaas_db::Write<'_>| builder::lose(write, builder, silence, &PATIENCE);
    assert_eq!(
        bed.read(move |read| builder::silent(read, silence))
            .unwrap(),
        []
    );
    assert_eq!(bed.write(lose).unwrap(), None);
    bed.pass(silence + Duration::from_secs(1));
    assert_eq!(
        bed.read(move |read| builder::silent(read, silence))
            .unwrap(),
        [builder]
    );
    let outcomes = bed.race(5, move |_, write| lose(write));
    let lost: Vec<_> = outcomes.iter().flatten().flatten().collect();
    assert_eq!(
        (lost.len(), lost[0].status),
        (1, BuilderStatus::Down),
        "{outcomes:?}"
    );
    let kernel = bed
        .read(move |read| kernel::get(read, &ANY, made.id))
        .unwrap();
    assert_eq!(
        (kernel.state.status(), kernel.failures),
        (Status::Queued, 1)
    );
    let late = make::message(&held, 1);
    let outcome = bed.write(move |write| job::report(write, &late, &job::Report::default(), LEASE));
    assert!(matches!(outcome, Err(Error::Stale("job"))), "{outcome:?}");
}

fn new_trace(whose: &str) -> NewTrace {
    NewTrace {
        id: TraceId::random(),
        project: project(whose),
        user: "u".parse().unwrap(),
        name: name("t"),
        instance: InstanceId::from_bytes([3; 16]),
    }
}

fn trace_life(bed: &Bed) {
    let new = new_trace("p");
    let id = new.id;
    let made = bed
        .write(move |write| trace::create(write, &new, Limit::AtMost(1)))
        .unwrap();
    let second = new_trace("p");
    let refused = bed.write(move |write| trace::create(write, &second, Limit::AtMost(1)));
    assert!(matches!(refused, Err(Error::Quota { .. })), "{refused:?}");
    let foreign = bed.read(move |read| trace::get(read, &scope("q"), id));
    assert!(
        matches!(foreign, Err(Error::NotFound("trace"))),
        "{foreign:?}"
    );
    let apply = |event| bed.write(move |write| trace::apply(write, &scope("p"), id, event, None));
    assert_eq!(
        apply(TraceEvent::Trace).unwrap().status,
        TraceStatus::Tracing
    );
    assert!(matches!(
        apply(TraceEvent::Trace),
        Err(Error::Transition(_))
    ));
    let advice = Advice {
        verdict: Verdict::Almost,
        probability: 0.125,
        interval: (0.0625, 0.25),
        claim: Line::cut("options"),
        eta_seconds: Some(900),
    };
    let snapshot = Snapshot {
        location: "trace/1".to_owned(),
        release: Some(Line::cut("6.1.0-40-amd64")),
        advice: Some(advice.clone()),
    };
    bed.write(move |write| trace::note_snapshot(write, &ANY, id, &snapshot))
        .unwrap();
    let of = made.instance;
    let listed = bed
        .read(move |read| trace::of_instance(read, &scope("p"), of))
        .unwrap();
    assert_eq!(listed[0].advice, Some(advice));
    let early = bed.write(move |write| trace::delete(write, &scope("p"), id));
    assert!(matches!(early, Err(Error::InUse("trace"))), "{early:?}");
    apply(TraceEvent::Stop).unwrap();
    bed.write(move |write| trace::delete(write, &scope("p"), id))
        .unwrap();
    assert_eq!(
        bed.read(move |read| trace::of_instance(read, &ANY, of))
            .unwrap(),
        []
    );
    let again = new_trace("p");
    bed.write(move |write| trace::create(write, &again, Limit::AtMost(1)))
        .unwrap();
}

/// A kernel that is there.
fn built(bed: &Bed, whose: &str) -> Kernel {
    let made = make::kernel(bed, whose, "k");
    let builder = make::builder(bed, &made.id.to_string(), 1).id;
    bed.write(move |write| make::build(write, made.id, builder))
        .unwrap()
}

fn new_deployment(kernel: &Kernel) -> NewDeployment {
    NewDeployment {
        id: DeploymentId::random(),
        project: kernel.project.clone(),
        user: "u".parse().unwrap(),
        kernel: kernel.id,
        instance: InstanceId::from_bytes([5; 16]),
    }
}

fn deployment_life(bed: &Bed) {
    let waiting = new_deployment(&make::kernel(bed, "p", "k"));
    let unbuilt = bed.write(move |write| deployment::create(write, &waiting));
    assert!(
        matches!(unbuilt, Err(Error::InUse("deployment"))),
        "{unbuilt:?}"
    );
    let kernel = built(bed, "p");
    let foreign = NewDeployment {
        project: project("q"),
        ..new_deployment(&kernel)
    };
    let outcome = bed.write(move |write| deployment::create(write, &foreign));
    assert!(
        matches!(outcome, Err(Error::NotFound("kernel"))),
        "{outcome:?}"
    );
    for serial in 1..3 {
        let new = new_deployment(&kernel);
        let id = new.id;
        let made = bed
            .write(move |write| deployment::create(write, &new))
            .unwrap();
        assert_eq!(
            (made.serial, made.status),
            (serial, DeploymentStatus::Pending)
        );
        let kernel_id = kernel.id;
        let busy = bed.write(move |write| kernel::delete(write, &ANY, kernel_id));
        assert!(matches!(busy, Err(Error::InUse("kernel"))), "{busy:?}");
        let deadline = made.created + LEASE;
        let apply = |event| {
            bed.write(move |write| {
                deployment::apply(write, &scope("p"), id, event, (None, Some(deadline)))
            })
        };
        apply(Event::Install).unwrap();
        apply(Event::Try).unwrap();
        assert!(
            bed.read(|read| deployment::late(read, 9))
                .unwrap()
                .is_empty()
        );
        bed.pass(LEASE + Duration::from_secs(1));
        assert_eq!(
            bed.read(|read| deployment::late(read, 9)).unwrap()[0].id,
            id
        );
        assert_eq!(
            apply(Event::Confirm).unwrap().status,
            DeploymentStatus::Confirmed
        );
        assert!(
            bed.read(|read| deployment::late(read, 9))
                .unwrap()
                .is_empty()
        );
        assert!(matches!(apply(Event::Confirm), Err(Error::Transition(_))));
    }
}

fn deployment_race(bed: &Bed) {
    let kernel = built(bed, "p");
    let outcomes = bed.race(10, move |_, write| {
        deployment::create(write, &new_deployment(&kernel))
    });
    let made: Vec<_> = outcomes.iter().flatten().collect();
    assert_eq!((made.len(), made[0].serial), (1, 1), "{outcomes:?}");
    assert!(
        outcomes
            .iter()
            .all(|one| matches!(one, Ok(_) | Err(Error::InUse("deployment"))))
    );
}

fn artefact_of(kernel: &Kernel, called: &str, bytes: u64) -> Artefact {
    Artefact {
        kernel: kernel.id,
        role: Role::Image,
        name: name(called),
        bytes,
        sha256: "0".repeat(64),
        location: format!("store/{called}/{bytes}"),
        created: kernel.times.created,
    }
}

fn stored_mebibytes(bed: &Bed) -> i64 {
    let usages = bed
        .read(|read| quota::usages(read, &project("p"), |_| Limit::Unlimited))
        .unwrap();
    let mut usages = usages.iter();
    usages
        .find(|one| one.resource == Resource::ArtefactMebibytes)
        .unwrap()
        .in_use
}

fn artefacts(bed: &Bed) {
    let made = make::kernel(bed, "p", "k");
    let other = make::kernel(bed, "p", "other");
    let builder = make::builder(bed, "b", 2).id;
    let held = make::acquire(bed, made.id, builder).unwrap();
    let put = |artefact: Artefact| {
        let (id, token) = (held.0.id, held.1.clone());
        bed.write(move |write| artefact::put(write, (id, &token), &artefact, Limit::AtMost(20)))
    };
    assert_eq!(put(artefact_of(&made, "vmlinuz", 5 << 20)).unwrap(), None);
    let before = put(artefact_of(&made, "vmlinuz", (5 << 20) + 1)).unwrap();
    assert_eq!(before.as_deref(), Some("store/vmlinuz/5242880"));
    assert_eq!(stored_mebibytes(bed), 6);
    assert!(matches!(
        put(artefact_of(&made, "disk", 15 << 20)),
        Err(Error::Quota { .. })
    ));
    assert!(matches!(
        put(artefact_of(&other, "x", 1)),
        Err(Error::NotFound("kernel"))
    ));
    let id = made.id;
    let (_, listed) = bed
        .read(move |read| artefact::list(read, &scope("p"), id))
        .unwrap();
    assert_eq!(listed, [artefact_of(&made, "vmlinuz", (5 << 20) + 1)]);
    let foreign = bed.read(move |read| artefact::get(read, &scope("q"), id, &name("vmlinuz")));
    assert!(
        matches!(foreign, Err(Error::NotFound("kernel"))),
        "{foreign:?}"
    );
    let kept = bed.write(move |write| artefact::forget(write, id, &name("vmlinuz")));
    assert!(matches!(kept, Err(Error::InUse("artefact"))), "{kept:?}");
    bed.write(move |write| {
        kernel::cancel(write, &ANY, id)?;
        kernel::delete(write, &ANY, id)
    })
    .unwrap();
    assert!(matches!(
        put(artefact_of(&made, "late", 1)),
        Err(Error::Stale("job"))
    ));
    assert_eq!(bed.read(|read| artefact::orphans(read, 9)).unwrap(), listed);
    bed.write(move |write| artefact::forget(write, id, &name("vmlinuz")))
        .unwrap();
    assert_eq!(bed.read(|read| artefact::orphans(read, 9)).unwrap(), []);
    assert_eq!(stored_mebibytes(bed), 0);
}

fn images(bed: &Bed) {
    let image = NewImage {
        id: ImageId::random(),
        name: name("debian-12"),
        kind: Kind::Traceable,
        reference: name("glance-id"),
        availability: Availability::Enabled,
    };
    let id = image.id;
    let twin = NewImage {
        id: ImageId::random(),
        ..image.clone()
    };
    bed.write(move |write| image::create(write, &image))
        .unwrap();
    let same_name = bed.write(move |write| image::create(write, &twin));
    assert!(
        matches!(same_name, Err(Error::Exists("image"))),
        "{same_name:?}"
    );
    let change = ImageChange {
        availability: Some(Availability::Disabled),
        ..ImageChange::default()
    };
    bed.write(move |write| image::change(write, id, &change))
        .unwrap();
    let read = bed
        .read(|read| image::list(read, &Selection::first(9)))
        .unwrap()
        .items;
    assert_eq!(
        (&*read[0].name, read[0].availability),
        ("debian-12", Availability::Disabled)
    );
    bed.write(move |write| image::delete(write, id)).unwrap();
    assert!(matches!(
        bed.read(move |read| image::get(read, id)),
        Err(Error::NotFound("image"))
    ));
}

fn sources(bed: &Bed) {
    let source = NewSource {
        id: SourceId::random(),
        name: name("bookworm"),
        driver: Line::cut("apt"),
        series: Line::cut("6.1"),
        options: serde_json::from_str(r#"{"suite": "bookworm", "n": [1, 2.5, null]}"#).unwrap(),
        availability: Availability::Enabled,
    };
    let (id, options) = (source.id, source.options.clone());
    bed.write(move |write| source::create(write, &source))
        .unwrap();
    let change = SourceChange {
        release: Some(Line::cut("6.1.192")),
        ..SourceChange::default()
    };
    bed.write(move |write| source::change(write, id, &change))
        .unwrap();
    let read = bed.read(move |read| source::get(read, id)).unwrap();
    assert_eq!(
        (read.release, read.options),
        (Some(Line::cut("6.1.192")), options)
    );
    bed.write(move |write| source::delete(write, id)).unwrap();
    assert!(matches!(
        bed.write(move |write| source::delete(write, id)),
        Err(Error::NotFound(_))
    ));
}

fn services(bed: &Bed) {
    let register = |version: u32| {
        move |_: usize, write: &mut kaas_db::Write<'_>| {
            service::register(write, &"h".parse().unwrap(), Process::Conductor, version)
        }
    };
    let ids = bed.race(10, register(3));
    let id = *ids[0].as_ref().unwrap();
    assert!(
        ids.iter()
            .all(|one| matches!(one, Ok(other) if *other == id)),
        "{ids:?}"
    );
    bed.write(move |write| service::register(write, &"i".parse().unwrap(), Process::Conductor, 2))
        .unwrap();
    let oldest = || {
        bed.read(|read| service::oldest_version(read, Process::Conductor, LEASE))
            .unwrap()
    };
    assert_eq!(oldest(), Some(2));
    bed.pass(LEASE + Duration::from_secs(1));
    bed.write(move |write| service::report(write, id)).unwrap();
    assert_eq!(oldest(), Some(3), "the other one is silent");
    let reason = Line::cut("maintenance");
    bed.write(move |write| service::disable(write, id, Some(&reason)))
        .unwrap();
    let listed = bed.read(service::list).unwrap();
    assert_eq!(
        (listed.len(), listed[0].is_disabled, listed[0].reports),
        (2, true, 1)
    );
    bed.write(move |write| service::remove(write, id)).unwrap();
    let gone = bed.write(move |write| service::report(write, id));
    assert!(matches!(gone, Err(Error::NotFound("service"))), "{gone:?}");
}

fn purged(bed: &Bed) {
    let deleted = |bed: &Bed| {
        let id = make::kernel(bed, "p", "k").id;
        bed.write(move |write| {
            kernel::cancel(write, &ANY, id)?;
            kernel::delete(write, &ANY, id)
        })
        .unwrap();
    };
    let kernel = built(bed, "p");
    for _ in 0..3 {
        let new = new_deployment(&kernel);
        bed.write(move |write| {
            deployment::create(write, &new)?;
            deployment::apply(write, &ANY, new.id, Event::Refuse, (None, None))
        })
        .unwrap();
    }
    (0..5).for_each(|_| deleted(bed));
    let trace = new_trace("p");
    bed.write(move |write| {
        trace::create(write, &trace, Limit::Unlimited)?;
        trace::delete(write, &ANY, trace.id)
    })
    .unwrap();
    bed.pass(DAY);
    deleted(bed);
    let purge = |limit| {
        bed.write(move |write| {
            let before = write.now()? - DAY / 2;
            let purged = purge::purge(write, before, limit)?;
            Ok([purged.kernels, purged.traces, purged.deployments])
        })
        .unwrap()
    };
    assert_eq!(
        [purge(3), purge(3), purge(3)],
        [[3, 1, 2], [2, 0, 0], [0, 0, 0]]
    );
    let left = bed
        .read(|read| kernel::list(read, &ANY, &Selection::first(9)))
        .unwrap()
        .items;
    assert_eq!(left, std::slice::from_ref(&kernel));
    let next = new_deployment(&kernel);
    let next = bed
        .write(move |write| deployment::create(write, &next))
        .unwrap();
    assert_eq!(next.serial, 4, "a serial is never given again");
}
