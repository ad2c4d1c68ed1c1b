// SPDX-License-Identifier: Apache-2.0
//! How the process is, for load balancers: `disable_by_file`, `enable_by_files` and the checks of
//! the service itself, as oslo.middleware answers `/healthcheck`.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;

use super::lifecycle::{Lifecycle, Phase};
use crate::config::Config;

/// A check is asked at most this often, whoever asks.
const LASTS: Duration = Duration::from_secs(1);

/// What a check found: an error says why, in words for anybody.
pub type Outcome = Result<(), String>;

/// A check of the service: its database, its bus. It answers at once, from what it knows.
pub type Check = Arc<dyn Fn() -> Outcome + Send + Sync>;

/// Asks all checks.
pub struct Health {
    life: Lifecycle,
    disabled_by: Option<PathBuf>,
    enabled_by: Vec<PathBuf>,
    checks: Vec<Cached>,
    is_detailed: bool,
}

struct Cached {
    name: &'static str,
    check: Check,
    last: Mutex<Option<(Instant, Outcome)>>,
}

impl fmt::Debug for Health {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.checks.iter().map(|check| check.name).collect();
        formatter
            .debug_struct("Health")
            .field("checks", &names)
            .finish_non_exhaustive()
    }
}

/// How it is: healthy, and the words of each check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Healthy {
    pub is_healthy: bool,
    /// `OK`, or why not; of no check when there are none.
    pub reasons: Vec<String>,
    names: Vec<&'static str>,
    is_detailed: bool,
}

impl Health {
    /// As configured, with the checks of the service by their names.
    pub fn new(config: &Config, life: Lifecycle, checks: Vec<(&'static str, Check)>) -> Self {
        let cached = |(name, check)| Cached {
            name,
            check,
            last: Mutex::default(),
        };
        Self {
            life,
            disabled_by: config.get(&super::DISABLE_BY_FILE).map(PathBuf::from),
            enabled_by: config
                .get(&super::ENABLE_BY_FILES)
                .into_iter()
                .map(PathBuf::from)
                .collect(),
            checks: checks.into_iter().map(cached).collect(),
            is_detailed: config.get(&super::DETAILED),
        }
    }

    /// Asks, or remembers what was answered a moment ago.
    pub fn ask(&self, now: Instant) -> Healthy {
        let mut outcomes: Vec<(&'static str, Outcome)> = Vec::new();
        if self.life.phase() >= Phase::Draining {
            outcomes.push(("drain", Err("DRAINING".to_owned())));
        }
        if let Some(path) = &self.disabled_by {
            outcomes.push((
                "disable_by_file",
                disabled(path.exists(), "DISABLED BY FILE"),
            ));
        }
        for path in &self.enabled_by {
            outcomes.push((
                "enable_by_files",
                disabled(!path.exists(), "FILE PATH MISSING"),
            ));
        }
        outcomes.extend(self.checks.iter().map(|check| (check.name, check.ask(now))));
        Healthy {
            is_healthy: outcomes.iter().all(|(_, outcome)| outcome.is_ok()),
            names: outcomes.iter().map(|(name, _)| *name).collect(),
            reasons: outcomes
                .into_iter()
                .map(|(_, outcome)| outcome.err().unwrap_or_else(ok))
                .collect(),
            is_detailed: self.is_detailed,
        }
    }
}

fn ok() -> String {
    "OK".to_owned()
}

fn disabled(is_disabled: bool, why: &str) -> Outcome {
    if is_disabled {
        Err(why.to_owned())
    } else {
        Ok(())
    }
}

impl Cached {
    fn ask(&self, now: Instant) -> Outcome {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, outcome)) = &*last
            && now.saturating_duration_since(*at) < LASTS
        {
            return outcome.clone();
        }
        let outcome = (self.check)();
        *last = Some((now, outcome.clone()));
        outcome
    }
}

impl Healthy {
    /// A reason a line.
    pub fn text(&self) -> String {
        self.reasons.join("\n")
    }

    /// As oslo.middleware writes it.
    pub fn json(&self) -> String {
        let mut body = json!({"detailed": self.is_detailed, "reasons": self.reasons});
        if self.is_detailed {
            let of = |(name, reason): (&&str, &String)| json!({"class": name, "reason": reason});
            body["reasons"] = self.names.iter().zip(&self.reasons).map(of).collect();
        }
        let text = serde_json::to_string_pretty(&body).unwrap_or_default();
        // Four blanks, as there.
        let indented = |line: &str| {
            let text = line.trim_start();
            " ".repeat(2 * (line.len() - text.len())) + text
        };
        text.lines().map(indented).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::config::{self, Group, Schema, Surroundings};

    fn health(settings: &[(&str, &str)], checks: Vec<(&'static str, Check)>) -> Health {
        let groups = [
            Group {
                name: "DEFAULT",
                help: "",
                items: super::super::ITEMS_DEFAULT,
            },
            Group {
                name: "healthcheck",
                help: "",
                items: super::super::ITEMS_HEALTHCHECK,
            },
            Group {
                name: "metrics",
                help: "",
                items: super::super::ITEMS_METRICS,
            },
            Group {
                name: "oslo_reports",
                help: "",
                items: super::super::ITEMS_REPORTS,
            },
        ];
        let schema = Schema {
            namespace: "t",
            groups: &groups,
        };
        assert_eq!(schema.faults(), Vec::<String>::new());
        let setting =
            |(name, value): &(&str, &str)| (format!("OS_HEALTHCHECK__{name}"), (*value).to_owned());
        let environment = settings.iter().map(setting).collect();
        let config = config::load(
            schema,
            &Surroundings {
                environment,
                ..Surroundings::default()
            },
        )
        .unwrap();
        Health::new(&config, Lifecycle::new(), checks)
    }

    #[test]
    fn without_checks_it_is_well_and_says_nothing() {
        let healthy = health(&[], vec![]).ask(Instant::now());
        assert_eq!((healthy.is_healthy, healthy.text().as_str()), (true, ""));
        assert_eq!(
            healthy.json(),
            "{\n    \"detailed\": false,\n    \"reasons\": []\n}"
        );
    }

    #[test]
    fn files_switch_it_off_and_on() {
        let folder = tempfile::tempdir().unwrap();
        let [off, on] = ["off", "on"].map(|name| folder.path().join(name));
        let settings = [
            ("DISABLE_BY_FILE_PATH", off.to_str().unwrap()),
            ("ENABLE_BY_FILE_PATHS", on.to_str().unwrap()),
        ];
        let health = health(&settings, vec![]);
        let ask = || health.ask(Instant::now());
        assert_eq!(ask().text(), "OK\nFILE PATH MISSING");
        std::fs::write(on, "").unwrap();
        assert_eq!((ask().is_healthy, ask().text().as_str()), (true, "OK\nOK"));
        std::fs::write(off, "").unwrap();
        assert_eq!(
            (ask().is_healthy, ask().text().as_str()),
            (false, "DISABLED BY FILE\nOK")
        );
    }

    #[test]
    fn a_check_is_asked_once_a_second_and_a_draining_process_is_not_well() {
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        let check: Check = Arc::new(move || match count.fetch_add(1, Ordering::Relaxed) {
            0 => Ok(()),
            _ => Err("no database".to_owned()),
        });
        let health = health(&[("DETAILED", "true")], vec![("kaas_db_check", check)]);
        let start = Instant::now();
        assert!(health.ask(start).is_healthy);
        assert!(health.ask(start + LASTS / 2).is_healthy);
        let later = health.ask(start + LASTS);
        assert_eq!(
            (later.is_healthy, asked.load(Ordering::Relaxed)),
            (false, 2)
        );
        assert!(
            later
                .json()
                .contains("        {\n            \"class\": \"kaas_db_check\""),
            "{}",
            later.json()
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_process_that_drains_is_not_well() {
        let health = health(&[], vec![]);
        health.life.drain_within(Duration::ZERO, None).await;
        assert_eq!(health.ask(Instant::now()).text(), "DRAINING");
    }
}
