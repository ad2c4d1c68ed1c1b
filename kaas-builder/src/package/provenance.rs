// SPDX-License-Identifier: Apache-2.0
//! How the artefacts were made: an in-toto statement (in-toto.io/Statement/v1) with SLSA's
//! provenance (slsa.dev/provenance/v1). Whoever signs, signs exactly this.

use serde_json::{Value, json};

use super::sbom::time;
use super::{Listed, Parts};
use crate::step::Step;
use crate::work::Work;

pub(super) fn provenance(work: &Work<'_>, parts: &Parts<'_>, files: &[Listed]) -> Value {
    let subject = |file: &Listed| json!({"name": file.name, "digest": {"sha256": file.sha256}});
    let compiled = parts.compiled;
    let began = work
        .folder
        .times()
        .first()
        .map_or(0, |(_, began, _)| *began);
    json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": files.iter().map(subject).collect::<Vec<_>>(),
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "https://docs.openstack.org/kaas/build/v1",
                "externalParameters": {"job": work.job},
                "internalParameters": {
                    "recipe": compiled.recipe,
                    "tools": compiled.tools,
                },
                "resolvedDependencies": [{
                    "uri": work.job.source.location().as_str(),
                    "digest": {"kaasSource": parts.source.fetched.digest},
                    "annotations": {"release": parts.source.fetched.release},
                }],
            },
            "runDetails": {
                "builder": {"id": "https://docs.openstack.org/kaas/builder"},
                "metadata": {
                    "invocationId": work.job.id.as_str(),
                    "startedOn": time(began),
                    "finishedOn": time(finished(work)),
                },
            },
        },
    })
}

/// When the last bit was made.
fn finished(work: &Work<'_>) -> u64 {
    let times = work.folder.times();
    let compiled = times.iter().find(|(step, ..)| *step == Step::Compile);
    compiled.and_then(|(_, _, done)| *done).unwrap_or_default()
}
