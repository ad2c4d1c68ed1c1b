// SPDX-License-Identifier: Apache-2.0
//! Bad input ends `tailor files` and `tailor condition` with one error that says where.
//!
//! To add a case, add a line to [`CASES`]: what to spoil in a good tree, which commands
//! notice, and what their error starts with below the tree's folder.

use std::path::Path;
use std::process::{Command, Output};

/// One byte more than any line may have.
const TOO_LONG: usize = (1 << 20) + 1;

/// A good tree, but for what a case spoils in it.
const GOOD: [(&str, &str); 5] = [
    ("Kbuild", "obj-y += one.o\n"),
    ("Kconfig", "config A\n\tbool \"a\"\n"),
    ("one.c", ""),
    (".config", "CONFIG_A=y\n"),
    ("arch/x86/Makefile", ""),
];

struct Case {
    name: &'static str,
    /// Makes the good tree bad.
    spoil: fn(&Path) -> std::io::Result<()>,
    arch: &'static str,
    commands: &'static [&'static str],
    error: &'static str,
}

const BOTH: &[&str] = &["files", "condition"];

const CASES: &[Case] = &[
    Case {
        name: "no tree",
        spoil: |tree| std::fs::remove_dir_all(tree),
        arch: "x86",
        commands: BOTH,
        error: ": no such directory",
    },
    Case {
        name: "unknown architecture",
        spoil: |_| Ok(()),
        arch: "z80",
        commands: BOTH,
        error: "/Makefile: unknown architecture z80",
    },
    Case {
        name: "no config",
        spoil: |tree| std::fs::remove_file(tree.join(".config")),
        arch: "x86",
        commands: &["files"],
        error: "/.config: ",
    },
    Case {
        name: "config is a directory",
        spoil: |tree| {
            std::fs::remove_file(tree.join(".config"))?;
            std::fs::create_dir(tree.join(".config"))
        },
        arch: "x86",
        commands: &["files"],
        error: "/.config: ",
    },
    Case {
        name: "garbage in config",
        spoil: |tree| std::fs::write(tree.join(".config"), "CONFIG_A=y\ngarbage\n"),
        arch: "x86",
        commands: &["files"],
        error: "/.config:2: ",
    },
    Case {
        name: "long line in config",
        spoil: |tree| long(&tree.join(".config"), "\nCONFIG_B="),
        arch: "x86",
        commands: &["files"],
        error: "/.config:2: more than 1048576 bytes",
    },
    Case {
        name: "cyclic include",
        spoil: |tree| {
            std::fs::write(tree.join("Kbuild"), "\ninclude $(srctree)/more\n")?;
            std::fs::write(tree.join("more"), "include $(srctree)/Kbuild\n")
        },
        arch: "x86",
        commands: BOTH,
        error: "/more:1: Kbuild includes itself",
    },
    Case {
        name: "long line in Makefile",
        spoil: |tree| long(&tree.join("Kbuild"), "\nX := "),
        arch: "x86",
        commands: BOTH,
        error: "/Kbuild:2: more than 1048576 bytes",
    },
    Case {
        name: "cyclic source",
        spoil: |tree| {
            std::fs::write(tree.join("Kconfig"), "\nsource \"more\"\n")?;
            std::fs::write(tree.join("more"), "source \"Kconfig\"\n")
        },
        arch: "x86",
        commands: &["condition"],
        error: "/Kconfig: Recursive inclusion detected. Inclusion path: current file : Kconfig \
                included from: more:1",
    },
    Case {
        name: "source of nothing",
        spoil: |tree| std::fs::write(tree.join("Kconfig"), "\nsource \"nothing\"\n"),
        arch: "x86",
        commands: &["condition"],
        error: "/Kconfig:2: ",
    },
    Case {
        name: "long line in Kconfig",
        spoil: |tree| long(&tree.join("Kconfig"), "\n# "),
        arch: "x86",
        commands: &["condition"],
        error: "/Kconfig:2: more than 1048576 bytes",
    },
];

fn check(case: &Case, command: &str, json: bool) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let tree = folder.path().join("tree");
    lay_out(&tree)
        .and_then(|()| (case.spoil)(&tree))
        .map_err(|error| error.to_string())?;
    let output = tailor(&tree, command, case.arch, json).map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stderr);
    let expected = format!("tailor: {}{}", tree.display(), case.error);
    let right = output.status.code() == Some(2)
        && output.stdout.is_empty()
        && said.starts_with(&expected)
        && said.lines().count() == 1;
    let beginning: String = said.chars().take(500).collect();
    right
        .then_some(())
        .ok_or_else(|| format!("{:?}: {beginning}", output.status.code()))
}

#[expect(clippy::disallowed_methods, reason = "the tested command is a process")]
fn tailor(tree: &Path, command: &str, arch: &str, json: bool) -> std::io::Result<Output> {
    let mut tailor = Command::new(env!("CARGO_BIN_EXE_tailor"));
    tailor.arg(command).arg("--tree").arg(tree);
    tailor.args(["--arch", arch]);
    match command {
        "files" => tailor.arg("--config").arg(tree.join(".config")),
        _ => tailor.arg("one.c"),
    };
    if json {
        tailor.arg("--json");
    }
    tailor.output()
}

/// The small build system of the Kbuild cases, and the good tree over it.
fn lay_out(tree: &Path) -> std::io::Result<()> {
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("../kbuild/tests/trees/base");
    for folder in ["scripts", "arch/x86"] {
        std::fs::create_dir_all(tree.join(folder))?;
    }
    for file in [
        "Makefile",
        "scripts/Makefile.build",
        "scripts/Kbuild.include",
    ] {
        std::fs::copy(base.join(file), tree.join(file))?;
    }
    for (file, content) in GOOD {
        std::fs::write(tree.join(file), content)?;
    }
    Ok(())
}

fn long(file: &Path, start: &str) -> std::io::Result<()> {
    std::fs::write(file, format!("{start}{}\n", "x".repeat(TOO_LONG)))
}

#[cfg(test)]
mod tests {
    use super::{BOTH, CASES, check, lay_out, tailor};

    #[test]
    fn a_good_tree_has_no_error() {
        for command in BOTH {
            let folder = tempfile::tempdir().unwrap();
            lay_out(folder.path()).unwrap();
            let output = tailor(folder.path(), command, "x86", false).unwrap();
            assert!(output.status.success(), "{command}: {output:?}");
            assert!(!output.stdout.is_empty() && output.stderr.is_empty());
        }
    }

    #[test]
    fn bad_input_is_one_error() {
        for case in CASES {
            for command in case.commands {
                for json in [false, true] {
                    let found = check(case, command, json);
                    assert_eq!(found, Ok(()), "{}: {command}, json: {json}", case.name);
                }
            }
        }
    }
}
