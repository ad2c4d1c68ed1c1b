// SPDX-License-Identifier: Apache-2.0
//! From published records to what this crate asks of a CVE. Linear in the input, which
//! nobody vouches for.

use serde_json::Deserializer;

use super::record::{Affected, Cna, Match, Metric, Record, Span};
use super::version::NotAVersion;
use super::{Cve, Error, Range};

/// Every CVE of a stream of records.
pub(super) fn all(bytes: &[u8]) -> Result<Vec<Cve>, Error> {
    let mut found = Vec::new();
    let mut records = Deserializer::from_slice(bytes).into_iter::<Record>();
    let mut start = Place { line: 1, offset: 0 };
    while let Some(record) = records.next() {
        let record = record.map_err(|e| Error {
            line: e.line(),
            what: e.to_string(),
        })?;
        start.advance(bytes, records.byte_offset());
        let cve = cve(record).map_err(|what| Error {
            line: start.line,
            what,
        })?;
        found.extend(cve);
    }
    Ok(found)
}

/// Counts lines once over the whole input.
struct Place {
    line: usize,
    offset: usize,
}

impl Place {
    fn advance(&mut self, bytes: &[u8], to: usize) {
        let passed = bytes.get(self.offset..to).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', passed).count();
        self.offset = to;
    }
}

/// None for a CVE that was rejected.
fn cve(record: Record) -> Result<Option<Cve>, String> {
    match (record.metadata, record.containers) {
        (Some(metadata), _) if metadata.state.as_deref() == Some("REJECTED") => Ok(None),
        (Some(metadata), Some(containers)) => published(metadata.id, containers.cna).map(Some),
        (None, None) => {
            let id = record.cve.ok_or("neither 'cve' nor 'cveMetadata'")?;
            let ranges = record.ranges.iter().map(|ends| short_range(ends));
            Ok(Some(Cve {
                ranges: ranges.collect::<Result<_, _>>().map_err(|e| of(&id, &e))?,
                id,
                title: record.title.unwrap_or_default(),
                files: record.files,
                cvss: record.cvss,
                score: record.score,
            }))
        }
        _ => Err("'cveMetadata' and 'containers' belong together".to_owned()),
    }
}

fn of(id: &str, error: &NotAVersion) -> String {
    format!("{}: {error}", id.escape_debug())
}

fn short_range(ends: &[Option<String>]) -> Result<Range, NotAVersion> {
    let end = |index: usize| ends.get(index).and_then(Option::as_deref);
    range(end(0), end(1))
}

fn range(introduced: Option<&str>, fixed: Option<&str>) -> Result<Range, NotAVersion> {
    let from_the_start = |text: &&str| *text != "0";
    Ok(Range {
        introduced: introduced
            .filter(from_the_start)
            .map(str::parse)
            .transpose()?,
        fixed: fixed.map(str::parse).transpose()?,
    })
}

fn published(id: String, cna: Cna) -> Result<Cve, String> {
    let ranges = ranges(&cna).map_err(|e| of(&id, &e))?;
    let cvss = cna.metrics.into_iter().find_map(Metric::cvss);
    let (cvss, score) = cvss.map_or((None, None), |c| (c.vector_string, c.base_score));
    let mut files: Vec<_> = cna
        .affected
        .into_iter()
        .flat_map(|a| a.program_files)
        .collect();
    files.sort();
    files.dedup();
    let title = cna.title.unwrap_or_default();
    Ok(Cve {
        id,
        title,
        files,
        ranges,
        cvss,
        score,
    })
}

/// The CPE matches say it in ranges; older records only in lists of versions.
fn ranges(cna: &Cna) -> Result<Vec<Range>, NotAVersion> {
    let nodes = cna.applicability.iter().flat_map(|a| &a.nodes);
    let matches = nodes
        .flat_map(|node| &node.matches)
        .filter(|m| m.vulnerable);
    let ranges: Vec<Range> = matches.map(matched).collect::<Result<_, _>>()?;
    if !ranges.is_empty() {
        return Ok(ranges);
    }
    let listed = cna
        .affected
        .iter()
        .map(listed)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(listed.into_iter().flatten().collect())
}

fn matched(m: &Match) -> Result<Range, NotAVersion> {
    range(
        m.version_start_including.as_deref(),
        m.version_end_excluding.as_deref(),
    )
}

/// Lists of commits say nothing about releases and are passed over.
fn listed(affected: &Affected) -> Result<Vec<Range>, NotAVersion> {
    let spans = affected.versions.iter();
    let releases = spans.filter(|span| span.version_type.as_deref() != Some("git"));
    if affected.default_status.as_deref() == Some("affected") {
        all_but(&releases.collect::<Vec<_>>())
    } else {
        let bad = releases.filter(|span| span.status == "affected");
        bad.map(|span| range(Some(&span.version), span.less_than.as_deref()))
            .collect()
    }
}

/// "Affected unless listed": the mainline release that brought the bug stands as affected,
/// the first release of every series with the fix as unaffected from there on.
fn all_but(spans: &[&Span]) -> Result<Vec<Range>, NotAVersion> {
    let introduced = spans.iter().find(|span| span.status == "affected");
    let introduced = introduced.map(|span| span.version.as_str());
    let fixes = spans.iter().filter(|span| is_fix(span));
    let mut ranges: Vec<Range> = fixes
        .map(|fix| range(introduced, Some(&fix.version)))
        .collect::<Result<_, _>>()?;
    if ranges.is_empty() {
        ranges.push(range(introduced, None)?);
    }
    Ok(ranges)
}

fn is_fix(span: &Span) -> bool {
    span.status == "unaffected" && span.less_than_or_equal.is_some()
}
