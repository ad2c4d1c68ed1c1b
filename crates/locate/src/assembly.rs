// SPDX-License-Identifier: Apache-2.0
//! Assembly sources, read as text: labels, and the names given to macros that make labels
//! (`SYM_FUNC_START(name)`). The function tracer sees none of them; they are neighbours of
//! those that it sees.

use crate::corpus::Corpus;
use crate::definition::{Definition, Kind, Linkage, label};
use crate::files::Files;
use crate::name::Overlay;
use crate::section::Section;
use crate::unit::Task;
use crate::walk::{Found, Walked};

/// The names that a unit in assembly may define.
pub(crate) fn read(
    files: &dyn Files,
    corpus: &Corpus,
    known: &mut Overlay<'_>,
    task: &Task,
) -> Walked {
    let mut walked = Walked::default();
    let Some(source) = task.files.last() else {
        return walked;
    };
    let path = corpus
        .files
        .get(source.index())
        .map_or("", |file| &file.path);
    let bytes = files.read(path).unwrap_or_default();
    for (line, text) in (1..).zip(String::from_utf8_lossy(&bytes).lines()) {
        for word in names(text).filter(|word| !word.is_empty()) {
            walked.found.push(Found {
                definition: Definition {
                    name: known.intern(word),
                    line,
                    kind: Kind::Label,
                    linkage: Linkage::Unknown,
                    section: Section::Unknown,
                },
                file: *source,
                inclusion: None,
            });
        }
    }
    walked
}

/// The label of a line, or the first words of its macros' arguments.
fn names(line: &str) -> impl Iterator<Item = &str> {
    let arguments = line.split(['(', ',', ' ', '\t']).skip(1);
    let is_call = line.starts_with(|c: char| c.is_ascii_uppercase());
    let arguments = arguments.filter(move |_| is_call).map(|text| {
        let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        text.get(..end.unwrap_or(text.len())).unwrap_or_default()
    });
    label(line).into_iter().chain(arguments)
}
