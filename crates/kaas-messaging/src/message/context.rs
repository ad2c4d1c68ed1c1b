// SPDX-License-Identifier: Apache-2.0
//! The context that a message carries: each of its values by its name behind `_context_`.

use kaas_common::context::RequestContext;

use super::Object;

const PREFIX: &str = "_context_";

/// Adds the context to a message.
pub(super) fn put(message: &mut Object, context: &RequestContext) {
    let values = context.to_message().into_iter();
    message.extend(values.map(|(name, value)| (format!("{PREFIX}{name}"), value)));
}

/// The context of a message. A token in it is not kept.
pub(super) fn of(message: &Object) -> RequestContext {
    let value = |(name, value): (&String, &serde_json::Value)| {
        Some((name.strip_prefix(PREFIX)?.to_owned(), value.clone()))
    };
    RequestContext::from_message(&message.iter().filter_map(value).collect())
}
