// SPDX-License-Identifier: Apache-2.0
//! Which release a tree is: the first lines of its top Makefile.

use std::path::Path;

use super::Error;

/// `VERSION.PATCHLEVEL.SUBLEVEL` and `EXTRAVERSION` of the top Makefile
/// (`KERNELVERSION` there).
pub fn of_tree(tree: &Path) -> Result<String, Error> {
    let path = tree.join("Makefile");
    let text = std::fs::read_to_string(&path);
    let text = text.map_err(|error| Error(format!("{}: {error}", path.display())))?;
    of_makefile(&text).ok_or_else(|| {
        let path = path.display();
        Error(format!(
            "{path}: no VERSION and PATCHLEVEL: not the top Makefile of a kernel"
        ))
    })
}

fn of_makefile(text: &str) -> Option<String> {
    let value = |name: &str| {
        let mut lines = text.lines().take(20);
        lines.find_map(|line| {
            Some(
                line.strip_prefix(name)?
                    .trim_start()
                    .strip_prefix('=')?
                    .trim(),
            )
        })
    };
    let mut release = format!("{}.{}", value("VERSION")?, value("PATCHLEVEL")?);
    if let Some(sublevel) = value("SUBLEVEL").filter(|text| !text.is_empty()) {
        release.push('.');
        release.push_str(sublevel);
    }
    release.push_str(value("EXTRAVERSION").unwrap_or_default());
    Some(release)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_has_three_numbers_and_a_suffix() {
        let text = "# comment\nVERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 0\nEXTRAVERSION = -rc1\n";
        assert_eq!(of_makefile(text).as_deref(), Some("6.12.0-rc1"));
        assert_eq!(of_makefile("all:\n"), None);
    }
}
