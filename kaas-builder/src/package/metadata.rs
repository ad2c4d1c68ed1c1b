// SPDX-License-Identifier: Apache-2.0
//! `metadata.json`, in the schema of `TuxMake`: groups of items, two levels deep
//! (docs.tuxmake.org/metadata), so that its readers understand our builds.

use std::path::Path;

use serde_json::{Map, Value, json};

use super::Parts;
use crate::compile;
use crate::trouble::Result;
use crate::work::Work;

pub(super) fn metadata(work: &Work<'_>, parts: &Parts<'_>) -> Result<Value> {
    let compiled = parts.compiled;
    let arch = work.job.arch.as_str();
    let config = crate::harvest::text(parts.products, compile::CONFIG, crate::config::LONGEST)?;
    let goals = kernel_make::goals(arch, &config);
    let modules = modules(parts)?;
    let environment: Map<String, Value> = compiled
        .recipe
        .environment()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    let gcc = compiled.tools.get("gcc").cloned().unwrap_or_default();
    Ok(json!({
        "artifacts": {"modules": modules},
        "build": {
            "targets": targets(&goals),
            "target_arch": tuxmake_arch(arch),
            "toolchain": "gcc",
            "wrapper": if work.settings.ccache { "ccache" } else { "none" },
            "environment": environment,
            "kconfig": "config",
            "kconfig_add": [],
            "jobs": work.settings.jobs,
            "runtime": "null",
            "verbose": false,
            "reproducer_cmdline": reproducer(parts, arch),
        },
        "compiler": {
            "name": "gcc",
            "version": gcc.rsplit(' ').next(),
            "version_full": gcc,
        },
        "results": {
            "status": "PASS",
            "targets": {"kernel": {"status": "PASS", "duration": compiled.seconds}},
            "artifacts": {
                "config": ["config"],
                "kernel": [super::IMAGE],
                "modules": if modules.is_empty() { json!([]) } else { json!(["modules.tar.gz"]) },
            },
            "errors": 0,
        },
        "source": {
            "kernelrelease": compiled.release,
            "kernelversion": parts.source.fetched.release,
        },
        "tools": compiled.tools,
        "kaas": {
            "source_digest": parts.source.fetched.digest,
            "kernel_key": compiled.key,
            "objects": compiled.objects,
            "compiled_before": compiled.kept,
            "make_cmdline": compiled.recipe.command(&goals),
        },
    }))
}

fn targets(goals: &[&str]) -> Vec<&'static str> {
    let kernel = ["config", "kernel"].into_iter();
    kernel
        .chain(goals.contains(&"modules").then_some("modules"))
        .collect()
}

fn reproducer(parts: &Parts<'_>, arch: &str) -> Vec<String> {
    let mut words = vec![
        "tuxmake".to_owned(),
        format!("--target-arch={}", tuxmake_arch(arch)),
    ];
    words.push("--toolchain=gcc".to_owned());
    words.push("--kconfig=config".to_owned());
    for (name, value) in parts.compiled.recipe.environment() {
        words.push(format!("--environment={name}={value}"));
    }
    let make = parts.compiled.recipe.words(crate::source::AT, "/build");
    let variables = make.into_iter().skip(4);
    words.extend(variables.map(|word| format!("--make-variable={word}")));
    words.push("kernel".to_owned());
    words
}

fn tuxmake_arch(arch: &str) -> &str {
    match arch {
        "x86" => "x86_64",
        other => other,
    }
}

fn modules(parts: &Parts<'_>) -> Result<Vec<String>> {
    let folder = parts.products.join(compile::MODULES);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let files = crate::harvest::files(&folder)?.into_iter();
    let names = files.map(|name| name.display().to_string());
    Ok(names
        .filter(|name| Path::new(name).extension().is_some_and(|it| it == "ko"))
        .collect())
}
