// SPDX-License-Identifier: Apache-2.0
//! `tests/spec/*.md`: problems by example, with solutions, costs and explanations. What the
//! blocks mean, and how to add a case, says `tests/spec/README`.

mod spec {
    pub(crate) mod condition;
}

use std::error::Error;
use std::process::ExitCode;

use kconfig::{Configuration, Dialect, MemoryHost, Model, Origin, SymbolId, Tristate, dotconfig};
use solver::{
    Assignment, Baseline, Explainer, Explanation, Formula, Problem, Reason, complete, minimise,
};
use spec_test::{Actual, Case, Outcome};

fn main() -> ExitCode {
    spec_test::run("tests/spec", check)
}

fn check(case: &Case) -> Outcome {
    let model = load(case)?;
    let mut problem = stated(case, &model)?;
    let mut questions = Vec::new();
    for line in lines(case, "ask") {
        questions.push((line, spec::condition::read(&mut problem, line)?));
    }
    let mut explainer = Explainer::new(&problem);
    let Some(solution) = minimise(&problem).solution() else {
        let conflict = explainer.conflict().ok_or("no solution, and no conflict")?;
        let text = shown(case, &problem, &conflict, "nothing can be");
        return Ok(Actual::default().loud("conflict", text));
    };
    let assignment = &solution.assignment;
    let evaluated = complete::complete(&model, problem.baseline(), assignment);
    let differences = complete::differences(&evaluated, assignment);
    if !differences.is_empty() {
        return Err(format!("evaluated to other values: {differences:?}").into());
    }
    let mut costs = String::new();
    for (level, cost) in solution.costs.iter().enumerate() {
        costs.push_str(&format!(
            "level {level}: {} to {}\n",
            cost.lower, cost.upper
        ));
    }
    let mut answers = String::new();
    for (text, formula) in questions {
        answers.push_str(&answer(
            case,
            (text, formula),
            &problem,
            &mut explainer,
            assignment,
        ));
    }
    Ok(Actual::default()
        .block("values", values(&model, assignment))
        .block("costs", costs)
        .loud("answers", answers))
}

fn load(case: &Case) -> Result<Model, Box<dyn Error>> {
    let mut host = MemoryHost::default();
    let text = case.text("kconfig")?.as_bytes().to_vec();
    host.files.insert("Kconfig".to_owned(), text);
    let dialect = match case.get("dialect").map(str::trim) {
        Some("6.1") => Dialect::linux_6_1(),
        _ => Dialect::linux_6_12(),
    };
    let loaded = kconfig::load(&host, &dialect, "Kconfig");
    match loaded.diagnostics.first() {
        Some(found) => Err(found.to_string().into()),
        None => Ok(loaded.model),
    }
}

fn lines<'c>(case: &'c Case, name: &str) -> Vec<&'c str> {
    case.get(name).unwrap_or_default().lines().collect()
}

fn stated<'m>(case: &Case, model: &'m Model) -> Result<Problem<'m>, Box<dyn Error>> {
    let mut configuration = Configuration::new(model);
    let config = case.get("baseline").unwrap_or_default().as_bytes();
    dotconfig::read(
        &mut configuration,
        Origin::User,
        ("baseline", config),
        false,
    );
    let mut problem = Problem::new(model, Baseline::of(&mut configuration));
    for name in lines(case, "allow") {
        let symbol = model.find(name).ok_or(format!("allow: no symbol {name}"))?;
        problem.allow(symbol);
    }
    for line in lines(case, "require") {
        let formula = spec::condition::read(&mut problem, line)?;
        problem.require(formula);
    }
    for line in lines(case, "charge") {
        let mut words = line.splitn(3, ' ');
        let mut next = || words.next().ok_or(format!("charge: {line}"));
        let (level, weight, text) = (next()?.parse()?, next()?.parse()?, next()?);
        let formula = spec::condition::read(&mut problem, text)?;
        problem.charge(level, formula, weight);
    }
    for line in lines(case, "keep") {
        let (level, name) = line.split_once(' ').ok_or(format!("keep: {line}"))?;
        let symbol = model.find(name).ok_or(format!("keep: no symbol {name}"))?;
        problem.keep(level.parse()?, symbol, 1);
    }
    Ok(problem)
}

/// The symbols that are on.
fn values(model: &Model, assignment: &Assignment) -> String {
    let mut text = String::new();
    for (symbol, declared) in model.symbols() {
        let value = assignment.tristate(symbol);
        if symbol > SymbolId::YES && declared.name.is_some() && value != Tristate::No {
            text.push_str(&format!("{}={value}\n", declared.display_name()));
        }
    }
    text
}

fn answer(
    case: &Case,
    (text, formula): (&str, Formula),
    problem: &Problem<'_>,
    explainer: &mut Explainer<'_, '_>,
    assignment: &Assignment,
) -> String {
    let holds = problem.formulas.holds(formula, |atom| assignment.has(atom));
    let formula = if holds { formula } else { !formula };
    let so = if holds { "so it is" } else { "so it is not" };
    match explainer.why(formula, assignment) {
        Some(explanation) => format!("{text}\n{}", shown(case, problem, &explanation, so)),
        None => format!("{text}\n- {so}, for no reason\n"),
    }
}

fn shown(case: &Case, problem: &Problem<'_>, explanation: &Explanation, end: &str) -> String {
    let model = problem.model();
    let mut text = String::new();
    if explanation.supposes_contrary {
        text.push_str("- suppose the contrary\n");
    }
    for (number, step) in (1..).zip(&explanation.steps) {
        let words = match step.reason {
            Reason::Requirement(id) => format!("required: {}", lines(case, "require")[id.0]),
            Reason::Charge(level, place) => charge(case, problem, level, place),
            rule @ Reason::Rule(_) => rule.words(model).unwrap_or_default(),
        };
        let facts: Vec<String> = step.facts.iter().map(|fact| fact.words(model)).collect();
        let is_last = explanation.is_complete && number == explanation.steps.len();
        text.push_str(&match (facts.is_empty(), is_last) {
            (false, _) => format!("- {words} -> {}\n", facts.join(", ")),
            (true, true) => format!("- {words} -> {end}\n"),
            (true, false) => format!("- {words}\n"),
        });
    }
    if !explanation.is_complete {
        text.push_str(&format!("- all together -> {end}\n"));
    }
    text
}

/// The charge as the case states it, or what it keeps.
fn charge(case: &Case, problem: &Problem<'_>, level: usize, place: usize) -> String {
    let on_level = |line: &&str| line.split(' ').next() == Some(&level.to_string());
    if let Some(line) = lines(case, "charge")
        .into_iter()
        .filter(on_level)
        .nth(place)
    {
        return format!("not paid: {line}");
    }
    let condition = problem.levels()[level][place].condition;
    let symbols = problem.formulas.symbols(condition);
    let names: Vec<&str> = symbols
        .iter()
        .map(|symbol| problem.model().symbol(*symbol).display_name())
        .collect();
    format!("kept as it is: {}", names.join(", "))
}
