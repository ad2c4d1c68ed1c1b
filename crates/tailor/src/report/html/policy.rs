// SPDX-License-Identifier: Apache-2.0
//! What the page may do: use the one style and the one script inside it, nothing else.
//! After a change of either, the test of the digests says the new ones.

pub(super) const STYLE: &str = include_str!("style.css");
pub(super) const SCRIPT: &str = include_str!("script.js");

/// SHA-256 in base64, as a browser computes it of the text between the tags.
const STYLE_DIGEST: &str = "hTWgbhA/x5a4t9oP0+1YjY0690VAjdA6ekf9pBWPyFU=";
const SCRIPT_DIGEST: &str = "zkXDLufhcOzIj4/FODZbsu9Mje3sfhYTFentXPWnBLA=";

pub(super) fn content_security_policy() -> String {
    format!(
        "default-src 'none'; style-src 'sha256-{STYLE_DIGEST}'; \
         script-src 'sha256-{SCRIPT_DIGEST}'; base-uri 'none'; form-action 'none'"
    )
}
