// SPDX-License-Identifier: Apache-2.0
//! What Prometheus collects. Names begin with `kaas_`, but for those of RPC, which are
//! oslo.metrics'; no label is a project, a user or an id.

use prometheus::{Encoder as _, IntGauge, Opts, Registry, TextEncoder};

/// The metrics of a process.
#[derive(Clone, Debug)]
pub struct Metrics {
    registry: Registry,
}

impl Metrics {
    /// With what every process has: its version, and what the system says of it.
    pub fn new(version: &str) -> prometheus::Result<Self> {
        let registry = Registry::new();
        let info =
            Opts::new("kaas_build_info", "The version that runs.").const_label("version", version);
        let info = IntGauge::with_opts(info)?;
        info.set(1);
        registry.register(Box::new(info))?;
        registry.register(Box::new(
            prometheus::process_collector::ProcessCollector::for_self(),
        ))?;
        Ok(Self { registry })
    }

    /// To register more.
    pub const fn registry(&self) -> &Registry {
        &self.registry
    }

    /// All of them, in Prometheus's text format.
    pub fn text(&self) -> prometheus::Result<String> {
        let mut out = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut out)?;
        Ok(String::from_utf8_lossy(&out).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_process_says_its_version_and_its_memory() {
        let text = Metrics::new("1.2.3").unwrap().text().unwrap();
        assert!(
            text.contains("kaas_build_info{version=\"1.2.3\"} 1\n"),
            "{text}"
        );
        assert!(text.contains("process_resident_memory_bytes "), "{text}");
    }
}
