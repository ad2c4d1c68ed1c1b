// SPDX-License-Identifier: Apache-2.0
//! Sets of functions of a recording as text: `5 9-12 40`.

use std::fmt::Write;

use crate::record::shorten;

/// Writes ascending numbers, no two alike.
pub(super) fn to_text(numbers: impl IntoIterator<Item = u32>) -> String {
    let mut text = String::new();
    let mut run: Option<(u32, u32)> = None;
    for number in numbers {
        run = match run {
            Some((first, last)) if number == last.wrapping_add(1) => Some((first, number)),
            former => {
                push(former, &mut text);
                Some((number, number))
            }
        };
    }
    push(run, &mut text);
    text
}

fn push(run: Option<(u32, u32)>, text: &mut String) {
    let Some((first, last)) = run else { return };
    if !text.is_empty() {
        text.push(' ');
    }
    // Writing to a String cannot fail.
    let _ = if first == last {
        write!(text, "{first}")
    } else {
        write!(text, "{first}-{last}")
    };
}

/// The runs of such a text, first and last of each; an error tells what is wrong.
/// The numbers have to ascend and to be below `bound`.
pub(super) fn runs(text: &str, bound: usize) -> Result<Vec<(u32, u32)>, String> {
    let mut runs = Vec::new();
    let mut next = 0_u64;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let (first, last) = word.split_once('-').unwrap_or((word, word));
        let (Some(first), Some(last)) = (number(first), number(last)) else {
            return Err(format!("`{}` is no number and no run", shorten(word)));
        };
        if u64::from(first) < next || last < first {
            return Err(format!("{first}-{last} does not ascend"));
        }
        if last as usize >= bound {
            return Err(format!(
                "function {last}, of {bound} that were named so far"
            ));
        }
        next = u64::from(last) + 1;
        runs.push((first, last));
    }
    Ok(runs)
}

fn number(text: &str) -> Option<u32> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain)
}
