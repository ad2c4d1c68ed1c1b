// SPDX-License-Identifier: Apache-2.0
//! `tests/spec/*.md`: who defines a function, by example. What the blocks mean, and how to
//! add a case, says `tests/spec/README`.

use std::collections::{BTreeMap, HashMap};
use std::process::ExitCode;

use locate::{Catalogue, Kernel, Location, Locator, Symbols, Traced, Unit, UnitTable};
use spec_test::{Actual, Case, Outcome};

fn main() -> ExitCode {
    spec_test::run("tests/spec", check)
}

fn check(case: &Case) -> Outcome {
    let files: BTreeMap<String, Vec<u8>> = case
        .each("file")
        .map(|(path, text)| (path.to_owned(), text.into()))
        .collect();
    let config = case.get("config").unwrap_or_default();
    let config = config.lines().filter_map(|line| line.split_once('='));
    let config: HashMap<String, String> = config
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let units = units(case, &files);
    let kernel = Kernel {
        files: &files,
        arch: "x86",
        config: &config,
        units: &units,
        threads: 1,
    };
    let traced: Vec<Traced<'_>> = case.text("traced")?.lines().map(traced).collect();
    let symbols = case.get("kallsyms").unwrap_or_default();
    let symbols = Symbols::parse(symbols, &BTreeMap::new());
    let table = case.get("table").map(UnitTable::parse).transpose()?;
    let catalogue = kept(&Catalogue::of(&kernel))?;
    let locator = Locator::new(kernel, &catalogue, &symbols, table.as_ref());
    let mut located = String::new();
    for one in &traced {
        let answer = match locator.locate(one) {
            Ok(location) => shown(&locator, &location),
            Err(reason) => format!("not located: {reason}"),
        };
        located.push_str(&format!("{}: {answer}\n", one.name));
    }
    Ok(Actual::default().block("located", located))
}

/// The catalogue as it is after being kept and read again.
fn kept(catalogue: &Catalogue) -> Result<Catalogue, String> {
    let failed = |error: postcard::Error| error.to_string();
    let bytes = postcard::to_allocvec(catalogue).map_err(failed)?;
    let read: Catalogue = postcard::from_bytes(&bytes).map_err(failed)?;
    let is_same = read == *catalogue;
    is_same
        .then_some(read)
        .ok_or_else(|| "what was read again differs".to_owned())
}

/// The block `units`, a source and its modules in each line, or all sources.
fn units(case: &Case, files: &BTreeMap<String, Vec<u8>>) -> Vec<Unit> {
    let is_source = |path: &&String| [".c", ".S"].iter().any(|suffix| path.ends_with(suffix));
    let all: Vec<&str> = files.keys().filter(is_source).map(String::as_str).collect();
    let lines: Vec<&str> = case.get("units").map_or(all, |text| text.lines().collect());
    let unit = |line: &&str| {
        let mut words = line.split_whitespace().map(str::to_owned);
        let source = words.next().unwrap_or_default();
        let stem = source
            .rsplit_once('.')
            .map_or(source.as_str(), |(stem, _)| stem);
        Unit {
            object: format!("{stem}.o"),
            modules: words.collect(),
            source,
        }
    };
    lines.iter().map(unit).collect()
}

/// `NAME`, `NAME [MODULE]`, and `+OFFSET` behind either.
fn traced(line: &str) -> Traced<'_> {
    let mut words = line.split_whitespace();
    let mut traced = Traced {
        name: words.next().unwrap_or_default(),
        module: None,
        offset: None,
    };
    for word in words {
        match word.strip_prefix('+') {
            Some(offset) => traced.offset = u64::from_str_radix(offset, 16).ok(),
            None => traced.module = Some(word.trim_matches(['[', ']'])),
        }
    }
    traced
}

fn shown(locator: &Locator<'_>, location: &Location<'_>) -> String {
    let mut text = format!("{} by {:?}", location.unit.source, location.evidence);
    for site in locator.sites(location) {
        text.push_str(&format!(", {}:{}", site.file, site.line));
        if !site.condition.is_true() {
            text.push_str(&format!(" if {}", site.condition));
        }
    }
    text
}
