// SPDX-License-Identifier: Apache-2.0
//! A complete `.config`, as text.

use std::collections::HashSet;

/// Whether a configuration has a symbol built in.
pub fn is_on(config: &str, symbol: &str) -> bool {
    let line = format!("CONFIG_{symbol}=y");
    config.lines().any(|other| other == line)
}

/// The first line about a symbol that the tree's own tool wrote and that was not in what it was
/// given: it has to be of one mind with whoever made the configuration.
pub fn first_change<'a>(given: &str, written: &'a str) -> Option<&'a str> {
    let given: HashSet<&str> = symbols(given).collect();
    symbols(written).find(|line| !given.contains(line))
}

fn symbols(config: &str) -> impl Iterator<Item = &str> {
    let lines = config.lines().filter(|line| line.contains("CONFIG_"));
    lines.filter(|line| !is_of_the_compiler(line))
}

/// Differs with the compiler, not with the configuration.
fn is_of_the_compiler(line: &str) -> bool {
    ["CC_VERSION_TEXT", "BUILD_SALT"]
        .iter()
        .any(|symbol| line.contains(symbol))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_symbols_count_and_not_those_of_the_compiler() {
        let given = "# a comment\nCONFIG_A=y\nCONFIG_CC_VERSION_TEXT=\"gcc 12\"\n";
        let written = "CONFIG_CC_VERSION_TEXT=\"gcc 13\"\nCONFIG_A=y\n# other\n";
        assert_eq!(first_change(given, written), None);
        let written = "CONFIG_A=y\n# CONFIG_B is not set\n";
        assert_eq!(first_change(given, written), Some("# CONFIG_B is not set"));
        assert!(is_on(given, "A") && !is_on(given, "B"));
    }
}
