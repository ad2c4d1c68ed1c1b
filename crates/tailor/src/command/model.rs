// SPDX-License-Identifier: Apache-2.0
//! `tailor model`: what is known of a kernel tree, found out now or kept from before.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use tailor::input;
use tailor::kernel::Kernel;
use tailor::minimise::Units;
use tailor::pipeline::locating::{self, Scope};
use tailor::pipeline::{Replaced, admission, compiled};
use tailor::tailoring::Listener as _;

use super::progress::Steps;
use crate::tree::{Failure, TreeArguments};

/// Find out what a kernel tree says, and keep it for the commands that come after.
///
/// What was kept is used while all that was read for it is unchanged, and made anew
/// otherwise. Exit codes: 0; 2 for input that can't be used.
#[derive(Args, Debug)]
pub(crate) struct ModelArguments {
    #[command(flatten)]
    tree: TreeArguments,
    /// The configuration of a kernel that will be replaced: find out also which of its files
    /// define which function; a .config, perhaps .xz.
    #[arg(long, value_name = "CONFIG")]
    baseline: Option<PathBuf>,
    /// And that of all its modules, not only when a trace mentions one.
    #[arg(long, requires = "baseline")]
    modules: bool,
    /// The prefix of the compiler's name, as in `CROSS_COMPILE` of the kernel's Makefile.
    #[arg(long, value_name = "PREFIX", default_value = "")]
    cross_compile: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// What there is.
#[derive(Serialize)]
struct Told {
    release: String,
    arch: String,
    /// Bools, tristates, strings and numbers with a name.
    symbols: usize,
    /// Sources that some configuration compiles.
    files: usize,
    /// Different conditions, those that others are made of included.
    conditions: usize,
    /// Whether nothing of the tree's Makefiles had to be read.
    fresh: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced: Option<ReplacedTold>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cache: Option<CacheTold>,
}

/// Of the kernel that will be replaced.
#[derive(Serialize)]
struct ReplacedTold {
    /// Sources that are compiled.
    files: usize,
    /// Objects of which is known what functions they define.
    units: usize,
    /// Names of functions, those in headers included.
    functions: usize,
    /// Whether no source had to be read.
    fresh: bool,
}

#[derive(Serialize)]
struct CacheTold {
    folder: PathBuf,
    /// Of all trees.
    bytes: u64,
}

pub(crate) fn run(arguments: &ModelArguments) -> ExitCode {
    super::finish(answer(arguments).map_err(Failure::from))
}

fn answer(arguments: &ModelArguments) -> Result<(Vec<u8>, ExitCode), String> {
    let mut steps = Steps::new(1 + usize::from(arguments.baseline.is_some()));
    steps.begin("reading the kernel tree");
    let kernel = super::config::kernel(&arguments.tree, &arguments.cross_compile)?;
    let units = Units::of(&kernel, |_| 1);
    steps.end(&format!("Linux {}, {}", kernel.release, kernel.arch));
    let baseline = arguments.baseline.as_deref();
    let scope = if arguments.modules {
        Scope::Everything
    } else {
        Scope::Image
    };
    let replaced = baseline.map(|path| replaced((&kernel, &units), path, &scope, &mut steps));
    let replaced = replaced.transpose()?;
    let symbols = kernel.model.symbols();
    let named = |symbol: &kconfig::Symbol| symbol.name.is_some() && !symbol.is_constant;
    let told = Told {
        release: kernel.release.clone(),
        arch: kernel.arch.clone(),
        symbols: symbols.filter(|(_, symbol)| named(symbol)).count(),
        files: units.iter().len(),
        conditions: kernel.presence.conditions.len(),
        fresh: kernel.from_cache,
        replaced,
        cache: kernel.cache.as_ref().map(|cache| CacheTold {
            folder: cache.folder().to_owned(),
            bytes: cache.size(),
        }),
    };
    let text = if arguments.json {
        super::to_json(&told)
    } else {
        words(&told).into_bytes()
    };
    Ok((text, ExitCode::SUCCESS))
}

fn replaced(
    (kernel, units): (&Kernel, &Units),
    path: &Path,
    scope: &Scope<'_>,
    steps: &mut Steps,
) -> Result<ReplacedTold, String> {
    steps.begin("reading the sources of the replaced kernel");
    let bytes = input::read(path)?;
    let named = |what: String| format!("{}: {what}", path.display());
    admission::baseline_release(kernel, &bytes).map_err(named)?;
    let replaced = Replaced::read(kernel, &bytes);
    let built = compiled(kernel, units, &replaced.values);
    let prepared = locating::prepare(kernel, &replaced, &built, scope);
    steps.end(&format!("{} sources read", prepared.read));
    Ok(ReplacedTold {
        files: built.len(),
        units: prepared.units,
        functions: prepared.functions,
        fresh: prepared.read == 0,
    })
}

fn words(told: &Told) -> String {
    let state = |fresh: bool| if fresh { "as kept" } else { "made now" };
    let mut text = format!(
        "Linux {}, {}: {} symbols, {} files, {} conditions; {}\n",
        told.release,
        told.arch,
        told.symbols,
        told.files,
        told.conditions,
        state(told.fresh)
    );
    // Writing to memory can't fail.
    if let Some(replaced) = &told.replaced {
        let _ = writeln!(
            text,
            "the replaced kernel: {} files, {} units read, {} functions; {}",
            replaced.files,
            replaced.units,
            replaced.functions,
            state(replaced.fresh)
        );
    }
    if let Some(CacheTold { folder, bytes }) = &told.cache {
        let (folder, kibibytes) = (folder.display(), bytes.div_ceil(1024));
        let _ = writeln!(text, "{folder}: {kibibytes} KiB");
    }
    text
}
