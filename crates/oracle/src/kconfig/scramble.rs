// SPDX-License-Identifier: Apache-2.0
//! Configurations and answers made worse at random, but the same for the same seed.

use crate::dice::Dice;

/// Without about `percent` of its lines.
pub(crate) fn drop(text: &[u8], seed: u64, percent: usize) -> Vec<u8> {
    let mut dice = Dice::seeded(seed);
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    lines
        .filter(|_| !dice.chance(percent))
        .collect::<Vec<_>>()
        .concat()
}

/// Values that a person or a script might write, right or wrong.
const VALUES: [&str; 16] = [
    "y",
    "m",
    "n",
    "y",
    "m",
    "n",
    "0",
    "-1",
    "17",
    "4294967296",
    "0x1f",
    "0xg",
    "\"text\"",
    "\"a\\\"b\\\\\"",
    "\"open",
    "",
];

/// With other values in about `percent` of its symbols' lines.
pub(crate) fn scramble(text: &[u8], seed: u64, percent: usize) -> Vec<u8> {
    let mut dice = Dice::seeded(seed);
    let text = String::from_utf8_lossy(text);
    let line = |line: &str| match symbol(line) {
        Some(symbol) if dice.chance(percent) => format!("{symbol}={}\n", dice.pick(&VALUES)),
        _ => format!("{line}\n"),
    };
    text.lines().map(line).collect::<String>().into_bytes()
}

/// `CONFIG_X` of an assignment or of `# CONFIG_X is not set`.
fn symbol(line: &str) -> Option<&str> {
    let unset = line
        .strip_prefix("# ")
        .and_then(|rest| rest.strip_suffix(" is not set"));
    let symbol = unset.or_else(|| line.split_once('=').map(|(name, _)| name))?;
    symbol.starts_with("CONFIG_").then_some(symbol)
}

/// Answers at a prompt: mostly one of the valid letters, and everything else too.
const REPLIES: [&str; 20] = [
    "", "", "", "", "y", "y", "m", "m", "n", "n", "?", "1", "2", "7", "yes", "No", " y ", "0x10",
    "junk", "1?",
];

/// `count` lines as a user at random would type them.
pub(crate) fn replies(seed: u64, count: usize) -> Vec<u8> {
    let mut dice = Dice::seeded(seed);
    (0..count)
        .map(|_| format!("{}\n", dice.pick(&REPLIES)))
        .collect::<Vec<_>>()
        .concat()
        .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::{drop, scramble};

    #[test]
    fn the_seed_decides() {
        let text = "CONFIG_A=y\n".repeat(1000).into_bytes();
        assert_eq!(drop(&text, 1, 50), drop(&text, 1, 50));
        assert_ne!(drop(&text, 1, 50), drop(&text, 2, 50));
    }

    #[test]
    fn the_share_is_about_as_asked() {
        let text = "CONFIG_A=y\n".repeat(1000).into_bytes();
        let lines = drop(&text, 1, 30).len() / "CONFIG_A=y\n".len();
        assert!((650..750).contains(&lines), "{lines} lines left");
        assert_eq!(drop(&text, 1, 0), text);
    }

    #[test]
    fn only_values_change() {
        let text = b"# CONFIG_A is not set\n# a comment\nCONFIG_B=17\n";
        let scrambled = String::from_utf8(scramble(text, 3, 100)).unwrap();
        let names: Vec<&str> = scrambled
            .lines()
            .map(|line| line.split('=').next().unwrap())
            .collect();
        assert_eq!(names, ["CONFIG_A", "# a comment", "CONFIG_B"]);
    }
}
