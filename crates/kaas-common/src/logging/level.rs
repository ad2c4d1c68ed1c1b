// SPDX-License-Identifier: Apache-2.0
//! Which records are written: one level for all, and others for some modules.

use tracing::level_filters::LevelFilter;

use crate::config::Config;

/// The level of each module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Levels {
    all: LevelFilter,
    /// The longest name first.
    some: Vec<(String, LevelFilter)>,
}

impl Levels {
    /// As configured; a pair that names no level is left out.
    pub fn new(config: &Config) -> Self {
        let all = if config.get(&super::DEBUG) {
            LevelFilter::DEBUG
        } else {
            LevelFilter::INFO
        };
        Self::of(all, &config.get(&super::DEFAULT_LEVELS))
    }

    fn of(all: LevelFilter, pairs: &[String]) -> Self {
        let pair = |text: &String| {
            let (name, level) = text.split_once('=')?;
            Some((name.trim().to_owned(), named(level.trim())?))
        };
        let mut some: Vec<_> = pairs.iter().filter_map(pair).collect();
        some.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        Self { all, some }
    }

    /// The level of a module: its own, or that of the nearest one around it.
    pub(super) fn of_module(&self, module: &str) -> LevelFilter {
        let within = |name: &str| {
            let rest = module.strip_prefix(name);
            rest.is_some_and(|rest| {
                rest.is_empty() || rest.starts_with("::") || rest.starts_with('.')
            })
        };
        self.some
            .iter()
            .find(|(name, _)| within(name))
            .map_or(self.all, |(_, level)| *level)
    }
}

/// As Python names levels.
fn named(level: &str) -> Option<LevelFilter> {
    Some(match level.to_uppercase().as_str() {
        "TRACE" => LevelFilter::TRACE,
        "DEBUG" => LevelFilter::DEBUG,
        "INFO" => LevelFilter::INFO,
        "WARN" | "WARNING" => LevelFilter::WARN,
        "ERROR" | "CRITICAL" | "FATAL" => LevelFilter::ERROR,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_module_counts() {
        let pairs = ["a=WARN", "a::b=DEBUG", "c=nonsense"].map(str::to_owned);
        let levels = Levels::of(LevelFilter::INFO, &pairs);
        let cases = [
            ("a", LevelFilter::WARN),
            ("a::x", LevelFilter::WARN),
            ("a::b::c", LevelFilter::DEBUG),
            ("ab", LevelFilter::INFO),
            ("c", LevelFilter::INFO),
        ];
        for (module, level) in cases {
            assert_eq!(levels.of_module(module), level, "{module}");
        }
    }
}
