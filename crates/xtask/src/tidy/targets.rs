// SPDX-License-Identifier: Apache-2.0
//! CONTRIBUTING.md explains every target of the Makefile that `make help` lists.

use super::Finding;
use crate::tree::Tree;

const DOCUMENT: &str = "CONTRIBUTING.md";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let document = tree.text(DOCUMENT).unwrap_or_default();
    let makefile = tree.text("Makefile").unwrap_or_default();
    let listed = makefile.lines().filter_map(|line| {
        let (target, rest) = line.split_once(':')?;
        let is_target = target.starts_with(|first: char| first.is_ascii_lowercase());
        (is_target && rest.contains("## ")).then_some(target)
    });
    listed
        .filter(|target| !document.contains(&format!("`make {target}`")))
        .map(|target| Finding::new(DOCUMENT, 0, format!("does not explain `make {target}`")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::testing::findings_in;

    #[test]
    fn an_unexplained_target_is_found() {
        let makefile =
            "# a: ## b\nhelp: ## this\n\t@sed a: ## b\ntest: setup ## all\ninner:\n\tx\n";
        let files = [("Makefile", makefile), (DOCUMENT, "Run `make test`.\n")];
        let expected = ["CONTRIBUTING.md: does not explain `make help`"];
        assert_eq!(findings_in(check, &files), expected);
    }
}
