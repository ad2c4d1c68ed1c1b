// SPDX-License-Identifier: Apache-2.0
//! The agent as a process, against a server that is good, bad, or gone.

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
