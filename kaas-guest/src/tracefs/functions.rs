// SPDX-License-Identifier: Apache-2.0
//! The functions of the running kernel: which one an address is in, and by which number the
//! tracer knows it.
//!
//! Symbols come from `/proc/kallsyms`, numbers from the position in
//! `available_filter_functions`. Both lists go by address within vmlinux and within a
//! module, so functions of one name are told apart by their order.

mod naming;
mod numbering;

use super::folder::Folder;
use super::symbols::each_line;
use crate::failure::Result;
use naming::Naming;
use numbering::Numbering;

/// Stays the same as long as the process runs, also when a module is loaded again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct FunctionId(pub(crate) u32);

/// What is known of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Function<'a> {
    pub(crate) name: &'a str,
    /// `None` is vmlinux.
    pub(crate) module: Option<&'a str>,
    /// From `_text`, or from where the module's code begins; `None` for code of a module that
    /// is freed after its initialisation.
    pub(crate) offset: Option<u64>,
}

/// See above.
#[derive(Default)]
pub(crate) struct Functions {
    names: String,
    modules: Vec<Module>,
    known: Vec<Known>,
    /// By address; several may be at one.
    placed: Vec<(u64, FunctionId)>,
    text: u64,
    /// Those of vmlinux, which do not change, have their numbers.
    has_numbers: bool,
}

/// Vmlinux is the first.
#[derive(Default)]
struct Module {
    name: String,
    base: u64,
    size: u64,
    /// It is initialised, and nobody unloads it.
    is_live: bool,
}

#[derive(Clone, Copy)]
struct Known {
    address: u64,
    /// From the base of the module that it had when it was first found.
    offset: u64,
    name: (u32, u16),
    module: u16,
    /// From 1; 0 when it can't be traced, or no longer.
    index: u32,
}

/// The traced instruction is at the beginning of a function, behind `endbr64` at most.
const PROLOGUE: u64 = 16;

impl Functions {
    /// Reads the symbols, and again whenever modules came or went: then the numbers of modules'
    /// functions are not known until they are read as well. It takes long where processors are
    /// slow: `meanwhile` has its turn every few lines.
    pub(crate) fn load_symbols(
        &mut self,
        proc: &Folder,
        meanwhile: &mut dyn FnMut() -> Result<()>,
    ) -> Result<()> {
        let modules = proc.text("modules").unwrap_or_default();
        let symbols = proc.reader("kallsyms")?;
        self.take_modules(&modules);
        let mut naming = Naming::of(self);
        each_line(symbols, meanwhile, |line| naming.symbol(line))?;
        naming.finish();
        Ok(())
    }

    /// Reads the numbers of what [`Self::load_symbols`] found.
    pub(crate) fn load_numbers(
        &mut self,
        tracefs: &Folder,
        meanwhile: &mut dyn FnMut() -> Result<()>,
    ) -> Result<()> {
        let addresses = "available_filter_functions_addrs";
        let has_addresses = tracefs.has(addresses);
        let name = if has_addresses {
            addresses
        } else {
            "available_filter_functions"
        };
        let mut numbering = Numbering::of(self);
        each_line(tracefs.reader(name)?, meanwhile, |line| {
            numbering.line(line, has_addresses);
        })?;
        self.has_numbers = true;
        Ok(())
    }

    /// `/proc/modules`: name, size, references, users, state, address.
    fn take_modules(&mut self, text: &str) {
        if self.modules.is_empty() {
            self.modules.push(Module::default());
        }
        self.modules
            .iter_mut()
            .for_each(|module| module.is_live = false);
        for line in text.lines() {
            let words: Vec<&str> = line.split_ascii_whitespace().collect();
            let [name, size, _, _, state, base, ..] = words[..] else {
                continue;
            };
            let base = u64::from_str_radix(base.trim_start_matches("0x"), 16).unwrap_or(0);
            let size = size.parse().unwrap_or(0);
            if let Some(module) = self.module_number(name) {
                let module = &mut self.modules[usize::from(module)];
                (module.base, module.size) = (base, size);
                module.is_live = state == "Live";
            }
        }
    }

    /// Whether all modules that had numbers are still where they were: when one is gone, the
    /// numbers behind it are another's.
    pub(crate) fn are_modules_there(&self, proc: &Folder) -> bool {
        let text = proc.text("modules").unwrap_or_default();
        let there = |module: &Module| {
            text.lines().any(|line| {
                let mut words = line.split_ascii_whitespace();
                let base = format!("{:#018x}", module.base);
                let is_same = words.next() == Some(&module.name);
                is_same && words.any(|word| word == "Live") && line.contains(&base)
            })
        };
        self.modules[1..]
            .iter()
            .filter(|module| module.is_live)
            .all(there)
    }

    fn module_number(&mut self, name: &str) -> Option<u16> {
        let found = self.modules.iter().position(|module| module.name == name);
        let number = found.unwrap_or_else(|| {
            self.modules.push(Module {
                name: name.to_owned(),
                ..Module::default()
            });
            self.modules.len() - 1
        });
        u16::try_from(number).ok()
    }

    /// The functions that a call from `address` may be in: one, but where several modules had
    /// code there which is freed by now.
    pub(crate) fn at(&self, address: u64) -> &[(u64, FunctionId)] {
        let past = self.placed.partition_point(|(start, _)| *start <= address);
        let Some((start, _)) = past.checked_sub(1).map(|last| self.placed[last]) else {
            return &[];
        };
        if address - start > PROLOGUE {
            return &[];
        }
        let first = self.placed.partition_point(|(other, _)| *other < start);
        let all = &self.placed[first..past];
        let live = all.iter().position(|(_, id)| self.index(*id).is_some());
        // Several names of one function: the first is as good as any.
        let in_module = |(_, id): &(u64, FunctionId)| self.known[id.0 as usize].module != 0;
        match live {
            Some(live) => &all[live..=live],
            None if all.iter().all(in_module) => all,
            None => &all[..1],
        }
    }

    /// The number by which it is muted, while it can be.
    pub(crate) fn index(&self, id: FunctionId) -> Option<u32> {
        let index = self.known.get(id.0 as usize)?.index;
        (index > 0).then_some(index)
    }

    /// Whether its number stays the same when modules come and go.
    pub(crate) fn is_built_in(&self, id: FunctionId) -> bool {
        let known = self.known.get(id.0 as usize);
        known.is_some_and(|known| known.module == 0)
    }

    pub(crate) fn get(&self, id: FunctionId) -> Option<Function<'_>> {
        let known = self.known.get(id.0 as usize)?;
        let module = &self.modules[usize::from(known.module)];
        let name = self.name(known.name);
        let in_vmlinux = known.module == 0;
        let offset = if in_vmlinux {
            known.address.checked_sub(self.text)
        } else {
            Some(known.offset)
        };
        let is_inside = |offset: &u64| in_vmlinux || *offset < module.size;
        Some(Function {
            name,
            module: (!in_vmlinux).then_some(module.name.as_str()),
            offset: offset.filter(is_inside),
        })
    }

    /// How many can be traced now.
    pub(crate) fn traceable(&self) -> usize {
        self.known.iter().filter(|known| known.index > 0).count()
    }

    fn name(&self, (from, length): (u32, u16)) -> &str {
        let from = from as usize;
        self.names
            .get(from..from + usize::from(length))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KALLSYMS: &str = "ffffffff81000000 T _text\nffffffff81000100 T vfs_read\n\
        ffffffffc0000010 t one_open\t[one]\nffffffffc0001010 t two_open\t[two]\n\
        ffffffffc0009010 t two_init\t[two]\nffffffffc0002010 t three_open\t[three]\n";

    /// The number of each function, when the modules are in these states.
    fn numbers(modules: &str, traceable: &str) -> Vec<(String, Option<u32>)> {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
        write("kallsyms", KALLSYMS).unwrap();
        write("modules", modules).unwrap();
        write("available_filter_functions", traceable).unwrap();
        let folder = Folder::open(folder.path()).unwrap();
        let mut functions = Functions::default();
        let mut idle = || Ok(());
        functions.load_symbols(&folder, &mut idle).unwrap();
        functions.load_numbers(&folder, &mut idle).unwrap();
        let all = (0..).map(FunctionId).take(functions.known.len());
        let named = |id| functions.get(id).unwrap().name.to_owned();
        all.map(|id| (named(id), functions.index(id))).collect()
    }

    fn modules(states: [&str; 3]) -> String {
        let [one, two, three] = states;
        format!(
            "three 4096 0 - {three} 0xffffffffc0002000\ntwo 4096 0 - {two} 0xffffffffc0001000\n\
             one 4096 0 - {one} 0xffffffffc0000000\n"
        )
    }

    fn number_of(name: &str, numbers: &[(String, Option<u32>)]) -> Option<u32> {
        let found = numbers.iter().find(|(other, _)| other == name);
        found.unwrap().1
    }

    const LIVE: [&str; 3] = ["Live"; 3];

    #[test]
    fn a_number_is_the_position_in_the_kernels_list() {
        let list = "vfs_read\none_open [one]\ntwo_open [two]\nthree_open [three]\n";
        let numbers = numbers(&modules(LIVE), list);
        assert_eq!(number_of("vfs_read", &numbers), Some(1));
        assert_eq!(number_of("one_open", &numbers), Some(2));
        assert_eq!(number_of("three_open", &numbers), Some(4));
    }

    #[test]
    fn behind_code_that_is_freed_soon_nothing_has_a_number() {
        let list = "vfs_read\none_open [one]\ntwo_open [two]\ntwo_init [two]\nthree_open [three]\n";
        let numbers = numbers(&modules(LIVE), list);
        assert_eq!(number_of("two_open", &numbers), Some(3));
        assert_eq!(number_of("two_init", &numbers), None);
        assert_eq!(number_of("three_open", &numbers), None);
    }

    #[test]
    fn behind_a_module_that_is_not_there_yet_neither() {
        let list = "vfs_read\none_open [one]\ntwo_open [two]\nthree_open [three]\n";
        let numbers = numbers(&modules(["Live", "Loading", "Live"]), list);
        assert_eq!(number_of("one_open", &numbers), Some(2));
        assert_eq!(number_of("two_open", &numbers), None);
        assert_eq!(number_of("three_open", &numbers), None);
    }

    #[test]
    fn modules_that_are_gone_or_moved_are_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("modules");
        std::fs::write(folder.path().join("kallsyms"), KALLSYMS).unwrap();
        std::fs::write(&path, modules(LIVE)).unwrap();
        let proc = Folder::open(folder.path()).unwrap();
        let mut functions = Functions::default();
        functions.load_symbols(&proc, &mut || Ok(())).unwrap();
        assert!(functions.are_modules_there(&proc));
        let text = modules(LIVE);
        std::fs::write(&path, format!("four 1 0 - Loading 0x1\n{text}")).unwrap();
        assert!(functions.are_modules_there(&proc), "one more");
        for other in [
            text.replace("one ", "eno "),
            text.replace("c0001000", "c0005000"),
            modules(["Unloading", "Live", "Live"]),
        ] {
            std::fs::write(&path, &other).unwrap();
            assert!(!functions.are_modules_there(&proc), "{other}");
        }
    }
}
