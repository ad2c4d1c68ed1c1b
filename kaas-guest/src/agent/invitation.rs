// SPDX-License-Identifier: Apache-2.0
//! What the cloud tells a guest of itself: which instance it is, and whether it may enroll.
//! From a file that a person wrote, the config drive, or the metadata service, in this order.

use std::path::Path;
use std::time::Duration;

use kaas_types::agent::limit::METADATA_BYTES;
use kaas_types::agent::{Enrollment, Id, MetaData, VendorData};
use serde::de::DeserializeOwned;

use super::http::Http;
use super::layout::Layout;
use super::settings::Settings;
use super::{durable, machine};

const META_DATA: &str = "openstack/latest/meta_data.json";
const VENDOR_DATA: &str = "openstack/latest/vendor_data2.json";

/// Where to look.
pub(super) struct Sources<'a> {
    pub(super) layout: &'a Layout,
    pub(super) settings: &'a Settings,
}

impl Sources<'_> {
    /// Which instance this is; nothing while nobody says so.
    pub(super) fn instance(&self) -> Option<Id> {
        let firmware = || machine::instance(&self.layout.instance());
        let drive = || {
            self.on_drives::<MetaData>(META_DATA)
                .map(|found| found.uuid)
        };
        let service = || {
            self.of_service::<MetaData>(META_DATA)
                .map(|found| found.uuid)
        };
        firmware().or_else(drive).or_else(service)
    }

    /// All that is said of enrolling. An old token may be found before a new one.
    pub(super) fn enrollments(&self) -> Vec<Enrollment> {
        let written = document::<Enrollment>(&self.layout.invitation());
        let drive = self.on_drives::<VendorData>(VENDOR_DATA);
        let service = self.of_service::<VendorData>(VENDOR_DATA);
        let vendors = [drive, service].into_iter().flatten();
        let vendors = vendors.filter_map(|vendor| vendor.kaas);
        written.into_iter().chain(vendors).collect()
    }

    fn on_drives<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let drives = self.settings.config_drives.iter();
        drives
            .map(|drive| drive.join(name))
            .find_map(|path| document(&path))
    }

    fn of_service<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let base = self.settings.metadata.trim_end_matches('/');
        let http = Http::plain(self.settings.patience());
        let answer = http
            .get(&format!("{base}/{name}"), &[], Duration::ZERO)
            .ok()?;
        serde_json::from_slice(&answer.bytes(METADATA_BYTES).ok()?).ok()
    }
}

/// What is not there, or makes no sense, says nothing.
fn document<T: DeserializeOwned>(path: &Path) -> Option<T> {
    let bytes = durable::read(path, METADATA_BYTES as u64).ok()??;
    serde_json::from_slice(&bytes).ok()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    const UUID: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";

    #[test]
    fn a_config_drive_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let (layout, settings) = (
            Layout {
                run: at("run"),
                state: at("state"),
                etc: at("etc"),
            },
            Settings {
                metadata: "http://127.0.0.1:1".to_owned(),
                config_drives: vec![at("empty"), at("drive")],
                ..Settings::default()
            },
        );
        let sources = Sources {
            layout: &layout,
            settings: &settings,
        };
        assert!(sources.enrollments().is_empty());
        let data = at("drive/openstack/latest");
        fs::create_dir_all(&data).unwrap();
        fs::write(
            data.join("meta_data.json"),
            format!(r#"{{"uuid": "{UUID}", "x": []}}"#),
        )
        .unwrap();
        fs::write(
            data.join("vendor_data2.json"),
            r#"{"kaas": {"enrolled": true}}"#,
        )
        .unwrap();
        assert!(matches!(
            sources.enrollments()[..],
            [Enrollment::Enrolled { .. }]
        ));
        assert_eq!(
            &*sources.on_drives::<MetaData>(META_DATA).unwrap().uuid,
            UUID
        );
        // What firmware says comes first.
        fs::create_dir(at("run")).unwrap();
        fs::write(
            at("run/instance"),
            UUID.replace('0', "1").to_uppercase() + "\n",
        )
        .unwrap();
        assert_eq!(*sources.instance().unwrap(), UUID.replace('0', "1"));
    }
}
