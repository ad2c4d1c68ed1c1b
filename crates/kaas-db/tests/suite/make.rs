// SPDX-License-Identifier: Apache-2.0
//! Things to test with.

use std::time::Duration;

use kaas_db::query::builder::{self, NewBuilder};
use kaas_db::query::job::{self, Message, Patience, Terms, Token};
use kaas_db::query::kernel::{self, NewKernel};
use kaas_db::{Error, Scope, Write};
use kaas_types::builder::{Builder, Load};
use kaas_types::id::{BuilderId, KernelId, TraceId};
use kaas_types::job::Job;
use kaas_types::kernel::{Kernel, Modules, Profile, Request};
use kaas_types::name::ProjectId;
use kaas_types::quota::Limit;

use super::bed::Bed;

pub(crate) const ANY: Scope = Scope::EveryProject;
pub(crate) const LEASE: Duration = Duration::from_secs(180);

pub(crate) const TERMS: Terms = Terms {
    lease: LEASE,
    running: Limit::Unlimited,
};

pub(crate) const PATIENCE: Patience = Patience {
    failures: 3,
    rest: Duration::from_secs(60),
};

pub(crate) fn project(name: &str) -> ProjectId {
    name.parse().unwrap()
}

pub(crate) fn scope(name: &str) -> Scope {
    Scope::Project(project(name))
}

pub(crate) fn request() -> Request {
    Request {
        traces: vec![TraceId::from_bytes([7; 16])],
        profile: Profile::Balanced,
        modules: Modules::Monolithic,
        keep: vec![],
        drop: vec![],
        source: None,
        rebuild_of: None,
    }
}

pub(crate) fn new_kernel(project_name: &str, name: &str) -> NewKernel {
    NewKernel {
        id: KernelId::random(),
        project: project(project_name),
        user: "user".parse().unwrap(),
        name: name.parse().unwrap(),
        request: request(),
    }
}

pub(crate) fn kernel(bed: &Bed, project: &str, name: &str) -> Kernel {
    let new = new_kernel(project, name);
    bed.write(move |write| kernel::create(write, &new, Limit::Unlimited))
        .unwrap()
}

/// A builder that is up.
pub(crate) fn builder(bed: &Bed, host: &str, slots: u32) -> Builder {
    let new = NewBuilder {
        id: BuilderId::random(),
        host: host.parse().unwrap(),
        slots,
        instance: None,
    };
    bed.write(move |write| {
        builder::add(write, &new)?;
        builder::report(write, new.id, &Load::default())
    })
    .unwrap()
}

pub(crate) fn acquire(
    bed: &Bed,
    kernel: KernelId,
    builder: BuilderId,
) -> Result<(Job, Token), Error> {
    bed.write(move |write| job::acquire(write, kernel, builder, &TERMS))
}

pub(crate) fn message((job, token): &(Job, Token), sequence: i64) -> Message {
    Message {
        job: job.id,
        token: token.clone(),
        sequence,
    }
}

/// Carries a kernel from the queue to a success, in one transaction.
pub(crate) fn build(
    write: &mut Write<'_>,
    kernel: KernelId,
    builder: BuilderId,
) -> Result<Kernel, Error> {
    use kaas_types::kernel::Step;

    let held = job::acquire(write, kernel, builder, &TERMS)?;
    for (step, sequence) in Step::ALL.iter().zip(1..) {
        let report = job::Report {
            step: Some(*step),
            ..job::Report::default()
        };
        job::report(write, &message(&held, sequence), &report, LEASE)?;
    }
    job::finish(
        write,
        &message(&held, 100),
        &job::Ending::Success,
        &PATIENCE,
    )
}
