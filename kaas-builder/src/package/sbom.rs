// SPDX-License-Identifier: Apache-2.0
//! What the artefacts are made of: a document in SPDX 2.3 (ISO/IEC 5962), JSON.

use chrono::DateTime;
use serde_json::{Value, json};

use super::{Listed, Parts};
use crate::work::Work;

pub(super) fn sbom(work: &Work<'_>, parts: &Parts<'_>, files: &[Listed]) -> Value {
    let (compiled, source) = (parts.compiled, parts.source);
    let (release, key) = (&compiled.release, &compiled.key);
    let origin = work.job.source.location();
    let mut relations = vec![
        relation("SPDXRef-DOCUMENT", "DESCRIBES", "SPDXRef-kernel"),
        relation("SPDXRef-kernel", "GENERATED_FROM", "SPDXRef-source"),
        relation("SPDXRef-gcc", "BUILD_TOOL_OF", "SPDXRef-kernel"),
    ];
    let ids = (0..files.len()).map(|index| format!("SPDXRef-file-{index}"));
    relations.extend(ids.map(|id| relation("SPDXRef-kernel", "CONTAINS", &id)));
    json!({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": format!("linux-{release}"),
        "documentNamespace": format!("https://spdx.org/spdxdocs/linux-{release}-{key}"),
        "creationInfo": {"created": time(compiled.recipe.epoch), "creators": ["Tool: kaas-builder"]},
        "packages": [
            package("kernel", "linux", release, "NOASSERTION"),
            package("source", "linux-source", &source.fetched.release, origin.as_str()),
            package("gcc", "gcc", compiled.tools.get("gcc").map_or("", String::as_str), "NOASSERTION"),
        ],
        "files": files.iter().enumerate().map(file).collect::<Vec<_>>(),
        "relationships": relations,
    })
}

/// RFC 3339, as SPDX wants it.
pub(super) fn time(epoch: u64) -> String {
    let seconds = i64::try_from(epoch).unwrap_or_default();
    let time = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    time.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn package(id: &str, name: &str, version: &str, from: &str) -> Value {
    let license = match id {
        "gcc" => "GPL-3.0-or-later WITH GCC-exception-3.1",
        _ => "GPL-2.0-only WITH Linux-syscall-note",
    };
    json!({
        "SPDXID": format!("SPDXRef-{id}"),
        "name": name,
        "versionInfo": version,
        "downloadLocation": from,
        "filesAnalyzed": false,
        "licenseConcluded": license,
        "licenseDeclared": license,
        "copyrightText": "NOASSERTION",
    })
}

fn file((index, file): (usize, &Listed)) -> Value {
    json!({
        "SPDXID": format!("SPDXRef-file-{index}"),
        "fileName": format!("./{}", file.name),
        "checksums": [{"algorithm": "SHA256", "checksumValue": file.sha256}],
        "licenseConcluded": "NOASSERTION",
        "copyrightText": "NOASSERTION",
    })
}

fn relation(from: &str, kind: &str, to: &str) -> Value {
    json!({"spdxElementId": from, "relationshipType": kind, "relatedSpdxElement": to})
}
