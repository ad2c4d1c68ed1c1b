// SPDX-License-Identifier: Apache-2.0
//! The image element: whether systemd, shells and diskimage-builder understand its files, and
//! whether its phases do what they should. The phases as a whole run where a test image is made.

#[cfg(test)]
mod element;
#[cfg(test)]
mod instance;
#[cfg(test)]
mod oracle;
