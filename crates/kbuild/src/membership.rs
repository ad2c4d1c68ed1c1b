// SPDX-License-Identifier: Apache-2.0
//! What a directory's objects are linked into: composite objects and modules,
//! by the lists that `scripts/Makefile.lib` makes of `NAME-objs`, `NAME-y`, `NAME-m`.

use rustc_hash::FxHashMap;

use crate::condition::Condition;
use crate::make::Make;
use crate::text::Text;
use crate::value::Word;

/// One way in which an object becomes part of another.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// The composite object; for a module of a single object, that object.
    pub into: Text,
    /// When, within the directory.
    pub guard: Condition,
    /// Whether `into` is linked to a module, and not into the kernel image.
    pub module: bool,
}

/// The links of each object of one directory.
pub type Membership = FxHashMap<Text, Vec<Link>>;

/// The suffixes that name the parts of a composite object (`multi-obj-y` and
/// `multi-obj-m` of `scripts/Makefile.lib`).
const PARTS_BUILT_IN: [&str; 2] = ["-objs", "-y"];
const PARTS_OF_MODULE: [&str; 3] = ["-objs", "-y", "-m"];

/// Reads a directory's lists, once `scripts/Makefile.build` is evaluated.
/// `order` is its `$(obj-m)`: modules, and `modules.order` files.
pub fn membership(make: &mut Make<'_, '_>, directory: &str, order: &[Word]) -> Membership {
    let mut reader = Reader {
        make,
        prefix: format!("{directory}/"),
        links: FxHashMap::default(),
    };
    reader.composites("multi-obj-y", &PARTS_BUILT_IN, false);
    let composite = reader.composites("multi-obj-m", &PARTS_OF_MODULE, true);
    reader.single(order, &composite);
    reader.links
}

struct Reader<'m, 'w, 't> {
    make: &'m mut Make<'w, 't>,
    prefix: String,
    links: Membership,
}

impl Reader<'_, '_, '_> {
    /// Links the parts of the composite objects in a list; gives when each is one.
    fn composites(
        &mut self,
        list: &str,
        suffixes: &[&str],
        module: bool,
    ) -> FxHashMap<Text, Condition> {
        let mut composites = FxHashMap::default();
        let value = self.make.value(list);
        for word in self.make.words(&value, Condition::TRUE) {
            let name = self.make.world.texts.get(word.text);
            let name = name.strip_prefix(&self.prefix).unwrap_or(&name);
            let Some(stem) = name.strip_suffix(".o") else {
                continue;
            };
            let into = self.file(name);
            for suffix in suffixes {
                let texts = &mut self.make.world.texts;
                let list = texts.compose(|_, out| out.extend([stem, *suffix]));
                let parts = self.make.lookup(list, Condition::TRUE);
                for part in self.make.words(&parts, word.guard) {
                    let part_name = self.make.world.texts.get(part.text);
                    let object = self.file(&part_name);
                    self.link(object, into, part.guard, module);
                }
            }
            let known = composites.entry(into).or_insert(Condition::FALSE);
            *known = self.make.or(*known, word.guard);
        }
        composites
    }

    /// A module that is no composite object is made of the one object of its name.
    fn single(&mut self, order: &[Word], composites: &FxHashMap<Text, Condition>) {
        for word in order {
            let name = self.make.world.texts.str(word.text);
            if name.strip_suffix(".o").is_none() {
                continue;
            }
            let object = self.make.file(word.text);
            let composite = composites.get(&object).copied();
            let guard = self
                .make
                .except(word.guard, composite.unwrap_or(Condition::FALSE));
            self.link(object, object, guard, true);
        }
    }

    fn link(&mut self, object: Text, into: Text, guard: Condition, module: bool) {
        if !guard.is_false() {
            self.links.entry(object).or_default().push(Link {
                into,
                guard,
                module,
            });
        }
    }

    /// A file of the directory, as make spells it.
    fn file(&mut self, name: &str) -> Text {
        let texts = &mut self.make.world.texts;
        let path = texts.compose(|_, out| out.extend([&*self.prefix, name]));
        self.make.file(path)
    }
}
