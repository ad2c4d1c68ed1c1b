// SPDX-License-Identifier: Apache-2.0
//! Data files of rules: TOML, one table per kind, one line per rule.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use toml::Spanned;

use super::rule::{Alternative, Source};
use super::{Atom, Error, Keep, Kind, Rule, Rules};
use crate::cve::Version;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    source: Source,
    #[serde(default)]
    self_protection: Table<Entry>,
    #[serde(default)]
    attack_surface: Table<Entry>,
    #[serde(default)]
    policy: Table<Entry>,
    #[serde(default)]
    userspace: Table<Entry>,
    #[serde(default)]
    network: Table<Entry>,
    #[serde(default)]
    keep: Table<KeepEntry>,
}

type Table<T> = BTreeMap<String, T>;

/// Atoms, separated by blanks.
type Text = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    any: Spanned<Vec<Text>>,
    protects: String,
    #[serde(default)]
    arch: Vec<String>,
    since: Option<Text>,
    until: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct KeepEntry {
    symbols: Vec<String>,
    protects: String,
    #[serde(default)]
    except: Vec<String>,
    #[serde(default)]
    unless: Vec<Text>,
    #[serde(default)]
    arch: Vec<String>,
}

/// What is wrong with a part of the text.
struct Wrong {
    span: Range<usize>,
    what: String,
}

/// What the entries of one file share.
struct Origin {
    stem: String,
    source: Arc<Source>,
}

pub(super) fn file(text: &str, name: &str) -> Result<Rules, Error> {
    let error = |span: Range<usize>, what: String| {
        let before = text.bytes().take(span.start);
        let line = 1 + before.filter(|b| *b == b'\n').count();
        Error {
            file: name.to_owned(),
            line,
            what,
        }
    };
    let file: File = toml::from_str(text)
        .map_err(|e| error(e.span().unwrap_or_default(), e.message().to_owned()))?;
    let stem = Path::new(name).file_stem().unwrap_or_default();
    let stem = stem.to_string_lossy().into_owned();
    let origin = Origin {
        stem,
        source: Arc::new(file.source.clone()),
    };
    rules(file, &origin).map_err(|wrong| error(wrong.span, wrong.what))
}

fn rules(file: File, origin: &Origin) -> Result<Rules, Wrong> {
    let tables = [
        (Kind::SelfProtection, file.self_protection),
        (Kind::AttackSurface, file.attack_surface),
        (Kind::Policy, file.policy),
        (Kind::Userspace, file.userspace),
        (Kind::Network, file.network),
    ];
    let mut rules = Vec::new();
    for (kind, table) in tables {
        for (name, entry) in table {
            rules.push(origin.rule(kind, &name, entry)?);
        }
    }
    let keeps = file
        .keep
        .into_iter()
        .map(|(name, entry)| origin.keep(&name, entry));
    Ok(Rules {
        rules,
        keeps: keeps.collect::<Result<_, _>>()?,
    })
}

impl Origin {
    fn rule(&self, kind: Kind, name: &str, entry: Entry) -> Result<Rule, Wrong> {
        if entry.any.get_ref().is_empty() {
            let what = format!("{name}: no alternative");
            return Err(Wrong {
                span: entry.any.span(),
                what,
            });
        }
        Ok(Rule {
            id: self.id(name),
            kind,
            source: Arc::clone(&self.source),
            protects: entry.protects,
            alternatives: alternatives(entry.any.get_ref())?,
            arch: entry.arch,
            since: entry.since.map(|text| version(&text)).transpose()?,
            until: entry.until.map(|text| version(&text)).transpose()?,
        })
    }

    fn keep(&self, name: &str, entry: KeepEntry) -> Result<Keep, Wrong> {
        Ok(Keep {
            id: self.id(name),
            source: Arc::clone(&self.source),
            protects: entry.protects,
            symbols: entry.symbols,
            except: entry.except,
            unless: alternatives(&entry.unless)?,
            arch: entry.arch,
        })
    }

    fn id(&self, name: &str) -> String {
        format!("{}/{name}", self.stem)
    }
}

fn alternatives(texts: &[Text]) -> Result<Vec<Alternative>, Wrong> {
    texts.iter().map(alternative).collect()
}

fn alternative(text: &Text) -> Result<Alternative, Wrong> {
    let wrong = |what| Wrong {
        span: text.span(),
        what,
    };
    let atoms = text.get_ref().split_whitespace().map(str::parse);
    let atoms: Vec<Atom> = atoms.collect::<Result<_, _>>().map_err(wrong)?;
    if atoms.is_empty() {
        return Err(wrong("an alternative without atoms".to_owned()));
    }
    Ok(atoms)
}

fn version(text: &Text) -> Result<Version, Wrong> {
    let parsed = text.get_ref().parse::<Version>();
    parsed.map_err(|e| Wrong {
        span: text.span(),
        what: e.to_string(),
    })
}
