// SPDX-License-Identifier: Apache-2.0
//! Walks through all units, on several threads. What a unit defines is far too much to be
//! kept for each; nearly all of it is in headers, and the same as in other units.

use std::hash::BuildHasher;
use std::sync::atomic::{AtomicUsize, Ordering};

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::{Block, Run};
use crate::assembly;
use crate::corpus::Corpus;
use crate::unit::{Kernel, Task};
use crate::walk::{Found, Inclusion, Walked, Walker};

/// What one thread found.
pub(super) struct Gathered {
    /// Names that are not those of the corpus: the first is the one behind its last.
    pub(super) names: Vec<Box<str>>,
    /// Each once.
    pub(super) blocks: Vec<Block>,
    pub(super) units: Vec<Unit>,
}

/// What one unit defines.
pub(super) struct Unit {
    /// An index of [`Kernel::units`].
    pub(super) number: usize,
    /// With the numbers of this thread's blocks.
    pub(super) runs: Vec<Run>,
    pub(super) inclusions: Vec<Inclusion>,
}

/// What each thread found; together they have every unit once.
pub(super) fn all(kernel: &Kernel<'_>, corpus: &Corpus, tasks: &[Task]) -> Vec<Gathered> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut walker = Walker::new(corpus);
        let mut blocks = Blocks::default();
        let mut units = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let (Some(task), Some(unit)) = (tasks.get(number), kernel.units.get(number)) else {
                break;
            };
            let walked = if is_assembly(&unit.source) {
                assembly::read(kernel.files, corpus, walker.names(), task)
            } else {
                walker.walk(&task.files, task.search)
            };
            units.push(blocks.unit(number, walked));
        }
        Gathered {
            names: walker.into_own_names(),
            blocks: blocks.all,
            units,
        }
    };
    std::thread::scope(|scope| {
        let others: Vec<_> = (1..kernel.threads).map(|_| scope.spawn(work)).collect();
        let own = work();
        let others = others.into_iter().filter_map(|thread| thread.join().ok());
        others.chain([own]).collect()
    })
}

fn is_assembly(path: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, suffix)| suffix == "S")
}

/// Blocks by content.
#[derive(Default)]
struct Blocks {
    all: Vec<Block>,
    by_hash: FxHashMap<u64, Vec<u32>>,
}

impl Blocks {
    fn unit(&mut self, number: usize, walked: Walked) -> Unit {
        let same =
            |one: &Found, next: &Found| (one.file, one.inclusion) == (next.file, next.inclusion);
        let runs = walked.found.chunk_by(same).filter_map(|found| {
            Some(Run {
                block: self.number(found)?,
                inclusion: found.first()?.inclusion,
            })
        });
        Unit {
            number,
            runs: runs.collect(),
            inclusions: walked.inclusions,
        }
    }

    fn number(&mut self, found: &[Found]) -> Option<u32> {
        let file = found.first()?.file;
        let hash = FxBuildHasher.hash_one(Hashed(found));
        let known = self.by_hash.entry(hash).or_default();
        let is = |number: &&u32| {
            let block = self.all.get(**number as usize);
            block.is_some_and(|block| {
                let definitions = found.iter().map(|one| &one.definition);
                block.file == file && block.definitions.iter().eq(definitions)
            })
        };
        if let Some(number) = known.iter().find(is) {
            return Some(*number);
        }
        let next = u32::try_from(self.all.len()).ok()?;
        known.push(next);
        self.all.push(Block {
            file,
            definitions: found.iter().map(|one| one.definition).collect(),
        });
        Some(next)
    }
}

/// What tells most blocks apart.
struct Hashed<'f>(&'f [Found]);

impl std::hash::Hash for Hashed<'_> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        for one in self.0 {
            one.file.hash(state);
            one.definition.name.hash(state);
            one.definition.line.hash(state);
        }
    }
}
