// SPDX-License-Identifier: Apache-2.0
//! Any bytes as a Makefile: parsed, executed for all configurations at once, and asked
//! for its goals.

use std::collections::HashMap;

use kbuild::condition::Condition;
use kbuild::language::Expression;
use kbuild::make::{Environment, Make};
use kbuild::shell::Assumed;
use kbuild::tree::Tree;
use kbuild::value::Value;
use kbuild::world::{Inputs, World};
use kconfig::SymbolType;

/// A Makefile yields goals and diagnostics, whatever it holds.
pub fn makefile(data: &[u8]) {
    let types: HashMap<String, SymbolType> = [
        ("A".to_owned(), SymbolType::Tristate),
        ("B".to_owned(), SymbolType::Bool),
        ("C".to_owned(), SymbolType::String),
    ]
    .into();
    // No file is there to be included.
    let tree = Tree::new("/nonexistent");
    let inputs = Inputs {
        tree: &tree,
        types: &types,
        values: None,
        shell: &Assumed,
    };
    let mut world = World::new(inputs);
    let mut make = Make::new(&mut world, &Environment::default());
    let content = make.intern(&String::from_utf8_lossy(data));
    make.set("content", Value::text(content));
    let read = Expression::parse("$(eval $(value content))", &mut make.world.texts);
    make.expand(&read, Condition::TRUE);
    for goal in ["obj-y", "obj-m", "lib-y", "always-y"] {
        let value = make.value(goal);
        make.words(&value, Condition::TRUE);
    }
}
