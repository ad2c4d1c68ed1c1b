// SPDX-License-Identifier: Apache-2.0
//! When a trace has seen enough: estimators, their intervals, and advice in words.
