// SPDX-License-Identifier: Apache-2.0
//! What several threads found, as one catalogue. The order is that of the units, whichever
//! thread was there first.

use rustc_hash::FxHashMap;

use super::gather::{self, Gathered};
use super::{Block, Catalogue, Contents, Run};
use crate::corpus::{Corpus, FileId};
use crate::definition::Definition;
use crate::name::{Name, Names, Texts};
use crate::section::Section;
use crate::unit::Kernel;
use crate::walk::Inclusion;

/// Adds what was found in the units of a kernel.
pub(super) fn merge(
    catalogue: &mut Catalogue,
    (kernel, corpus): (&Kernel<'_>, &Corpus),
    gathered: Vec<Gathered>,
) {
    let mut merge = Merge::new(catalogue, corpus);
    let mut threads: Vec<Thread> = Vec::new();
    let mut units: Vec<(usize, gather::Unit)> = Vec::new();
    for (thread, gathered) in gathered.into_iter().enumerate() {
        units.extend(gathered.units.into_iter().map(|unit| (thread, unit)));
        threads.push(Thread {
            own_names: gathered.names,
            blocks: gathered.blocks,
            names: FxHashMap::default(),
            numbers: FxHashMap::default(),
        });
    }
    units.sort_by_key(|(_, unit)| unit.number);
    for (thread, found) in units {
        let (Some(thread), Some(unit)) = (threads.get_mut(thread), kernel.units.get(found.number))
        else {
            continue;
        };
        let contents = Contents {
            source: unit.source.as_str().into(),
            object: unit.object.as_str().into(),
            in_module: !unit.modules.is_empty(),
            has_text: corpus.has_text(&unit.source),
            runs: found
                .runs
                .iter()
                .map(|run| merge.run(thread, *run))
                .collect(),
            inclusions: found
                .inclusions
                .iter()
                .map(|it| merge.inclusion(it))
                .collect(),
        };
        merge.units.push(contents);
    }
    merge.finish(catalogue);
}

/// What a thread found, and what of it the catalogue has already.
struct Thread {
    own_names: Vec<Box<str>>,
    blocks: Vec<Block>,
    names: FxHashMap<Name, Name>,
    numbers: FxHashMap<u32, u32>,
}

/// A catalogue that grows.
struct Merge<'c> {
    corpus: &'c Corpus,
    names: Names,
    /// By file of the corpus.
    files: FxHashMap<FileId, FileId>,
    paths: Names,
    blocks: Vec<Block>,
    by_content: FxHashMap<Block, u32>,
    units: Vec<Contents>,
}

impl<'c> Merge<'c> {
    fn new(catalogue: &mut Catalogue, corpus: &'c Corpus) -> Self {
        let blocks = std::mem::take(&mut catalogue.blocks);
        Self {
            corpus,
            names: Names::of(std::mem::take(&mut catalogue.names)),
            files: FxHashMap::default(),
            paths: Names::of(std::mem::take(&mut catalogue.files)),
            by_content: blocks.iter().cloned().zip(0..).collect(),
            blocks,
            units: std::mem::take(&mut catalogue.units),
        }
    }

    fn finish(self, catalogue: &mut Catalogue) {
        catalogue.names = self.names.into_texts();
        catalogue.files = self.paths.into_texts();
        catalogue.blocks = self.blocks;
        catalogue.units = self.units;
        catalogue.made.extend(self.corpus.made.iter().cloned());
    }

    fn run(&mut self, thread: &mut Thread, run: Run) -> Run {
        if let Some(block) = thread.numbers.get(&run.block) {
            return Run {
                block: *block,
                ..run
            };
        }
        let found = thread.blocks.get(run.block as usize);
        let found = found.map_or(&[][..], |block| &block.definitions);
        let file = thread.blocks.get(run.block as usize);
        let file = file.map_or(FileId(u32::MAX), |block| block.file);
        let definitions: Vec<Definition> = found
            .iter()
            .map(|one| Definition {
                name: self.name(one.name, &thread.own_names, &mut thread.names),
                section: match one.section {
                    Section::Named(name) => {
                        Section::Named(self.name(name, &thread.own_names, &mut thread.names))
                    }
                    other => other,
                },
                ..*one
            })
            .collect();
        let block = Block {
            file: self.file(file),
            definitions,
        };
        let block = self.block(block);
        thread.numbers.insert(run.block, block);
        Run { block, ..run }
    }

    fn block(&mut self, block: Block) -> u32 {
        let next = u32::try_from(self.blocks.len()).unwrap_or(u32::MAX);
        let blocks = &mut self.blocks;
        *self.by_content.entry(block).or_insert_with_key(|block| {
            blocks.push(block.clone());
            next
        })
    }

    fn inclusion(&mut self, inclusion: &Inclusion) -> Inclusion {
        Inclusion {
            file: self.file(inclusion.file),
            ..*inclusion
        }
    }

    fn file(&mut self, file: FileId) -> FileId {
        let (corpus, paths) = (self.corpus, &mut self.paths);
        *self.files.entry(file).or_insert_with(|| {
            let path = corpus.files.get(file.index()).map_or("", |it| &it.path);
            FileId(paths.intern(path).0)
        })
    }

    fn name(&mut self, name: Name, own: &[Box<str>], known: &mut FxHashMap<Name, Name>) -> Name {
        *known.entry(name).or_insert_with(|| {
            let corpus = &self.corpus.names;
            let text = match name.index().checked_sub(corpus.len()) {
                Some(at) => own.get(at).map_or("", |text| text),
                None => corpus.text(name),
            };
            self.names.intern(text)
        })
    }
}
