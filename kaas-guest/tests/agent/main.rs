// SPDX-License-Identifier: Apache-2.0
//! The agent as a process, against a server that is good, bad, or gone.

// Of the program that is tested.
use {convergence as _, flate2 as _, ftrace as _, lexopt as _, rcgen as _, ring as _};
use {rustix as _, rustls as _, serde as _, signal_hook as _, ureq as _};

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod kernel;
#[cfg(test)]
mod upload;
