// SPDX-License-Identifier: Apache-2.0
//! The muted recording says what one of all calls would.
