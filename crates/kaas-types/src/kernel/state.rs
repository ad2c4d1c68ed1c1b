// SPDX-License-Identifier: Apache-2.0
//! How far a kernel has come: its status, the step it is in while it runs, its result when it is
//! done; and the one table of what leads from which to which.

use crate::machine::Machine;
use crate::word::words;

words! {
    /// What is being done for a kernel.
    pub enum Status {
        /// It waits for a builder.
        Queued = "QUEUED",
        /// A builder works on it.
        Running = "RUNNING",
        /// It has a result.
        Done = "DONE",
    }
}

words! {
    /// What a builder does for a kernel, one after the other.
    pub enum Step {
        /// Get the source, and check that it is the right one.
        Fetch = "fetch",
        /// Find out what the source's configuration can be, or find that it is known.
        Model = "model",
        /// Choose the configuration.
        Tailor = "tailor",
        Compile = "compile",
        Package = "package",
        BootTest = "boot_test",
        Upload = "upload",
    }
}

words! {
    /// How it ended.
    pub enum Outcome {
        Success = "SUCCESS",
        /// The inputs' fault: the same again would fail again.
        Failure = "FAILURE",
        /// Our fault.
        InfraError = "INFRA_ERROR",
        Cancelled = "CANCELLED",
    }
}

/// The state of a kernel: status, step and result, which only exist together as said here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    Queued,
    Running(Step),
    Done(Outcome),
}

/// What happens to a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// A builder takes it.
    Start,
    /// Its builder begins with a step.
    Enter(Step),
    /// Everything of it is stored, or was already.
    Succeed,
    /// Its inputs allow no kernel.
    Fail,
    /// We failed, once too often.
    Break,
    /// We failed, or its builder was lost: it is tried again.
    Requeue,
    /// Nobody wants it any more.
    Cancel,
    /// Somebody wants it tried again.
    Retry,
}

use Event::{Break, Cancel, Enter, Fail, Requeue, Retry, Start, Succeed};
use Outcome::{Cancelled, Failure, InfraError, Success};
use State::{Done, Queued, Running};
use Step::{BootTest, Compile, Fetch, Model, Package, Tailor, Upload};

impl Machine for State {
    type Event = Event;

    const NAME: &'static str = "kernel";
    const INITIAL: Self = Queued;

    const STATES: &'static [Self] = &[
        Queued,
        Running(Fetch),
        Running(Model),
        Running(Tailor),
        Running(Compile),
        Running(Package),
        Running(BootTest),
        Running(Upload),
        Done(Success),
        Done(Failure),
        Done(InfraError),
        Done(Cancelled),
    ];

    const EVENTS: &'static [Event] = &[
        Start,
        Enter(Fetch),
        Enter(Model),
        Enter(Tailor),
        Enter(Compile),
        Enter(Package),
        Enter(BootTest),
        Enter(Upload),
        Succeed,
        Fail,
        Break,
        Requeue,
        Cancel,
        Retry,
    ];

    const TRANSITIONS: &'static [(Self, Event, Self)] = &[
        (Queued, Start, Running(Fetch)),
        (Running(Fetch), Enter(Model), Running(Model)),
        (Running(Model), Enter(Tailor), Running(Tailor)),
        (Running(Tailor), Enter(Compile), Running(Compile)),
        (Running(Compile), Enter(Package), Running(Package)),
        (Running(Package), Enter(BootTest), Running(BootTest)),
        // Where the operator wants no boot test.
        (Running(Package), Enter(Upload), Running(Upload)),
        (Running(BootTest), Enter(Upload), Running(Upload)),
        // A kernel that does not boot is repaired: it is tailored again, with more in it.
        (Running(BootTest), Enter(Tailor), Running(Tailor)),
        (Running(Upload), Succeed, Done(Success)),
        // The same kernel was built before.
        (Running(Tailor), Succeed, Done(Success)),
        (Queued, Fail, Done(Failure)),
        (Running(Fetch), Fail, Done(Failure)),
        (Running(Model), Fail, Done(Failure)),
        (Running(Tailor), Fail, Done(Failure)),
        (Running(Compile), Fail, Done(Failure)),
        (Running(Package), Fail, Done(Failure)),
        (Running(BootTest), Fail, Done(Failure)),
        (Running(Upload), Fail, Done(Failure)),
        (Queued, Break, Done(InfraError)),
        (Running(Fetch), Break, Done(InfraError)),
        (Running(Model), Break, Done(InfraError)),
        (Running(Tailor), Break, Done(InfraError)),
        (Running(Compile), Break, Done(InfraError)),
        (Running(Package), Break, Done(InfraError)),
        (Running(BootTest), Break, Done(InfraError)),
        (Running(Upload), Break, Done(InfraError)),
        (Running(Fetch), Requeue, Queued),
        (Running(Model), Requeue, Queued),
        (Running(Tailor), Requeue, Queued),
        (Running(Compile), Requeue, Queued),
        (Running(Package), Requeue, Queued),
        (Running(BootTest), Requeue, Queued),
        (Running(Upload), Requeue, Queued),
        (Queued, Cancel, Done(Cancelled)),
        (Running(Fetch), Cancel, Done(Cancelled)),
        (Running(Model), Cancel, Done(Cancelled)),
        (Running(Tailor), Cancel, Done(Cancelled)),
        (Running(Compile), Cancel, Done(Cancelled)),
        (Running(Package), Cancel, Done(Cancelled)),
        (Running(BootTest), Cancel, Done(Cancelled)),
        (Running(Upload), Cancel, Done(Cancelled)),
        (Done(Failure), Retry, Queued),
        (Done(InfraError), Retry, Queued),
        (Done(Cancelled), Retry, Queued),
    ];

    fn name(self) -> &'static str {
        match self {
            Queued => Status::Queued.word(),
            Running(step) => step.word(),
            Done(outcome) => outcome.word(),
        }
    }

    fn verb(event: Event) -> &'static str {
        match event {
            Start => "start",
            Enter(step) => step.word(),
            Succeed => "succeed",
            Fail => "fail",
            Break => "break",
            Requeue => "requeue",
            Cancel => "cancel",
            Retry => "retry",
        }
    }

    fn group(self) -> Option<&'static str> {
        matches!(self, Running(_)).then_some(Status::Running.word())
    }
}

impl State {
    pub const fn status(self) -> Status {
        match self {
            Queued => Status::Queued,
            Running(_) => Status::Running,
            Done(_) => Status::Done,
        }
    }

    /// Only while it runs.
    pub const fn step(self) -> Option<Step> {
        match self {
            Running(step) => Some(step),
            Queued | Done(_) => None,
        }
    }

    /// Only when it is done.
    pub const fn outcome(self) -> Option<Outcome> {
        match self {
            Done(outcome) => Some(outcome),
            Queued | Running(_) => None,
        }
    }

    /// From its parts; none where they contradict each other.
    pub const fn from_parts(
        status: Status,
        step: Option<Step>,
        outcome: Option<Outcome>,
    ) -> Option<Self> {
        match (status, step, outcome) {
            (Status::Queued, None, None) => Some(Queued),
            (Status::Running, Some(step), None) => Some(Running(step)),
            (Status::Done, None, Some(outcome)) => Some(Done(outcome)),
            _ => None,
        }
    }
}
