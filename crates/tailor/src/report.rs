// SPDX-License-Identifier: Apache-2.0
//! What tailoring did to a kernel, as data: for people a page and a text, for programs
//! JSON, whose schema is `doc/schema/report.json`. To add a figure: a field here, its
//! property in the schema, and the place where [`html()`] or [`text()`] shows it.

mod configuration;
mod exposure;
mod hardening;
mod html;
mod number;
mod plain;
mod reason;
mod subject;
mod surface;
mod text;
mod version;

use serde::{Deserialize, Serialize};

pub use configuration::{Configuration, Counts, Passed};
pub use exposure::{Cve, Exposure, MOST_CVES, Vector, VectorCount, YearCount};
pub use hardening::{Outcome, Rule, Verdict};
pub use html::html;
pub use reason::{Dropped, Kept, KeptSymbol, ReasonKind, Unlocated};
pub use subject::{Linking, Subject, Trace};
pub use surface::{Area, Size};
pub use text::text;
pub use version::Version;

/// A finished run. All figures are measured on the same sources and architecture; every
/// text in it may come from a stranger (function names, titles of CVEs): it is escaped
/// where it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub schema: Version,
    pub subject: Subject,
    /// What the result is compared with. The first is the kernel that it replaces.
    pub baselines: Vec<Configuration>,
    pub result: Configuration,
    /// Parts of the tree, each source file in exactly one, in any order.
    pub surface: Vec<Area>,
    /// None when no CVE data were given.
    pub cves: Option<Exposure>,
    /// Every bool and tristate symbol of the result that is y or m, in exactly one group:
    /// that of its strongest reason.
    pub kept: Vec<Kept>,
    /// What was executed while tracing and is not required for that.
    pub dropped_though_executed: Vec<Dropped>,
    pub hardening: Vec<Rule>,
    /// The traced functions without a source file.
    pub unlocated: Vec<Unlocated>,
    /// What the reader has to know to trust the figures no further than they reach.
    pub notes: Vec<String>,
}

impl Report {
    /// The configuration of the kernel that is replaced; none in a report without baselines.
    pub fn replaced(&self) -> Option<&Configuration> {
        self.baselines.first()
    }
}
