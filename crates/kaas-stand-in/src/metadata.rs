// SPDX-License-Identifier: Apache-2.0
//! Nova's metadata, by HTTP, as far as an agent reads it. A path may begin with the id of an
//! instance, so that one server serves many.

use kaas_types::agent::Id;
use serde_json::json;

use crate::answer::Answer;
use crate::server::Shared;

const META_DATA: &str = "openstack/latest/meta_data.json";
const VENDOR_DATA: &str = "openstack/latest/vendor_data2.json";

pub(crate) fn answer(shared: &Shared, path: &str) -> Answer {
    let path = path.trim_start_matches('/');
    let (instance, rest) = match path.split_once('/') {
        Some((first, rest)) if first.len() == 36 => (Id::try_from(first.to_owned()).ok(), rest),
        _ => (shared.options.instance.clone(), path),
    };
    match (instance, rest) {
        (Some(instance), META_DATA) => Answer::json(&json!({"uuid": instance, "name": "vm"})),
        (Some(instance), VENDOR_DATA) => {
            Answer::json(&json!({"static": {}, "kaas": shared.enrollment(&instance)}))
        }
        _ => Answer::text(404, "not found"),
    }
}
