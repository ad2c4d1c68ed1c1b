// SPDX-License-Identifier: Apache-2.0
//! One truth against the product's answer, and what is printed about it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use super::answer::Tailor;
use super::case::Case;
use super::listing::Difference;
use super::{order, truth};
use crate::failure::{About as _, Result};
use crate::package;
use crate::tree::{Cache, Tree};

/// How many differences are printed; the file named below them has all.
const SHOWN: usize = 40;

/// What is to be compared.
pub(crate) struct Comparison {
    tree: Tree,
    what: What,
}

enum What {
    /// Make's answer for a case.
    Case(Case),
    /// The `modules.order` that the distribution ships.
    Package,
}

/// What a comparison found; `Err` when one side has no answer.
pub(crate) struct Outcome {
    name: String,
    found: Result<Found>,
}

#[derive(Default)]
struct Found {
    objects: usize,
    modules: usize,
    files: Difference,
    order: Vec<String>,
    /// Whether make alone was asked.
    recorded_only: bool,
}

impl Comparison {
    pub(crate) fn case(tree: &Tree, case: Case) -> Self {
        Self {
            tree: tree.clone(),
            what: What::Case(case),
        }
    }

    pub(crate) fn package(tree: &Tree) -> Self {
        Self {
            tree: tree.clone(),
            what: What::Package,
        }
    }

    /// Without a `tailor`, the truth is only recorded.
    pub(crate) fn run(&self, cache: &Cache, tailor: Option<&Path>) -> Outcome {
        let (name, found) = match &self.what {
            What::Case(case) => (case.name.as_str(), self.run_case(cache, case, tailor)),
            What::Package => ("package", self.run_package(cache, tailor)),
        };
        Outcome {
            name: format!("{:<4} {name}", self.tree.version),
            found,
        }
    }

    fn run_case(&self, cache: &Cache, case: &Case, tailor: Option<&Path>) -> Result<Found> {
        let truth = truth::of(cache, &self.tree, case)?;
        let mut found = Found {
            objects: truth.files.len(),
            modules: truth.modules_order.len(),
            ..Found::default()
        };
        let Some(command) = tailor else {
            found.recorded_only = true;
            return Ok(found);
        };
        let tailor = Tailor {
            command,
            tree: &self.tree.path,
            arch: case.source_arch(),
        };
        let files = tailor.files(&truth.config)?;
        found.files = truth.files.difference(&files);
        found.order =
            order::differences(&truth.modules_order, &tailor.modules_order(&truth.config)?);
        found.keep_in(&truth.folder.join("differences"))?;
        Ok(found)
    }

    fn run_package(&self, cache: &Cache, tailor: Option<&Path>) -> Result<Found> {
        let image = package::image_of(cache, &self.tree)?;
        let installed = fs::read_to_string(&image.modules_order).about(&image.modules_order)?;
        let truth = order::without_prefix(&installed);
        let mut found = Found {
            modules: truth.len(),
            ..Found::default()
        };
        let Some(command) = tailor else {
            found.recorded_only = true;
            return Ok(found);
        };
        let tailor = Tailor {
            command,
            tree: &self.tree.path,
            arch: "x86",
        };
        found.order = order::differences(&truth, &tailor.modules_order(&image.config)?);
        Ok(found)
    }
}

impl Found {
    fn is_equal(&self) -> bool {
        self.files.is_empty() && self.order.is_empty()
    }

    /// Every difference, a line each.
    fn lines(&self) -> Vec<String> {
        let with = |kind: &'static str| move |object: &String| format!("{kind}\t{object}");
        let mut lines: Vec<String> = self.files.missing.iter().map(with("missing")).collect();
        lines.extend(self.files.extra.iter().map(with("extra")));
        lines.extend(self.files.sources.iter().map(with("source")));
        lines.extend(self.order.iter().map(with("modules.order")));
        lines
    }

    fn keep_in(&self, path: &Path) -> Result<()> {
        let lines = truth::text(&self.lines());
        fs::write(path, lines).about(path)
    }
}

impl Outcome {
    /// A line for an equal case; the differences of another one.
    pub(crate) fn progress(&self) -> String {
        let found = match &self.found {
            Err(failure) => return format!("{}: no answer: {failure}", self.name),
            Ok(found) => found,
        };
        let verdict = match (found.recorded_only, found.is_equal()) {
            (true, _) => "recorded",
            (false, true) => "equal",
            (false, false) => "DIFFERENT",
        };
        let (objects, modules) = (found.objects, found.modules);
        let mut text = format!(
            "{}: {objects} objects, {modules} modules: {verdict}",
            self.name
        );
        let lines = found.lines();
        for line in lines.iter().take(SHOWN) {
            let _ = write!(text, "\n    {line}");
        }
        if lines.len() > SHOWN {
            let _ = write!(text, "\n    and {} more", lines.len() - SHOWN);
        }
        text
    }

    fn row(&self) -> String {
        match &self.found {
            Err(_) => format!("{:<26} no answer", self.name),
            Ok(found) => format!(
                "{:<26} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}",
                self.name,
                found.objects,
                found.files.missing.len(),
                found.files.extra.len(),
                found.files.sources.len(),
                found.modules,
                found.order.len()
            ),
        }
    }
}

/// A row per comparison and a line of totals.
pub(crate) fn table(outcomes: &[Outcome]) -> String {
    let mut text = format!(
        "\n{:<26} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}",
        "kernel, case", "objects", "missing", "extra", "source", "modules", "order"
    );
    for outcome in outcomes {
        let _ = write!(text, "\n{}", outcome.row());
    }
    let good = outcomes.iter().filter(|outcome| outcome.is_equal()).count();
    let recorded_only = outcomes.iter().any(|outcome| {
        outcome
            .found
            .as_ref()
            .is_ok_and(|found| found.recorded_only)
    });
    let verdict = if recorded_only { "recorded" } else { "equal" };
    let _ = write!(text, "\n{good} of {} {verdict}", outcomes.len());
    text
}

impl Outcome {
    fn is_equal(&self) -> bool {
        self.found.as_ref().is_ok_and(Found::is_equal)
    }
}

/// 0 when all are equal, 1 when one differs, 2 when one has no answer.
pub(crate) fn exit_code(outcomes: &[Outcome]) -> ExitCode {
    if outcomes.iter().any(|outcome| outcome.found.is_err()) {
        ExitCode::from(2)
    } else if outcomes.iter().all(Outcome::is_equal) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Failure;

    fn outcome(found: Result<Found>) -> Outcome {
        Outcome {
            name: "6.1  test".to_owned(),
            found,
        }
    }

    #[test]
    fn one_difference_is_listed_and_fails() {
        let mut found = Found {
            objects: 2,
            ..Found::default()
        };
        found.files.missing.push("y\ta.o".to_owned());
        let outcomes = [outcome(Ok(Found::default())), outcome(Ok(found))];
        assert!(
            outcomes[1]
                .progress()
                .ends_with("DIFFERENT\n    missing\ty\ta.o")
        );
        assert!(table(&outcomes).ends_with("1 of 2 equal"));
        assert_eq!(exit_code(&outcomes), ExitCode::FAILURE);
        assert_eq!(exit_code(&outcomes[..1]), ExitCode::SUCCESS);
    }

    #[test]
    fn no_answer_is_worse_than_a_difference() {
        let outcomes = [outcome(Err(Failure::new("no make")))];
        assert_eq!(outcomes[0].progress(), "6.1  test: no answer: no make");
        assert_eq!(exit_code(&outcomes), ExitCode::from(2));
    }
}
