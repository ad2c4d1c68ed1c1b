// SPDX-License-Identifier: Apache-2.0
//! The kernel's own `conf`, compiled into the cache from copies of a tree's sources:
//! once as it is, once with the shell replaced by recorded answers (replay.c).

use std::fs;
use std::path::{Path, PathBuf};

use super::digest::Digest;
use crate::failure::{About, Result};
use crate::program;
use crate::tree::{Cache, Tree};

/// What `conf` is linked from (scripts/kconfig/Makefile: common-objs, conf-objs).
const C_FILES: [&str; 7] = [
    "conf.c",
    "confdata.c",
    "expr.c",
    "menu.c",
    "preprocess.c",
    "symbol.c",
    "util.c",
];
const GRAMMARS: [&str; 2] = ["lexer.l", "parser.y"];
const GENERATED: [&str; 2] = ["lexer.lex.c", "parser.tab.c"];
const REPLAY_C: &str = include_str!("replay.c");

/// Both flavours of one version's `conf`.
#[derive(Clone, Debug)]
pub(crate) struct CTool {
    /// Asks the real shell.
    pub(crate) plain: PathBuf,
    /// Obeys `KAAS_SHELL_ANSWERS` and `KAAS_SHELL_RECORD`.
    pub(crate) replay: PathBuf,
    /// Of the sources it was made from.
    pub(crate) digest: Digest,
}

/// Builds what isn't in the cache yet, as `$KAAS_CACHE/oracle/conf/VERSION/conf{,-replay}`.
pub(crate) fn build(cache: &Cache, tree: &Tree) -> Result<CTool> {
    let digest = digest(&tree.path)?;
    let home = cache.folder(format!("oracle/conf/{}", tree.version))?;
    let tool = CTool {
        plain: home.join("conf"),
        replay: home.join("conf-replay"),
        digest,
    };
    let stamp = home.join("made-from");
    let fresh = fs::read_to_string(&stamp).is_ok_and(|made| made == digest.to_string());
    if !fresh {
        compile(&tree.path, &home)?;
        fs::write(&stamp, digest.to_string()).about(&stamp)?;
    }
    Ok(tool)
}

fn digest(tree: &Path) -> Result<Digest> {
    let start = Digest::default().with(REPLAY_C);
    sources(tree)?.iter().try_fold(start, |digest, file| {
        Ok(digest.with(fs::read(file).about(file)?))
    })
}

/// The C files, the grammars, and every header beside them.
fn sources(tree: &Path) -> Result<Vec<PathBuf>> {
    let kconfig = tree.join("scripts/kconfig");
    let entries = fs::read_dir(&kconfig).about(&kconfig)?;
    let mut headers: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    headers.retain(|path| path.extension().is_some_and(|extension| extension == "h"));
    headers.sort();
    let named = C_FILES
        .iter()
        .chain(&GRAMMARS)
        .map(|file| kconfig.join(file));
    Ok(named.chain(headers).collect())
}

/// In a folder of its own, renamed when done: two oracles may build at the same time.
fn compile(tree: &Path, home: &Path) -> Result<()> {
    let work = tempfile::Builder::new()
        .prefix("build-")
        .tempdir_in(home)
        .about(home)?;
    for file in sources(tree)? {
        fs::copy(
            &file,
            work.path().join(file.file_name().unwrap_or_default()),
        )
        .about(&file)?;
    }
    fs::write(work.path().join("replay.c"), REPLAY_C).about(work.path())?;
    // scripts/Makefile.host: cmd_flex, cmd_bison
    run_in(work.path(), "flex", &["-olexer.lex.c", "-L", "lexer.l"])?;
    run_in(
        work.path(),
        "bison",
        &[
            "-o",
            "parser.tab.c",
            "--defines=parser.tab.h",
            "-t",
            "-l",
            "parser.y",
        ],
    )?;
    let include = format!("-I{}", tree.join("scripts/include").display());
    let sources = || C_FILES.iter().chain(&GENERATED).copied();
    let flags = ["-O2", "-std=gnu11", "-w", "-I.", include.as_str(), "-o"];
    let plain: Vec<&str> = flags.into_iter().chain(["conf"]).chain(sources()).collect();
    let wrap = [
        "conf-replay",
        "-D_GNU_SOURCE",
        "-Wl,--wrap=popen,--wrap=pclose",
        "replay.c",
    ];
    let replay: Vec<&str> = flags.into_iter().chain(wrap).chain(sources()).collect();
    run_in(work.path(), "cc", &plain)?;
    run_in(work.path(), "cc", &replay)?;
    for tool in ["conf", "conf-replay"] {
        fs::rename(work.path().join(tool), home.join(tool)).about(home)?;
    }
    Ok(())
}

fn run_in(folder: &Path, name: &str, arguments: &[&str]) -> Result<()> {
    program::run(program::clean(name).args(arguments).current_dir(folder)).map(drop)
}
