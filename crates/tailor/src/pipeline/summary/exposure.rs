// SPDX-License-Identifier: Apache-2.0
//! Published CVEs of the release, with a file compiled before and after.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};

use crate::cve::{Cve, Cves, Version};
use crate::report::{self, Exposure, MOST_CVES, Report, Vector, VectorCount, YearCount};
use crate::run::Files;

/// Adds the CVEs of a data set, called `name`, to the report of a run that compiles `files`.
pub fn expose(
    report: &mut Report,
    (name, cves): (&str, &Cves),
    files: &Files,
) -> Result<(), String> {
    let release = report.subject.release.clone();
    let before = compiled(cves, &release, &files.before)?;
    let after = compiled(cves, &release, &files.after)?;
    if let Some(replaced) = report.baselines.first_mut() {
        replaced.counts.cves = Some(before.len() as u64);
    }
    report.result.counts.cves = Some(after.len() as u64);
    let of_release = version(&release)?;
    let open = cves.affecting(&of_release).len();
    report.notes.push(format!(
        "CVEs are counted over the life of the series, from its first release on: what was \
         compiled then was exposed to a bug until its fix came. Of them {open} are not fixed in \
         {release}. A file that is compiled says nothing of whether a bug can be exploited."
    ));
    report.cves = Some(Exposure {
        data: name.to_owned(),
        in_range: cves.affecting(&of_release.first_of_series()).len() as u64,
        by_year: by_year(&before, &after),
        by_vector: by_vector(&before, &after),
        remaining: remaining(after, files),
    });
    Ok(())
}

/// Those of a release that have a file among the sorted ones.
pub(super) fn compiled<'c>(
    cves: &'c Cves,
    release: &str,
    files: &[String],
) -> Result<Vec<&'c Cve>, String> {
    let release = version(release)?.first_of_series();
    let files: HashSet<&str> = files.iter().map(String::as_str).collect();
    Ok(cves.compiled_in(&release, &|path: &str| files.contains(path)))
}

fn version(release: &str) -> Result<Version, String> {
    release
        .parse()
        .map_err(|error| format!("{release}: {error}"))
}

fn count<K: Ord>(
    (before, after): (&[&Cve], &[&Cve]),
    key: impl Fn(&Cve) -> Option<K>,
) -> BTreeMap<K, [u64; 2]> {
    let mut counts: BTreeMap<K, [u64; 2]> = BTreeMap::new();
    for (index, cves) in [before, after].into_iter().enumerate() {
        for key in cves.iter().filter_map(|cve| key(cve)) {
            counts.entry(key).or_default()[index] += 1;
        }
    }
    counts
}

fn by_year(before: &[&Cve], after: &[&Cve]) -> Vec<YearCount> {
    let counts = count((before, after), Cve::year).into_iter();
    let told = |(year, [before, after]): (u16, [u64; 2])| YearCount {
        year,
        before,
        after,
    };
    counts.map(told).collect()
}

fn by_vector(before: &[&Cve], after: &[&Cve]) -> Vec<VectorCount> {
    let vector = |cve: &Cve| Some(Vector::from(cve.attack_vector()));
    let counts = count((before, after), vector).into_iter();
    let told = |(vector, [before, after]): (Vector, [u64; 2])| VectorCount {
        vector,
        before,
        after,
    };
    counts.map(told).collect()
}

fn remaining(mut cves: Vec<&Cve>, files: &Files) -> Vec<report::Cve> {
    cves.sort_by(|a, b| {
        let by_score = b.score.partial_cmp(&a.score).unwrap_or(Ordering::Equal);
        by_score.then_with(|| a.id.cmp(&b.id))
    });
    let is_compiled = |path: &&str| {
        files
            .after
            .binary_search_by(|one| one.as_str().cmp(path))
            .is_ok()
    };
    let told = |cve: &Cve| report::Cve {
        id: cve.id.clone(),
        title: cve.title.clone(),
        files: cve.units().filter(is_compiled).map(str::to_owned).collect(),
        vector: Vector::from(cve.attack_vector()),
    };
    cves.into_iter().take(MOST_CVES).map(told).collect()
}
