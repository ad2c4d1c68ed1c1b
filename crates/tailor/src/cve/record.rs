// SPDX-License-Identifier: Apache-2.0
//! The two forms a CVE is published in, as they lie in JSON. Format:
//! CVE record format 5 (`containers.cna`), as the kernel's CNA fills it.

use serde::Deserialize;

/// Either form; what the other one would say is absent.
#[derive(Deserialize)]
pub(super) struct Record {
    // The short form: one line per CVE.
    pub(super) cve: Option<String>,
    pub(super) title: Option<String>,
    #[serde(default)]
    pub(super) files: Vec<String>,
    /// Introduced, fixed, and what the data set leaves empty.
    #[serde(default)]
    pub(super) ranges: Vec<Vec<Option<String>>>,
    pub(super) cvss: Option<String>,
    pub(super) score: Option<f64>,
    // The CNA's form.
    #[serde(rename = "cveMetadata")]
    pub(super) metadata: Option<Metadata>,
    pub(super) containers: Option<Containers>,
}

#[derive(Deserialize)]
pub(super) struct Metadata {
    // The specification says `cveId`, the kernel's CNA wrote `cveID` for a while.
    #[serde(rename = "cveId", alias = "cveID")]
    pub(super) id: String,
    pub(super) state: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Containers {
    pub(super) cna: Cna,
}

#[derive(Deserialize)]
pub(super) struct Cna {
    pub(super) title: Option<String>,
    #[serde(default)]
    pub(super) affected: Vec<Affected>,
    #[serde(default, rename = "cpeApplicability")]
    pub(super) applicability: Vec<Applicability>,
    #[serde(default)]
    pub(super) metrics: Vec<Metric>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Affected {
    pub(super) default_status: Option<String>,
    #[serde(default)]
    pub(super) program_files: Vec<String>,
    #[serde(default)]
    pub(super) versions: Vec<Span>,
}

/// Releases of one status, from `version` on.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Span {
    pub(super) version: String,
    pub(super) status: String,
    pub(super) version_type: Option<String>,
    pub(super) less_than: Option<String>,
    pub(super) less_than_or_equal: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Applicability {
    #[serde(default)]
    pub(super) nodes: Vec<Node>,
}

#[derive(Deserialize)]
pub(super) struct Node {
    #[serde(default, rename = "cpeMatch")]
    pub(super) matches: Vec<Match>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Match {
    #[serde(default)]
    pub(super) vulnerable: bool,
    pub(super) version_start_including: Option<String>,
    pub(super) version_end_excluding: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Metric {
    #[serde(rename = "cvssV4_0")]
    v4_0: Option<Cvss>,
    #[serde(rename = "cvssV3_1")]
    v3_1: Option<Cvss>,
    #[serde(rename = "cvssV3_0")]
    v3_0: Option<Cvss>,
}

impl Metric {
    pub(super) fn cvss(self) -> Option<Cvss> {
        self.v3_1.or(self.v4_0).or(self.v3_0)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Cvss {
    pub(super) vector_string: Option<String>,
    pub(super) base_score: Option<f64>,
}
