// SPDX-License-Identifier: Apache-2.0
//! Makes a case that shows a difference as small as it gets, by leaving things out
//! (delta debugging). The candidates of one round run as one batch.

use super::case::{ANSWERS, Case};
use crate::failure::Result;

/// Judges candidates: for each, whether it shows the same difference.
pub(crate) type Judge<'j> = dyn Fn(&[Case]) -> Result<Vec<bool>> + 'j;

/// A smallest case that the judge accepts, of those found by leaving out steps, files, lines.
pub(crate) fn smallest(case: Case, judge: &Judge<'_>) -> Result<Case> {
    let mut case = case;
    loop {
        let before = size(&case);
        case = without_steps(case, judge)?;
        for file in 0..case.files.len() {
            case = without_lines(case, file, judge)?;
        }
        case = without_files(case, judge)?;
        if size(&case) == before {
            return Ok(case);
        }
    }
}

fn size(case: &Case) -> usize {
    let lines = case.files.iter().map(|(_, text)| lines(text).count());
    case.steps.len() + case.files.len() + lines.sum::<usize>()
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|byte| *byte == b'\n')
}

fn without_steps(case: Case, judge: &Judge<'_>) -> Result<Case> {
    let candidates = (0..case.steps.len()).map(|number| {
        let mut candidate = case.clone();
        candidate.steps.remove(number);
        candidate
    });
    first(
        candidates
            .filter(|candidate| !candidate.steps.is_empty())
            .collect(),
        case,
        judge,
    )
}

fn without_files(case: Case, judge: &Judge<'_>) -> Result<Case> {
    let candidates = (1..case.files.len()).map(|number| {
        let mut candidate = case.clone();
        candidate.files.remove(number);
        candidate
    });
    first(
        candidates
            .filter(|candidate| candidate.files[0].0 != ANSWERS)
            .collect(),
        case,
        judge,
    )
}

/// The first accepted one, or else the case itself.
fn first(candidates: Vec<Case>, case: Case, judge: &Judge<'_>) -> Result<Case> {
    let verdicts = judge(&candidates)?;
    let accepted = candidates
        .into_iter()
        .zip(verdicts)
        .find(|(_, accepted)| *accepted);
    Ok(accepted.map_or(case, |(candidate, _)| candidate))
}

/// Leaves out halves of a file, then quarters, down to single lines.
fn without_lines(mut case: Case, file: usize, judge: &Judge<'_>) -> Result<Case> {
    let mut chunk = lines(&case.files[file].1).count().div_ceil(2);
    while chunk > 0 {
        let candidates = chunks_left_out(&case, file, chunk);
        let before = case.files[file].1.len();
        case = first(candidates, case, judge)?;
        if case.files[file].1.len() == before {
            chunk /= 2;
        }
    }
    Ok(case)
}

fn chunks_left_out(case: &Case, file: usize, chunk: usize) -> Vec<Case> {
    let all: Vec<&[u8]> = lines(&case.files[file].1).collect();
    let starts = (0..all.len()).step_by(chunk);
    let candidate = |start: usize| {
        let end = all.len().min(start + chunk);
        let mut candidate = case.clone();
        candidate.files[file].1 = [&all[..start], &all[end..]].concat().concat();
        candidate
    };
    starts.map(candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::super::case::Step;
    use super::*;

    #[test]
    fn only_what_shows_the_difference_is_left() {
        let step = Step {
            environment: Vec::new(),
            arguments: Vec::new(),
        };
        let case = Case {
            files: vec![
                ("Kconfig".to_owned(), b"a\nb\nc\nd\ne\n".to_vec()),
                (".config".to_owned(), b"x\n".to_vec()),
            ],
            steps: vec![step.clone(), step],
        };
        let shows = |case: &Case| {
            let text = &case.files[0].1;
            text.contains(&b'b') && text.contains(&b'e')
        };
        let judge = |cases: &[Case]| Ok(cases.iter().map(shows).collect());
        let smallest = smallest(case, &judge).expect("judged");
        assert_eq!(smallest.files, [("Kconfig".to_owned(), b"b\ne\n".to_vec())]);
        assert_eq!(smallest.steps.len(), 1);
    }
}
