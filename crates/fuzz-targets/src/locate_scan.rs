// SPDX-License-Identifier: Apache-2.0
//! Any bytes as sources in C, a Makefile and a list of symbols: scanned, preprocessed, and
//! asked who defines what.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use locate::{Catalogue, Kernel, Locator, Symbols, Traced, Unit, UnitTable};

/// More names are not asked for: an answer costs what its file is long.
const NAMES: usize = 64;

/// Every text has an answer. A NUL ends a part: a source, a header, a Makefile, symbols.
pub fn locate_scan(data: &[u8]) {
    let mut parts = data.splitn(4, |byte| *byte == 0);
    let mut next = || parts.next().unwrap_or_default().to_vec();
    let (source, header, makefile, symbols) = (next(), next(), next(), next());
    let text = String::from_utf8_lossy(&source).into_owned();
    let symbols = String::from_utf8_lossy(&symbols).into_owned();
    let files: BTreeMap<String, Vec<u8>> = [
        ("d/a.c", source.clone()),
        ("d/b.c", source),
        ("d/h.h", header),
        ("d/Makefile", makefile),
    ]
    .into_iter()
    .map(|(path, bytes)| (path.to_owned(), bytes))
    .collect();
    let unit = |stem: &str, modules: Vec<String>| Unit {
        source: format!("d/{stem}.c"),
        object: format!("d/{stem}.o"),
        modules,
    };
    let units = [
        unit("a", Vec::new()),
        unit("b", Vec::new()),
        unit("a", vec!["m".to_owned()]),
    ];
    let config = HashMap::from([("A", "y"), ("B", "m"), ("C", "3")]);
    let config = config
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let kernel = Kernel {
        files: &files,
        arch: "x86",
        config: &config.collect(),
        units: &units,
        threads: 1,
    };
    let is_other = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    let words: BTreeSet<&str> = text
        .split(is_other)
        .filter(|word| !word.is_empty())
        .collect();
    let traced: Vec<Traced<'_>> = words.into_iter().take(NAMES).map(named).collect();
    let _ = UnitTable::parse(&symbols);
    let symbols = Symbols::parse(&symbols, &BTreeMap::new());
    let catalogue = Catalogue::of(&kernel);
    let locator = Locator::new(kernel, &catalogue, &symbols, None);
    for one in &traced {
        if let Ok(location) = locator.locate(one) {
            assert!(
                locator.sites(&location).iter().all(|site| site.line > 0),
                "a line counts from one"
            );
        }
    }
}

fn named(name: &str) -> Traced<'_> {
    Traced {
        name,
        module: None,
        offset: None,
    }
}
