// SPDX-License-Identifier: Apache-2.0
//! What this crate makes of a tree.

use std::error::Error;
use std::fmt::Write;

use kconfig::answers::Answers;
use kconfig::{
    Configuration, Dialect, Host, Loaded, MemoryHost, MenuId, Model, Origin, PropertyKind,
    Severity, Tristate, assign, dotconfig, load,
};

use super::tree::{Answer, Tree};

/// A thousand calls of a macro inside each other need more than a test's own stack.
const STACK: usize = 64 << 20;

pub(crate) fn answer(tree: &Tree<'_>, dialect: &str) -> Result<Answer, Box<dyn Error>> {
    std::thread::scope(|scope| {
        let work = || answer_here(tree, dialect).map_err(|error| error.to_string());
        let thread = std::thread::Builder::new().stack_size(STACK);
        let answer = thread.spawn_scoped(scope, work)?.join();
        Ok(answer.map_err(|_| "a panic")??)
    })
}

fn answer_here(tree: &Tree<'_>, dialect: &str) -> Result<Answer, Box<dyn Error>> {
    let dialect = match dialect {
        "6.1" => Dialect::linux_6_1(),
        "6.12" => Dialect::linux_6_12(),
        "newest" => Dialect::newest(),
        other => return Err(format!("no dialect `{other}`").into()),
    };
    let answers = tree
        .answers
        .map(Answers::parse)
        .transpose()?
        .unwrap_or_default();
    let loaded = load(&Surroundings::new(tree, answers), &dialect, "Kconfig");
    let (said, mut messages) = spoken(&loaded);
    if !loaded.is_valid() {
        return Ok(Answer::refusal(said, messages));
    }
    let mut configuration = started(&loaded.model, tree, &mut messages);
    let minimal = dotconfig::write_minimal(&mut configuration.clone());
    settle(&mut configuration, tree.mode)?;
    let outline = outline(&mut configuration.clone());
    let config = dotconfig::write(&mut configuration);
    configuration.calculate_all();
    messages.extend(configuration.take_messages());
    Ok(Answer([
        body(&config),
        minimal,
        body(&dotconfig::write_auto_conf(&configuration)),
        body(&dotconfig::write_autoconf_h(&configuration)),
        dotconfig::write_rustc_cfg(&configuration),
        outline,
        said,
        messages,
        String::new(),
    ]))
}

/// Files, variables and answers of the case.
struct Surroundings {
    memory: MemoryHost,
    answers: Answers,
}

impl Surroundings {
    fn new(tree: &Tree<'_>, answers: Answers) -> Self {
        let mut memory = MemoryHost::default();
        for (name, text) in &tree.files {
            memory.files.insert((*name).to_owned(), text.clone());
        }
        for (name, value) in &tree.environment {
            memory
                .variables
                .insert((*name).to_owned(), (*value).to_owned());
        }
        Self { memory, answers }
    }
}

impl Host for Surroundings {
    fn read(&self, name: &str) -> Option<Vec<u8>> {
        self.memory.read(name)
    }

    fn variable(&self, name: &str) -> Option<String> {
        self.memory.variable(name)
    }

    fn shell(&self, command: &str) -> Result<Vec<u8>, String> {
        let answer = self
            .answers
            .get(command)
            .map(|answer| answer.as_bytes().to_vec());
        answer.ok_or_else(|| format!("no answer to `{command}`"))
    }
}

/// Standard output and standard error of reading the tree.
fn spoken(loaded: &Loaded) -> (String, String) {
    let (mut said, mut messages) = (String::new(), String::new());
    let count = loaded.stopped_at.unwrap_or(loaded.diagnostics.len());
    for diagnostic in &loaded.diagnostics[..count] {
        let stream = match diagnostic.severity {
            Severity::Info => &mut said,
            _ => &mut messages,
        };
        let _ = writeln!(stream, "{diagnostic}");
    }
    (said, messages)
}

/// The configuration with what the case gives.
fn started<'m>(model: &'m Model, tree: &Tree<'_>, messages: &mut String) -> Configuration<'m> {
    let mut configuration = Configuration::new(model);
    if let Some(prefix) = tree.variable("CONFIG_") {
        configuration.prefix = prefix.into();
    }
    configuration.changed = false;
    let warns = tree.variable("KCONFIG_WARN_UNKNOWN_SYMBOLS").is_some();
    match &tree.config {
        Some(bytes) => {
            let file = (".config", bytes.as_slice());
            let report = dotconfig::read(&mut configuration, Origin::User, file, warns);
            for warning in &report.warnings {
                let _ = writeln!(messages, "{warning}");
            }
            dotconfig::verify(&mut configuration, report.warnings.len());
        }
        None if tree.mode == "olddefconfig" => configuration.calculate(model.modules()),
        // The other modes set values before any is calculated.
        None => {}
    }
    messages.extend(configuration.take_messages());
    configuration
}

fn settle(configuration: &mut Configuration<'_>, mode: &str) -> Result<(), Box<dyn Error>> {
    match mode {
        "olddefconfig" => {}
        "allyesconfig" => assign::set_new(configuration, Tristate::Yes),
        "allmodconfig" => assign::set_new(configuration, Tristate::Module),
        "allnoconfig" => assign::set_new(configuration, Tristate::No),
        "alldefconfig" => assign::keep_defaults(configuration),
        other => return Err(format!("no mode `{other}`").into()),
    }
    Ok(())
}

/// Without the four lines of the heading.
fn body(text: &str) -> String {
    text.split_inclusive('\n').skip(4).collect()
}

/// What is visible, a line each.
fn outline(configuration: &mut Configuration<'_>) -> String {
    let mut lines = String::new();
    add_outline(configuration, MenuId::ROOT, 0, &mut lines);
    lines
}

fn add_outline(
    configuration: &mut Configuration<'_>,
    menu: MenuId,
    depth: usize,
    lines: &mut String,
) {
    if !configuration.is_visible(menu) {
        return;
    }
    let model = configuration.model();
    let node = model.menu(menu);
    let indent = " ".repeat(2 * depth);
    let prompt = model.prompt(menu).map_or("", |text| &**text);
    let name = node.symbol.map(|symbol| model.symbol(symbol));
    let kind = node.prompt.map(|prompt| model.property(prompt).kind);
    if name.is_some() && kind == Some(PropertyKind::Menu) {
        // `menuconfig` is announced like a menu.
        let _ = writeln!(lines, "{indent}* {prompt}");
    }
    let _ = match name {
        None => writeln!(lines, "{indent}* {prompt}"),
        Some(symbol) if symbol.is_choice => writeln!(lines, "{indent}{prompt}"),
        Some(symbol) => writeln!(lines, "{indent}{prompt} ({})", symbol.display_name()),
    };
    let inner = depth + usize::from(node.symbol.is_some());
    for child in model.children(menu).collect::<Vec<_>>() {
        add_outline(configuration, child, inner, lines);
    }
}
