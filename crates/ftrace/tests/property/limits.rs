// SPDX-License-Identifier: Apache-2.0
//! A few bytes can't ask for much memory: every limit that a small input reaches.

use std::fmt::Write as _;

use ftrace::{Ending, ErrorKind, format, limit};

const BEGINNING: &str = "kaas-trace\t1\nrecording\tone\n";

fn kind_of(text: &str) -> Option<ErrorKind> {
    format::read(text.as_bytes(), Ending::UpToTheCut)
        .err()
        .map(|error| error.kind)
}

#[test]
fn functions_are_counted() {
    let mut text = BEGINNING.to_owned();
    for number in 0..limit::FUNCTIONS {
        writeln!(text, "f\tf{number}").unwrap();
    }
    assert_eq!(kind_of(&text), None);
    text.push_str("f\tone-too-many\n");
    assert_eq!(kind_of(&text), Some(ErrorKind::TooLarge));
}

#[test]
fn recordings_are_counted() {
    let text = "kaas-trace\t1\n".to_owned() + &"recording\n".repeat(limit::RECORDINGS);
    assert_eq!(kind_of(&text), None);
    assert_eq!(kind_of(&(text + "recording\n")), Some(ErrorKind::TooLarge));
}

#[test]
fn changes_of_windows_are_counted() {
    const FUNCTIONS: usize = 1000;
    let all = "window\t0\t0\t0-999\n";
    let text = BEGINNING.to_owned() + &"f\tf\n".repeat(FUNCTIONS);
    let most = text + &all.repeat(limit::CHANGES / FUNCTIONS);
    assert_eq!(kind_of(&most), None);
    assert_eq!(kind_of(&(most + all)), Some(ErrorKind::TooLarge));
}

#[test]
fn windows_are_counted() {
    let text = BEGINNING.to_owned() + &"window\t0\t0\n".repeat(limit::WINDOWS);
    assert_eq!(kind_of(&text), None);
    assert_eq!(
        kind_of(&(text + "window\t0\t0\n")),
        Some(ErrorKind::TooLarge)
    );
}

#[test]
fn bytes_of_a_line_are_counted() {
    let text = BEGINNING.to_owned() + "clock\t" + &"a".repeat(limit::RECORD);
    assert_eq!(kind_of(&text), Some(ErrorKind::TooLarge));
}
