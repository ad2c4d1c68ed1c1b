// SPDX-License-Identifier: Apache-2.0
//! The builder with its sandboxes, on the real system.

#[cfg(test)]
mod bench;
#[cfg(test)]
mod boot_test;
#[cfg(test)]
mod interrupted;
#[cfg(test)]
mod job;
#[cfg(test)]
mod sandbox;
#[cfg(test)]
mod source;
