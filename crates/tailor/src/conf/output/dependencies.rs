// SPDX-License-Identifier: Apache-2.0
//! What the build depends on: the Makefile fragment that names the inputs of the
//! configuration, and one empty file per symbol whose change of time says that the
//! symbol has changed.

use std::fmt::Write;
use std::io;

use kconfig::{Configuration, Model};

use super::file;

/// The content of `auto.conf.cmd` (scripts/kconfig/confdata.c:
/// `conf_write_autoconf_cmd()`).
pub(super) fn makefile(model: &Model, auto_config: &str) -> String {
    let mut out = String::new();
    // Writing to a string can't fail.
    let _ = if model.dialect().dependencies_by_variable {
        by_variable(&mut out, model, auto_config)
    } else {
        by_name(&mut out, model, auto_config)
    };
    out
}

/// Since 6.9: the target stands in a variable, the files in the order of mention.
fn by_variable(out: &mut String, model: &Model, auto_config: &str) -> std::fmt::Result {
    writeln!(out, "autoconfig := {auto_config}\n\ndeps_config := \\")?;
    model
        .files()
        .try_for_each(|file| writeln!(out, "\t{file} \\"))?;
    writeln!(out, "\n$(autoconfig): $(deps_config)\n$(deps_config): ;")?;
    model.environment().iter().try_for_each(|(name, value)| {
        writeln!(
            out,
            "\nifneq \"$({name})\" \"{value}\"\n$(autoconfig): FORCE\nendif"
        )
    })
}

/// Before: the target by name, the files in the reverse order.
fn by_name(out: &mut String, model: &Model, auto_config: &str) -> std::fmt::Result {
    writeln!(out, "deps_config := \\")?;
    model
        .files()
        .rev()
        .try_for_each(|file| writeln!(out, "\t{file} \\"))?;
    writeln!(out, "\n{auto_config}: $(deps_config)\n")?;
    model.environment().iter().try_for_each(|(name, value)| {
        writeln!(
            out,
            "ifneq \"$({name})\" \"{value}\"\n{auto_config}: FORCE\nendif"
        )
    })?;
    writeln!(out, "\n$(deps_config): ;")
}

/// Touches the file of each symbol that has changed since the build before, and of each
/// name in `gone` (`conf_touch_deps()`). They lie beside `auto.conf`.
pub(super) fn touch(
    configuration: &Configuration<'_>,
    auto_config: &str,
    gone: &[String],
) -> io::Result<()> {
    let folder = auto_config
        .rfind('/')
        .map_or("", |end| &auto_config[..=end]);
    for name in gone {
        // A name that can't be a file's can't be waited for either.
        let _ = file::touch(&format!("{folder}{name}"));
    }
    let model = configuration.model();
    let changed = model
        .table_order()
        .iter()
        .filter(|symbol| configuration.differs_from_auto(**symbol));
    let names = changed.filter_map(|symbol| model.symbol(*symbol).name.as_deref());
    names
        .into_iter()
        .try_for_each(|name| file::touch(&format!("{folder}{name}")))
}
