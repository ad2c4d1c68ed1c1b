// SPDX-License-Identifier: Apache-2.0
//! Every file of ours begins with its licence, and every Rust file with what it is for.

use super::Finding;
use crate::tree::{Tree, extension, is_test_data};

const LICENCE: &str = "SPDX-License-Identifier: Apache-2.0";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.texts()
        .filter_map(|(path, text)| head(path, text))
        .collect()
}

fn head(path: &str, text: &str) -> Option<Finding> {
    let mut lines = text.lines().skip_while(|line| line.starts_with("#!/"));
    let comment = comment_of(path)?;
    if lines.next() != Some(&format!("{comment} {LICENCE}")) {
        return Some(Finding::new(
            path,
            1,
            format!("starts with `{comment} {LICENCE}`"),
        ));
    }
    let purpose = lines.next().unwrap_or_default();
    let says_it = purpose.starts_with("//! ") || purpose.starts_with("#![doc = include_str!(");
    if comment == "//" && !says_it {
        return Some(Finding::new(path, 2, "says with `//!` what it is for"));
    }
    None
}

/// How a comment starts in a file that needs a head.
fn comment_of(path: &str) -> Option<&'static str> {
    if is_test_data(path) {
        return None;
    }
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    match extension(name) {
        "rs" => Some("//"),
        "py" | "sh" | "toml" => Some("#"),
        _ if name == "Makefile" || matches!(folder, "tools" | ".ci") => Some("#"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::testing::findings_in;

    #[test]
    fn heads_as_they_should_be() {
        let files = [
            (
                "a.rs",
                "// SPDX-License-Identifier: Apache-2.0\n//! For this.\n",
            ),
            (
                "b.rs",
                "// SPDX-License-Identifier: Apache-2.0\n#![doc = include_str!(\"x\")]\n",
            ),
            (
                "tools/c",
                "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n",
            ),
            ("d/tests/trees/x/Makefile", "obj-y := a.o\n"),
        ];
        assert_eq!(findings_in(check, &files), [""; 0]);
    }

    #[test]
    fn a_missing_licence_is_found() {
        let files = [
            ("a.toml", "x = 1\n"),
            ("tools/c", "#!/bin/sh\n"),
            ("Makefile", ""),
        ];
        let expected = ["Makefile", "a.toml", "tools/c"]
            .map(|path| format!("{path}:1: starts with `# SPDX-License-Identifier: Apache-2.0`"));
        assert_eq!(findings_in(check, &files), expected);
    }

    #[test]
    fn a_missing_purpose_is_found() {
        let files = [(
            "a.rs",
            "// SPDX-License-Identifier: Apache-2.0\nfn main() {}\n",
        )];
        assert_eq!(
            findings_in(check, &files),
            ["a.rs:2: says with `//!` what it is for"]
        );
    }
}
