// SPDX-License-Identifier: Apache-2.0
//! A load of which everything is known, and the two tables of it: of a tracer that mutes what it
//! saw in three windows, and of one that sees all.
