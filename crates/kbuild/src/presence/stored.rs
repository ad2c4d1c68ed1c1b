// SPDX-License-Identifier: Apache-2.0
//! A presence as it is kept: what [`Presence::evaluate`] found out, without the tree.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::{Module, Object, Presence, Source};
use crate::condition::{self, Condition, Conditions};
use crate::diagnostic::{Diagnostic, Place};

/// All of a presence, in the order it has there.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Stored {
    conditions: condition::Stored,
    /// The files of places.
    files: Vec<String>,
    objects: Vec<StoredObject>,
    modules: Vec<(String, u32)>,
    diagnostics: Vec<(StoredPlace, String)>,
    directories: usize,
}

/// A file's number, and a line.
type StoredPlace = (u32, u32);

#[derive(Clone, Debug, Serialize, Deserialize)]
struct StoredObject {
    path: String,
    source: Source,
    y: u32,
    m: u32,
    composites: BTreeSet<String>,
    modules: BTreeSet<String>,
    place: StoredPlace,
}

impl Presence {
    /// What can be kept, and made a presence again by [`Stored::restore`].
    pub fn store(&self) -> Stored {
        let objects = self.objects.iter().flat_map(|object| [object.y, object.m]);
        let modules = self.modules.iter().map(|module| module.condition);
        let needed: Vec<Condition> = objects.chain(modules).collect();
        let (conditions, number) = self.conditions.store(&needed);
        let mut files = Files::default();
        let objects = self.objects.iter().map(|object| StoredObject {
            path: object.path.clone(),
            source: object.source.clone(),
            y: number(object.y),
            m: number(object.m),
            composites: object.composites.clone(),
            modules: object.modules.clone(),
            place: files.place(&object.place),
        });
        let objects = objects.collect();
        let modules = self.modules.iter();
        let modules = modules.map(|module| (module.path.clone(), number(module.condition)));
        let diagnostics = self.diagnostics.iter();
        let diagnostics = diagnostics.map(|it| (files.place(&it.place), it.message.clone()));
        Stored {
            conditions,
            objects,
            modules: modules.collect(),
            diagnostics: diagnostics.collect(),
            directories: self.directories,
            files: files.all,
        }
    }
}

impl Stored {
    /// The presence; `None` where this can't be one.
    pub fn restore(self) -> Option<Presence> {
        let conditions = self.conditions.restore()?;
        let files: Vec<Rc<str>> = self.files.into_iter().map(Rc::from).collect();
        let objects = self.objects.into_iter();
        let objects: Option<Vec<Object>> = objects
            .map(|object| object.restore(&conditions, &files))
            .collect();
        let modules = self.modules.into_iter().map(|(path, number)| {
            let condition = condition(&conditions, number)?;
            Some(Module { path, condition })
        });
        let modules: Option<Vec<Module>> = modules.collect();
        let diagnostics = self.diagnostics.into_iter().map(|(at, message)| {
            let place = place(&files, at)?;
            Some(Diagnostic { place, message })
        });
        let diagnostics: Option<Vec<Diagnostic>> = diagnostics.collect();
        Some(Presence {
            objects: objects?,
            modules: modules?,
            diagnostics: diagnostics?,
            directories: self.directories,
            conditions,
        })
    }
}

impl StoredObject {
    fn restore(self, conditions: &Conditions, files: &[Rc<str>]) -> Option<Object> {
        Some(Object {
            path: self.path,
            source: self.source,
            y: condition(conditions, self.y)?,
            m: condition(conditions, self.m)?,
            composites: self.composites,
            modules: self.modules,
            place: place(files, self.place)?,
        })
    }
}

fn condition(conditions: &Conditions, number: u32) -> Option<Condition> {
    condition::Stored::condition(conditions, number)
}

fn place(files: &[Rc<str>], (file, line): StoredPlace) -> Option<Place> {
    let file = Rc::clone(files.get(file as usize)?);
    Some(Place { file, line })
}

/// The files of places, each once.
#[derive(Default)]
struct Files {
    all: Vec<String>,
    numbers: BTreeMap<Rc<str>, u32>,
}

impl Files {
    fn place(&mut self, place: &Place) -> StoredPlace {
        let next = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(Rc::clone(&place.file)).or_insert(next);
        if number == next {
            self.all.push(place.file.to_string());
        }
        (number, place.line)
    }
}
