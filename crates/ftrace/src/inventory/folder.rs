// SPDX-License-Identifier: Apache-2.0
//! An inventory from the files that a script saved: `cat /proc/mounts >mounts` and so on.

use super::file::{FILES, File, KALLSYMS, Report};
use super::{Evidence, Inventory};
use crate::error::Error;
use crate::import::Note;
use crate::{Kallsyms, limit};

/// What the files of a folder say.
#[derive(Clone, Debug)]
pub struct Folder {
    pub inventory: Inventory,
    /// The functions of the kernel, if the file was there.
    pub kallsyms: Option<Kallsyms>,
    /// Files that say nothing that is of use here.
    pub ignored: Vec<String>,
    /// Files that would have been of use.
    pub missing: Vec<&'static str>,
    /// What could not be taken, by the file's name.
    pub notes: Vec<(&'static str, Note)>,
}

impl Folder {
    /// What was saved in our format, with the list of functions that was saved beside it. Only a
    /// list that is none is an error.
    pub fn of(inventory: Inventory, kallsyms: Option<&[u8]>) -> Result<Self, Error> {
        let modules = inventory.module_ranges();
        let kallsyms = kallsyms.map(|bytes| Kallsyms::read(bytes, modules));
        let kallsyms = kallsyms.transpose()?;
        let missing = if kallsyms.is_none() {
            vec![KALLSYMS]
        } else {
            vec![]
        };
        Ok(Self {
            inventory,
            kallsyms,
            ignored: Vec::new(),
            missing,
            notes: Vec::new(),
        })
    }
}

/// Reads files by their names, which are those that the README lists.
/// Contents have to be decompressed, and names to be without a suffix that says how they were
/// compressed. Only a list of functions that is no such list is an error.
pub fn from_folder(files: &[(&str, &[u8])]) -> Result<Folder, Error> {
    let mut folder = Folder {
        inventory: Inventory::default(),
        kallsyms: None,
        ignored: Vec::new(),
        missing: Vec::new(),
        notes: Vec::new(),
    };
    let content = |wanted: &str| {
        files
            .iter()
            .find(|(name, _)| *name == wanted)
            .map(|file| file.1)
    };
    for file in &FILES {
        if file.instead_of.and_then(content).is_some() {
            continue;
        }
        match content(file.name) {
            Some(bytes) => folder.take(file, bytes),
            None if has_substitute(file, content) => {}
            None => folder.missing.push(file.name),
        }
    }
    let is_known = |name: &str| name == KALLSYMS || FILES.iter().any(|file| file.name == name);
    let unknown = files.iter().filter(|(name, _)| !is_known(name));
    folder.ignored = unknown.map(|(name, _)| (*name).to_owned()).collect();
    match content(KALLSYMS) {
        Some(bytes) => {
            let modules = folder.inventory.module_ranges();
            folder.kallsyms = Some(Kallsyms::read(bytes, modules)?);
        }
        None => folder.missing.push(KALLSYMS),
    }
    Ok(folder)
}

/// Whether another file is there that is read in the place of this one.
fn has_substitute<'a>(file: &File, content: impl Fn(&str) -> Option<&'a [u8]>) -> bool {
    let mut substitutes = FILES
        .iter()
        .filter(|other| other.instead_of == Some(file.name));
    substitutes.any(|other| content(other.name).is_some())
}

impl Folder {
    fn take(&mut self, file: &'static File, bytes: &[u8]) {
        let mut report = Report::new(&mut self.inventory.kernel);
        if bytes.len() > limit::FILE {
            let message = format!("longer than {} bytes: not read", limit::FILE);
            report.note(0, message);
        } else {
            (file.read)(&String::from_utf8_lossy(bytes), &mut report);
        }
        let Report { facts, notes, .. } = report;
        let room = limit::FACTS - self.inventory.evidence.len();
        let evidence = facts.into_iter().take(room).map(|fact| Evidence {
            fact,
            source: file.source.to_owned(),
        });
        self.inventory.evidence.extend(evidence);
        self.notes
            .extend(notes.into_iter().map(|note| (file.name, note)));
    }
}
