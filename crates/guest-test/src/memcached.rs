// SPDX-License-Identifier: Apache-2.0
//! The load: memcached in the guest, asked from outside.

use virtual_machine::memcached::{VALUES, ask_from_outside};
use virtual_machine::{Failure, Guest, Result};

/// Stores and reads [`VALUES`] values, so often.
pub(crate) fn load(guest: &Guest, rounds: u32) -> Result<()> {
    for _ in 0..rounds {
        let unchanged = ask_from_outside(guest)?;
        if unchanged != VALUES {
            return Err(Failure::new(format!(
                "{unchanged} of {VALUES} values came back from memcached"
            )));
        }
    }
    Ok(())
}
