// SPDX-License-Identifier: Apache-2.0
//! Devices, their drivers and classes, in the form of `find`'s output over `/sys`.

use std::fs;
use std::path::Path;

/// Deeper than any device lies.
const DEPTH: usize = 24;
/// More lines than any machine has devices.
const LINES: usize = 100_000;

/// The files of an inventory's folder that are about sysfs.
pub(super) fn files() -> Vec<(&'static str, Vec<u8>)> {
    let mut bound = Vec::new();
    let mut aliases = Vec::new();
    devices(Path::new("/sys/devices"), DEPTH, &mut bound, &mut aliases);
    let (drivers, modules) = drivers();
    vec![
        ("bound_drivers", text(bound)),
        ("modalias", text(aliases)),
        ("drivers", text(drivers)),
        ("bus_drivers", text(modules)),
        ("class", text(classes())),
    ]
}

fn text(mut lines: Vec<String>) -> Vec<u8> {
    lines.truncate(LINES);
    lines.sort();
    let mut text = lines.join("\n");
    text.push('\n');
    text.into_bytes()
}

fn devices(folder: &Path, depth: usize, bound: &mut Vec<String>, aliases: &mut Vec<String>) {
    if depth == 0 || bound.len() + aliases.len() > LINES {
        return;
    }
    bound.extend(link(&folder.join("driver")));
    let alias = folder.join("modalias");
    if let Ok(text) = fs::read_to_string(&alias) {
        aliases.push(format!("{}:{}", alias.display(), text.trim_end()));
    }
    for entry in entries(folder) {
        if fs::symlink_metadata(&entry).is_ok_and(|metadata| metadata.is_dir()) {
            devices(&entry, depth - 1, bound, aliases);
        }
    }
}

/// `PATH -> TARGET`.
fn link(path: &Path) -> Option<String> {
    let target = fs::read_link(path).ok()?;
    Some(format!("{} -> {}", path.display(), target.display()))
}

/// Drivers with what each has, and the links to their modules and devices.
fn drivers() -> (Vec<String>, Vec<String>) {
    let (mut all, mut links) = (Vec::new(), Vec::new());
    for bus in entries(Path::new("/sys/bus")) {
        for driver in entries(&bus.join("drivers")) {
            all.push(driver.display().to_string());
            for part in entries(&driver) {
                all.push(part.display().to_string());
                links.extend(link(&part));
            }
        }
    }
    (all, links)
}

fn classes() -> Vec<String> {
    let classes = entries(Path::new("/sys/class"));
    let devices = classes.iter().flat_map(|class| entries(class));
    devices.filter_map(|device| link(&device)).collect()
}

fn entries(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect()
}
