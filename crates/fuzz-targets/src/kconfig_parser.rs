// SPDX-License-Identifier: Apache-2.0
//! Any sequence of words of the language: each byte is one, so that almost all inputs
//! get past the lexer, and many get as far as values.

use kconfig::{Configuration, Dialect, MemoryHost, Tristate, assign, dotconfig, load};

/// Few names, so that symbols meet each other.
const WORDS: &[&str] = &[
    "\n",
    "\n\t",
    "\n\t\t",
    "A",
    "B",
    "C",
    "MODULES",
    "NEVER",
    "y",
    "m",
    "n",
    "1",
    "0x1f",
    "\"text\"",
    "\"\"",
    "'m'",
    "config A\n\t",
    "config B\n\t",
    "config C\n\t",
    "menuconfig A\n\t",
    "config MODULES\n\tmodules\n\t",
    "choice\n\t",
    "choice NAMED\n\t",
    "endchoice\n",
    "menu \"M\"\n",
    "endmenu\n",
    "if",
    "endif\n",
    "comment \"N\"\n",
    "mainmenu \"T\"\n",
    "source \"other\"\n",
    "bool",
    "tristate",
    "int",
    "hex",
    "string",
    "def_bool",
    "def_tristate",
    "prompt",
    "default",
    "depends on",
    "select",
    "imply",
    "range",
    "visible if",
    "optional",
    "modules",
    "transitional",
    "help\n\t  text\n",
    "=",
    "!=",
    "<",
    "<=",
    ">",
    ">=",
    "!",
    "&&",
    "||",
    "(",
    ")",
    "$(ARCH)",
    "$(shell,true)",
    ":=",
    "+=",
    "#",
];

/// A file of such words becomes a model, and a valid model has a configuration.
pub fn kconfig_parser(data: &[u8]) {
    let mut host = MemoryHost::default();
    host.files.insert("Kconfig".into(), text(data).into_bytes());
    host.files.insert(
        "other".into(),
        b"config C\n\ttristate \"c\"\n\tdepends on A\n".to_vec(),
    );
    for dialect in [Dialect::linux_6_1(), Dialect::newest()] {
        let loaded = load(&host, &dialect, "Kconfig");
        if !loaded.is_valid() {
            continue;
        }
        for value in Tristate::ALL {
            let mut configuration = Configuration::new(&loaded.model);
            assign::set_new(&mut configuration, value);
            dotconfig::write(&mut configuration);
            dotconfig::write_minimal(&mut configuration);
        }
    }
}

fn text(data: &[u8]) -> String {
    let words = data
        .iter()
        .map(|byte| WORDS[usize::from(*byte) % WORDS.len()]);
    words.flat_map(|word| [word, " "]).collect()
}
