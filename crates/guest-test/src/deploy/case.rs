// SPDX-License-Identifier: Apache-2.0
//! What is deployed, and how it has to end.

mod bad;
mod good;
mod power;
mod refusal;
mod trial;
mod upgrade;

use virtual_machine::Result;

use super::site::Site;

/// One of them. It leaves the machine as it found it, for the next one.
pub(super) struct Case {
    pub(super) name: &'static str,
    /// In words.
    pub(super) expected: &'static str,
    /// Whether it belongs to the few that are always tried.
    pub(super) is_quick: bool,
    pub(super) run: fn(&mut Site<'_>) -> Result<String>,
}

/// GRUB can start nothing just once: it would not write through a link.
const WITHOUT_GRUBENV: &str =
    "cd /boot/grub && mv grubenv elsewhere && ln -s elsewhere grubenv && sync";
const WITH_GRUBENV: &str = "cd /boot/grub && rm grubenv && mv elsewhere grubenv && sync";

impl Case {
    fn new(
        name: &'static str,
        expected: &'static str,
        run: fn(&mut Site<'_>) -> Result<String>,
    ) -> Self {
        Self {
            name,
            expected,
            is_quick: false,
            run,
        }
    }

    fn quick(self) -> Self {
        Self {
            is_quick: true,
            ..self
        }
    }
}

/// All, in the order in which they are tried.
pub(super) fn all() -> Vec<Case> {
    let mut cases = refusal::cases();
    cases.extend(bad::cases());
    cases.extend(good::cases());
    cases.extend(power::cases());
    cases.extend(upgrade::cases());
    cases
}
