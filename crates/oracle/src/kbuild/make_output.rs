// SPDX-License-Identifier: Apache-2.0
//! Reads what a dry run of the kernel's make prints: compile commands and orders of modules.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::listing::{Compile, Listing};

/// What the lines read so far say.
#[derive(Debug)]
pub(crate) struct MakeOutput {
    /// How the tree is written in command lines, with a slash at the end.
    tree: String,
    pub(crate) listing: Listing,
    orders: BTreeMap<String, Vec<Entry>>,
}

/// A word of the recipe that writes a folder's `modules.order`.
#[derive(Debug, PartialEq, Eq)]
enum Entry {
    /// `echo`: a module of this folder.
    Module(String),
    /// `cat`: the `modules.order` of another folder.
    Order(String),
}

impl MakeOutput {
    pub(crate) fn of(tree: &Path) -> Self {
        let tree = format!("{}/", tree.display());
        Self {
            tree,
            listing: Listing::default(),
            orders: BTreeMap::new(),
        }
    }

    /// Reads a line; one that is neither kind is passed over.
    pub(crate) fn read(&mut self, line: &str) {
        if line.contains(" -c -o ") {
            if let Some(compile) = self.compile(line) {
                self.listing.insert(compile);
            }
        } else if let Some((path, entries)) = order(line) {
            self.orders.insert(path, entries);
        }
    }

    /// The modules in link order, as paths of `.ko` files: the top `modules.order`.
    pub(crate) fn modules_order(&self) -> Vec<String> {
        let mut modules = Vec::new();
        self.append_order("modules.order", &mut BTreeSet::new(), &mut modules);
        modules
    }

    fn append_order<'a>(
        &'a self,
        path: &'a str,
        open: &mut BTreeSet<&'a str>,
        modules: &mut Vec<String>,
    ) {
        if !open.insert(path) {
            return;
        }
        for entry in self.orders.get(path).into_iter().flatten() {
            match entry {
                Entry::Module(module) => modules.push(module.clone()),
                Entry::Order(below) => self.append_order(below, open, modules),
            }
        }
        open.remove(path);
    }

    /// `CC -D__KERNEL__ ... [-DMODULE] ... -c -o OBJECT SOURCE`: what is compiled without
    /// `__KERNEL__` runs on the build machine or in user space.
    fn compile(&self, line: &str) -> Option<Compile> {
        let command = line
            .split("; ")
            .find(|command| command.contains(" -c -o "))?;
        let words: Vec<&str> = command.split_whitespace().collect();
        let at = words.windows(2).position(|pair| pair == ["-c", "-o"])?;
        let (object, source) = (words.get(at + 2)?, words.get(at + 3)?);
        if object.strip_suffix(".o").is_none() || !words.contains(&"-D__KERNEL__") {
            return None;
        }
        let source = source.trim_end_matches(';');
        let source = match source.strip_prefix(&self.tree) {
            Some(in_tree) => in_tree.to_owned(),
            None => format!("gen:{source}"),
        };
        Some(Compile {
            module: words.contains(&"-DMODULE"),
            object: (*object).to_owned(),
            source,
        })
    }
}

/// `{ cat DIR/modules.order; echo MODULE; ... :; } > PATH; ...`
/// (scripts/Makefile.build: `cmd_modules_order`); since 6.3 a module is echoed as `.o`.
fn order(line: &str) -> Option<(String, Vec<Entry>)> {
    let (_, after) = line.split_once('{')?;
    let (body, after) = after.split_once(":; } > ")?;
    let path = after.split([';', ' ']).next()?;
    let name = path.rsplit('/').next()?;
    let entries = body.split(';').filter_map(entry).collect();
    (name == "modules.order").then(|| (path.to_owned(), entries))
}

fn entry(command: &str) -> Option<Entry> {
    let mut words = command.split_whitespace();
    match (words.next()?, words.next()?) {
        ("cat", path) => Some(Entry::Order(path.to_owned())),
        ("echo", module) => {
            let stem = module.rsplit_once('.').map_or(module, |(stem, _)| stem);
            Some(Entry::Module(format!("{stem}.ko")))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> MakeOutput {
        let mut output = MakeOutput::of(Path::new("/src/linux"));
        for line in lines {
            output.read(line);
        }
        output
    }

    fn listing(line: &str) -> String {
        read(&[line]).listing.to_string()
    }

    #[test]
    fn a_compile_command_is_a_line() {
        let command = "set -e;    gcc -Wp,-MMD,init/.main.o.d -D__KERNEL__ -Wall -DKBUILD_MODNAME='\"main\"' \
             -c -o init/main.o /src/linux/init/main.c  ; ./tools/objtool/objtool --orc init/main.o; \
             scripts/basic/fixdep init/.main.o.d init/main.o '' > init/.main.o.cmd";
        assert_eq!(listing(command), "y\tinit/main.o\tinit/main.c\n");
    }

    #[test]
    fn a_part_of_a_module_says_so() {
        let command = "gcc -D__KERNEL__ -DMODULE -c -o net/a.o /src/linux/net/a.c ";
        assert_eq!(listing(command), "m\tnet/a.o\tnet/a.c\n");
        let other = "gcc -D__KERNEL__ -DMODULES_VADDR=1 -c -o net/a.o /src/linux/net/a.c";
        assert_eq!(listing(other), "y\tnet/a.o\tnet/a.c\n");
    }

    #[test]
    fn a_source_outside_the_tree_is_generated() {
        let command = "gcc -D__KERNEL__ -c -o lib/raid6/int1.o lib/raid6/int1.c";
        assert_eq!(
            listing(command),
            "y\tlib/raid6/int1.o\tgen:lib/raid6/int1.c\n"
        );
    }

    #[test]
    fn dots_in_paths_stay() {
        let command = "gcc -D__KERNEL__ -c -o arch/x86/kvm/../../../virt/kvm/eventfd.o \
             /src/linux/arch/x86/kvm/../../../virt/kvm/eventfd.c";
        let object = "arch/x86/kvm/../../../virt/kvm/eventfd";
        assert_eq!(listing(command), format!("y\t{object}.o\t{object}.c\n"));
    }

    #[test]
    fn host_and_user_programs_and_links_do_not_count() {
        for line in [
            "gcc -Wp,-MMD,scripts/.x.o.d -O2 -c -o scripts/x.o /src/linux/scripts/x.c",
            "m68k-linux-gnu-gcc -D__ASSEMBLY__ -c -o drivers/net/wan/wanxlfw.o /src/linux/x.S",
            "ld -m elf_x86_64 -r -o fs/ext4/ext4.o @fs/ext4/ext4.mod",
            "gcc -D__KERNEL__ -fverbose-asm -S -o kernel/bounds.s /src/linux/kernel/bounds.c",
            "strip --strip-debug -o libstub/gop.stub.o libstub/gop.o",
            "echo -c -o",
            "gcc -D__KERNEL__ -c -o only.o",
        ] {
            assert_eq!(listing(line), "", "{line}");
        }
    }

    #[test]
    fn orders_are_put_together_from_the_top() {
        let output = read(&[
            "set -e;    {   cat net/bridge/modules.order;   echo net/a.ko; :; } > net/modules.order; printf x",
            "set -e; {   echo net/bridge/bridge.o; :; } > net/bridge/modules.order; printf '%s' 'y'",
            "{   cat fs/modules.order;   cat net/modules.order; :; } > modules.order; printf",
            "{  :; } > fs/modules.order; printf",
        ]);
        assert_eq!(output.modules_order(), ["net/bridge/bridge.ko", "net/a.ko"]);
    }

    #[test]
    fn an_order_that_includes_itself_ends() {
        let output = read(&["{ cat modules.order; echo a.ko; :; } > modules.order; x"]);
        assert_eq!(output.modules_order(), ["a.ko"]);
    }
}
