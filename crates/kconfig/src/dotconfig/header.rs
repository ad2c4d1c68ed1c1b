// SPDX-License-Identifier: Apache-2.0
//! What the build reads: `auto.conf`, `autoconf.h`, `rustc_cfg`
//! (`conf_write_autoconf()`), each in the order of the symbol table.

use super::quoted;
use super::write::heading;
use crate::configuration::Configuration;
use crate::model::SymbolId;
use crate::value::{SymbolType, Tristate};

/// `include/config/auto.conf`, for make: strings are not quoted.
pub fn write_auto_conf(configuration: &Configuration<'_>) -> String {
    let mut out = heading(configuration, "#", ["#", "#"]);
    for symbol in written(configuration) {
        let (name, value) = (
            full_name(configuration, symbol),
            configuration.string_value(symbol),
        );
        out.push_str(&format!("{name}={value}\n"));
    }
    out
}

/// `include/generated/autoconf.h`, for C.
pub fn write_autoconf_h(configuration: &Configuration<'_>) -> String {
    let mut out = heading(configuration, " *", ["/*", " */"]);
    for symbol in written(configuration) {
        let name = full_name(configuration, symbol);
        let value = configuration.string_value(symbol);
        let line = match configuration.model.symbol(symbol).kind {
            SymbolType::Bool | SymbolType::Tristate => {
                let module = configuration.tristate(symbol) == Tristate::Module;
                format!("#define {name}{} 1\n", if module { "_MODULE" } else { "" })
            }
            SymbolType::Hex => format!("#define {name} {}\n", prefixed(&value)),
            SymbolType::String => format!("#define {name} {}\n", quoted(&value)),
            _ => format!("#define {name} {value}\n"),
        };
        out.push_str(&line);
    }
    out
}

/// `include/generated/rustc_cfg`, for the Rust compiler: all values are strings.
pub fn write_rustc_cfg(configuration: &Configuration<'_>) -> String {
    let mut out = String::new();
    for symbol in written(configuration) {
        let name = full_name(configuration, symbol);
        let mut value = configuration.string_value(symbol).to_string();
        match configuration.model.symbol(symbol).kind {
            SymbolType::Bool | SymbolType::Tristate => out.push_str(&format!("--cfg={name}\n")),
            SymbolType::Hex => value = prefixed(&value),
            _ => {}
        }
        out.push_str(&format!("--cfg={name}={}\n", quoted(&value)));
    }
    out
}

/// The symbols that have a value for the build: a bool or tristate that is n has none.
fn written<'a>(configuration: &'a Configuration<'_>) -> impl Iterator<Item = SymbolId> + 'a {
    configuration
        .model
        .table_order()
        .iter()
        .copied()
        .filter(|symbol| {
            let declared = configuration.model.symbol(*symbol);
            let is_no =
                declared.kind.is_logical() && configuration.tristate(*symbol) == Tristate::No;
            let known = declared.name.is_some() && declared.kind != SymbolType::Unknown;
            known && !is_no && configuration.is_written(*symbol)
        })
}

fn full_name(configuration: &Configuration<'_>, symbol: SymbolId) -> String {
    let name = configuration.model.symbol(symbol).display_name();
    format!("{}{name}", configuration.prefix)
}

fn prefixed(value: &str) -> String {
    let has_prefix = value.starts_with("0x") || value.starts_with("0X");
    if has_prefix {
        value.to_owned()
    } else {
        format!("0x{value}")
    }
}
