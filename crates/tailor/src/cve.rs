// SPDX-License-Identifier: Apache-2.0
//! Published CVEs: whose range holds a version, and whose files are compiled.
