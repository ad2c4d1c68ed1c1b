// SPDX-License-Identifier: Apache-2.0
//! What holds of any trace and any inventory, tried on hundreds that a small generator makes.

#[cfg(test)]
mod property {
    mod check;
    mod generator;
    mod laws;
    mod limits;
    mod resume;
}
