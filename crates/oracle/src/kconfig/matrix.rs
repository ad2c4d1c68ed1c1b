// SPDX-License-Identifier: Apache-2.0
//! Everything that is compared for one kernel: the case files, then the generated cases.

use std::fs;
use std::path::{Path, PathBuf};

use super::case::{Case, parse};
use super::kernel::Kernel;
use super::random_cases;
use crate::failure::{About, Failure, Result};

/// The full matrix, or the subset that `make test` runs.
pub(crate) fn cases(kernel: &Kernel, quick: bool, seed: u32) -> Result<Vec<Case>> {
    let mut cases = Vec::new();
    for file in files()? {
        let mode = file.file_stem().unwrap_or_default().to_string_lossy();
        let text = fs::read_to_string(&file).about(&file)?;
        cases.extend(parse::cases(&mode, &text, kernel).map_err(Failure::new)?);
    }
    let counts = if quick {
        random_cases::QUICK
    } else {
        random_cases::FULL
    };
    cases.extend(random_cases::cases(kernel, counts, seed));
    cases.retain(|case| case.quick || !quick);
    Ok(cases)
}

fn files() -> Result<Vec<PathBuf>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/kconfig");
    let entries = fs::read_dir(&folder).about(&folder)?;
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "case")
    });
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::kconfig::kernel::{ARCHS, VERSIONS};

    #[test]
    fn every_case_file_is_understood_and_every_case_has_its_own_name() {
        for version in VERSIONS {
            for arch in ARCHS {
                let tree = PathBuf::new();
                let kernel = Kernel {
                    version: version.to_owned(),
                    arch,
                    tree,
                };
                let cases = cases(&kernel, false, 1).unwrap();
                let names: BTreeSet<_> =
                    cases.iter().map(|case| (&case.mode, &case.name)).collect();
                assert_eq!(names.len(), cases.len());
                assert!(cases.len() > 200);
            }
        }
    }
}
