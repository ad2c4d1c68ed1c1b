// SPDX-License-Identifier: Apache-2.0
//! The state machines against rules that are written down a second time, in other words: every
//! state with every event. And the page with their pictures is what the tables say.

use std::path::Path;

use super::{Machine, draw, page};
use crate::kernel::{self, Outcome, Status, Step};
use crate::{builder, deployment, job, trace};

/// Asks every state about every event.
fn explore<M: Machine>(model: impl Fn(M, M::Event) -> Option<M>) {
    for state in M::STATES {
        for event in M::EVENTS {
            let (found, expected) = (state.next(*event).ok(), model(*state, *event));
            let [found_name, expected_name] = [found, expected].map(|state| state.map(M::name));
            let place = format!("{} {} --{}-->", M::NAME, state.name(), M::verb(*event));
            assert!(
                found == expected,
                "{place} {found_name:?}, not {expected_name:?}"
            );
        }
    }
    assert!(M::STATES.contains(&M::INITIAL));
    for (place, (from, event, _)) in M::TRANSITIONS.iter().enumerate() {
        let mut earlier = M::TRANSITIONS[..place].iter();
        let twice = earlier.any(|other| other.0 == *from && other.1 == *event);
        assert!(!twice, "{} {} twice", from.name(), M::verb(*event));
    }
    assert_eq!(
        reached::<M>(),
        M::STATES.len(),
        "{}: a state nobody reaches",
        M::NAME
    );
}

/// How many states there are ways to.
fn reached<M: Machine>() -> usize {
    let mut seen = vec![M::INITIAL];
    let mut next = 0;
    while let Some(state) = seen.get(next).copied() {
        for event in M::EVENTS {
            if let Ok(after) = state.next(*event)
                && !seen.contains(&after)
            {
                seen.push(after);
            }
        }
        next += 1;
    }
    seen.len()
}

/// As the design says it: status and result are separate, a cancelled or failed kernel can be
/// tried again, nothing that is done changes otherwise.
#[test]
fn a_kernel() {
    use kernel::Event::{Break, Cancel, Enter, Fail, Requeue, Retry, Start, Succeed};

    explore(|state: kernel::State, event| {
        let outcome = match event {
            Enter(step) => return enter(state.step()?, step).map(kernel::State::Running),
            Start if state.status() == Status::Queued => {
                return Some(kernel::State::Running(Step::ALL[0]));
            }
            Requeue if state.status() == Status::Running => return Some(kernel::State::Queued),
            Retry if state.outcome().is_some_and(|done| done != Outcome::Success) => {
                return Some(kernel::State::Queued);
            }
            Start | Requeue | Retry => return None,
            Succeed => {
                matches!(state.step()?, Step::Tailor | Step::Upload).then_some(Outcome::Success)?
            }
            Fail => Outcome::Failure,
            Break => Outcome::InfraError,
            Cancel => Outcome::Cancelled,
        };
        (state.status() != Status::Done).then_some(kernel::State::Done(outcome))
    });
}

/// One step after the other; a boot test that fails goes back, and may be left out.
fn enter(from: Step, to: Step) -> Option<Step> {
    let place = |step| Step::ALL.iter().position(|other| *other == step);
    let is_next = place(to) == place(from).map(|place| place + 1);
    let others = [
        (Step::BootTest, Step::Tailor),
        (Step::Package, Step::Upload),
    ];
    (is_next || others.contains(&(from, to))).then_some(to)
}

#[test]
fn the_parts_of_a_kernels_state_make_it_whole() {
    for state in kernel::State::STATES {
        let (status, step, outcome) = (state.status(), state.step(), state.outcome());
        assert_eq!(
            kernel::State::from_parts(status, step, outcome),
            Some(*state)
        );
        assert_eq!(
            (step.is_some(), outcome.is_some()),
            match status {
                Status::Queued => (false, false),
                Status::Running => (true, false),
                Status::Done => (false, true),
            }
        );
    }
    let none = kernel::State::from_parts(Status::Done, Some(Step::Fetch), None);
    assert_eq!(none, None);
}

#[test]
fn a_trace() {
    use trace::{Event, Status};

    explore(|state: Status, event| match event {
        Event::Trace => (state != Status::Tracing).then_some(Status::Tracing),
        Event::Stop => (state != Status::Stopped).then_some(Status::Stopped),
        // What was stopped, or failed, can't fail any more.
        Event::Fail => matches!(state, Status::Enrolled | Status::Tracing).then_some(Status::Error),
    });
}

/// Two facts make the state: whether somebody wants it to take work, and whether it is there.
/// What somebody wants, a silence never changes.
#[test]
fn a_builder() {
    use builder::{Event, Status};

    explore(|state: Status, event| {
        let (is_up, is_draining) = (state == Status::Up, state == Status::Draining);
        let is_disabled = state == Status::Disabled;
        let wanted = |is_there: bool| if is_there { Status::Up } else { Status::Down };
        match event {
            Event::Report if is_disabled || is_draining => Some(state),
            Event::Report => Some(wanted(true)),
            Event::Lose if is_up => Some(wanted(false)),
            Event::Lose | Event::Drained => is_draining.then_some(Status::Disabled),
            Event::Drain if is_up || is_draining => Some(Status::Draining),
            Event::Drain | Event::Disable => Some(Status::Disabled),
            Event::Enable => Some(wanted(is_up || is_draining)),
        }
    });
}

#[test]
fn a_job() {
    use job::{Event, State};

    explore(|state: State, event| match state {
        State::Held => Some(match event {
            Event::Finish => State::Finished,
            Event::Expire => State::Expired,
            Event::Return => State::Returned,
            Event::Revoke => State::Revoked,
            Event::Stop => return None,
        }),
        State::Revoked => match event {
            Event::Stop => Some(State::Stopped),
            Event::Expire => Some(State::Expired),
            Event::Finish | Event::Return | Event::Revoke => None,
        },
        State::Finished | State::Expired | State::Returned | State::Stopped => None,
    });
}

/// Before anything is installed it can be refused; once it ran, only taken back.
#[test]
fn a_deployment() {
    use deployment::{Event, Status};

    explore(|state: Status, event| match event {
        Event::Install => (state == Status::Pending).then_some(Status::Installing),
        Event::Refuse => {
            matches!(state, Status::Pending | Status::Installing).then_some(Status::Refused)
        }
        Event::Try => (state == Status::Installing).then_some(Status::Trial),
        Event::Confirm => (state == Status::Trial).then_some(Status::Confirmed),
        Event::RollBack => matches!(
            state,
            Status::Installing | Status::Trial | Status::Confirmed
        )
        .then_some(Status::RolledBack),
    });
}

#[test]
fn what_cannot_be_is_said() {
    let error = kernel::State::Queued
        .next(kernel::Event::Succeed)
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "a kernel that is QUEUED has no way to succeed"
    );
}

/// `SPEC_UPDATE=1` draws them anew.
#[test]
fn the_pictures_are_those_of_the_tables() {
    let pictures = [
        (
            "A kernel. While it is RUNNING, its step is one of those inside; what it ends in is \
             its result, and its status is then DONE.",
            draw::<kernel::State>(),
        ),
        (
            "A job: one builder's attempt at a kernel.",
            draw::<job::State>(),
        ),
        ("A builder.", draw::<builder::Status>()),
        ("A trace.", draw::<trace::Status>()),
        ("A deployment.", draw::<deployment::Status>()),
    ];
    let text = page("States", &pictures);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../doc/states.md");
    if std::env::vars_os().any(|(name, _)| name == "SPEC_UPDATE") {
        std::fs::write(&path, &text).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == text,
        "doc/states.md is not what the tables say; SPEC_UPDATE=1 draws it"
    );
}
