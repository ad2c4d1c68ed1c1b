// SPDX-License-Identifier: Apache-2.0
//! `tests/spec/*.md`. What a case gives: `trace NAME`, read one by one and merged; `file NAME`,
//! the files of an inventory's folder; `inventory`, one in our format; `context`, lines
//! `phase`, `running`, `kernel` or `as` with a value, or `cut` for what was cut to be read.
//! What comes of it: `functions`, our format without its first and last line; `facts`;
//! `notes`; `missing`; `error`.

use std::fmt::Write as _;
use std::process::ExitCode;

use ftrace::import::{Context, Imported, import, import_as};
use ftrace::inventory::{Folder, from_folder};
use ftrace::{Ending, Error, Inventory, Trace, format, inventory};
use spec_test::{Actual, Case, Outcome};

fn main() -> ExitCode {
    spec_test::run("tests/spec", check)
}

fn check(case: &Case) -> Outcome {
    let options = Options::of(case)?;
    let mut answer = Answer::default();
    let result = run(case, &options, &mut answer);
    let error = result.map_or_else(
        |error| format!("{:?}: {error}\n", error.kind),
        |()| String::new(),
    );
    Ok(Actual::default()
        .block("functions", answer.functions)
        .block("facts", answer.facts)
        .block("missing", answer.missing)
        .block("ignored", answer.ignored)
        .loud("notes", answer.notes)
        .loud("error", error))
}

#[derive(Default)]
struct Answer {
    functions: String,
    facts: String,
    missing: String,
    ignored: String,
    notes: String,
}

fn run(case: &Case, options: &Options<'_>, answer: &mut Answer) -> Result<(), Error> {
    let files: Vec<_> = case
        .each("file")
        .map(|(name, text)| (name, text.as_bytes()))
        .collect();
    let folder = from_folder(&files)?;
    answer.take(&folder)?;
    if let Some(text) = case.get("inventory") {
        answer.facts = facts(&inventory::read(text.as_bytes(), options.ending)?)?;
    }
    let mut traces = Vec::new();
    for (name, text) in case.each("trace") {
        let imported = options.import(name, text, &folder)?;
        for note in &imported.notes {
            let _ = writeln!(answer.notes, "{}: {note}", imported.format);
        }
        traces.push(imported.trace);
    }
    if !traces.is_empty() {
        answer.functions = functions(&Trace::merge(&traces)?)?;
    }
    Ok(())
}

impl Answer {
    fn take(&mut self, folder: &Folder) -> Result<(), Error> {
        self.facts = facts(&folder.inventory)?;
        self.missing = folder.missing.join(" ") + "\n";
        self.ignored = folder.ignored.join(" ") + "\n";
        for (file, note) in &folder.notes {
            let _ = writeln!(self.notes, "{file}: {note}");
        }
        Ok(())
    }
}

/// Without the lines that the format always has.
fn functions(trace: &Trace) -> Result<String, Error> {
    let written = format::write(trace, Vec::new())?;
    let read = format::read(&written[..], Ending::Required);
    assert_eq!(read.as_ref(), Ok(trace), "what was written is read again");
    let text = String::from_utf8_lossy(&written);
    let lines: Vec<_> = text.lines().collect();
    Ok(lines[1..lines.len() - 1].join("\n") + "\n")
}

fn facts(inventory: &Inventory) -> Result<String, Error> {
    let written = inventory::write(inventory, Vec::new())?;
    let read = inventory::read(&written[..], Ending::Required);
    assert_eq!(
        read.as_ref(),
        Ok(inventory),
        "what was written is read again"
    );
    let mut text = String::new();
    for evidence in &inventory.evidence {
        let _ = writeln!(text, "{} ({})", evidence.fact, evidence.source);
    }
    Ok(text)
}

struct Options<'a> {
    context: Context<'a>,
    ending: Ending,
    format: Option<&'a str>,
}

impl<'a> Options<'a> {
    fn of(case: &'a Case) -> Result<Self, Box<dyn std::error::Error>> {
        let mut options = Self {
            context: Context::default(),
            ending: Ending::Required,
            format: None,
        };
        for line in case.get("context").unwrap_or_default().lines() {
            match line.split_once(' ').unwrap_or((line, "")) {
                ("phase", name) => options.context.phase = name.parse()?,
                ("running", time) => options.context.running_since = Some(time.parse()?),
                ("kernel", release) => options.context.kernel.release = Some(release.to_owned()),
                ("as", name) => options.format = Some(name),
                ("cut", "") => options.ending = Ending::UpToTheCut,
                _ => return Err(format!("`{line}` says nothing of a context").into()),
            }
        }
        Ok(options)
    }

    fn import(&self, name: &str, text: &str, folder: &Folder) -> Result<Imported, Error> {
        let mut context = Context::of(name, &folder.inventory, folder.kallsyms.as_ref());
        context.kernel = context.kernel.unite(&self.context.kernel)?;
        context.phase = self.context.phase;
        context.running_since = self.context.running_since.or(context.running_since);
        context.ending = self.ending;
        match self.format {
            Some(format) => import_as(format, text.as_bytes(), &context),
            None => import(text.as_bytes(), &context),
        }
    }
}
