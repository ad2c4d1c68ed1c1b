// SPDX-License-Identifier: Apache-2.0
//! How a guest becomes known to the service, and how the copy of a disk is told from it.

use kaas_types::agent::{EnrollRequest, Enrollment, Line};

use super::identity::{Identity, Machine, Pending};
use super::invitation::Sources;
use super::layout::Layout;
use super::service::Service;
use super::settings::Settings;
use super::trouble::Trouble;
use super::{AGENT_VERSION, durable, machine};
use crate::failure::Result;

/// Which machine this is. Without an answer nobody may use an identity: this may be a copy.
pub(super) fn machine(layout: &Layout, settings: &Settings) -> Result<Machine, Trouble> {
    let sources = Sources { layout, settings };
    let machine_id = machine::machine_id();
    match sources.instance() {
        Some(instance) => Ok(Machine {
            instance,
            machine_id,
        }),
        None => Err(Trouble::later(
            "nobody says which instance this is: no config drive, no metadata service",
        )),
    }
}

/// The identity that was made for this machine. That of another machine is removed, with all
/// that was written down in its name.
pub(super) fn kept(layout: &Layout, machine: &Machine) -> Result<Option<Identity>> {
    // One that is damaged helps nobody.
    let kept = durable::load::<Identity>(&layout.identity());
    let Some(kept) = kept.ok().flatten() else {
        return Ok(None);
    };
    if kept.machine == *machine {
        return Ok(Some(kept));
    }
    eprintln!("kaas-guest: this is the copy of another machine's disk; its identity is removed");
    forget(layout)?;
    Ok(None)
}

pub(super) fn forget(layout: &Layout) -> Result<()> {
    durable::remove(&layout.identity())?;
    durable::remove(&layout.pending())?;
    durable::remove(&layout.journal())
}

/// A new identity, if this machine is invited.
pub(super) fn enroll(
    layout: &Layout,
    settings: &Settings,
    machine: &Machine,
) -> Result<Option<Identity>, Trouble> {
    let sources = Sources { layout, settings };
    let mut last = None;
    for enrollment in sources.enrollments() {
        match accept(layout, settings, machine, enrollment) {
            Ok(Some(identity)) => return Ok(Some(identity)),
            Ok(None) => {}
            // Another token may be newer.
            Err(trouble) => last = Some(trouble),
        }
    }
    last.map_or(Ok(None), Err)
}

fn accept(
    layout: &Layout,
    settings: &Settings,
    machine: &Machine,
    enrollment: Enrollment,
) -> Result<Option<Identity>, Trouble> {
    let Enrollment::Invited {
        endpoint,
        ca,
        token,
        trace,
        signing_keys: _,
    } = enrollment
    else {
        return Ok(None);
    };
    let service = Service::new(&endpoint, &ca, None, settings.patience())?;
    let pending = Pending::of(machine, &layout.pending())?;
    let issued = service.enroll(&EnrollRequest {
        token,
        trace,
        csr: pending.request()?,
        agent_version: Line::cut(AGENT_VERSION),
        boot_id: machine::boot_id()?,
    })?;
    let identity = Identity::new(pending, (&endpoint, &ca), issued)?;
    durable::save(&layout.identity(), &identity)?;
    durable::remove(&layout.pending())?;
    Ok(Some(identity))
}
