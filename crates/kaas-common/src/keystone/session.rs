// SPDX-License-Identifier: Apache-2.0
//! How the service authenticates itself, and what it is answered.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::config::Config;
use crate::secret::Secret;

/// A token of our own is renewed so long before it expires.
const MARGIN: TimeDelta = TimeDelta::seconds(120);

/// Why the configuration is not enough to authenticate with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("[keystone_authtoken] {0} is not set, and auth_type = {1} needs it")]
pub struct Missing(&'static str, &'static str);

/// What the service shows of itself.
pub(super) struct Credentials {
    /// The body of `POST /v3/auth/tokens`; it holds a secret.
    body: Secret,
    pub(super) auth_url: String,
    interface: String,
    region: Option<String>,
}

/// A token of our own.
pub(super) struct Held {
    pub(super) token: Secret,
    expires_at: DateTime<Utc>,
    /// Where tokens are validated: with `/v3`.
    pub(super) endpoint: String,
}

impl Held {
    pub(super) fn lasts(&self, now: DateTime<Utc>) -> bool {
        self.expires_at - now > MARGIN
    }
}

impl Credentials {
    pub(super) fn new(config: &Config) -> Result<Self, Missing> {
        let of_credential = config.get(&super::AUTH_TYPE) == "v3applicationcredential";
        let kind = if of_credential {
            "v3applicationcredential"
        } else {
            "password"
        };
        let body = if of_credential {
            credential(config)?
        } else {
            password(config)?
        };
        let auth_url = config
            .get(&super::AUTH_URL)
            .ok_or(Missing("auth_url", kind))?;
        Ok(Self {
            body: Secret::new(body.to_string()),
            auth_url: versioned(&auth_url),
            interface: config.get(&super::INTERFACE),
            region: config.get(&super::REGION_NAME),
        })
    }

    pub(super) fn body(&self) -> &str {
        self.body.expose()
    }

    /// What an answer gives: its header `X-Subject-Token`, and its body.
    pub(super) fn held(&self, token: &str, body: &Value) -> Option<Held> {
        let expires_at =
            DateTime::parse_from_rfc3339(body["token"]["expires_at"].as_str()?).ok()?;
        Some(Held {
            token: Secret::new(token.to_owned()),
            expires_at: expires_at.to_utc(),
            endpoint: self
                .endpoint(&body["token"]["catalog"])
                .unwrap_or_else(|| self.auth_url.clone()),
        })
    }

    /// The identity endpoint that the catalog names for us.
    fn endpoint(&self, catalog: &Value) -> Option<String> {
        let services = catalog
            .as_array()?
            .iter()
            .filter(|service| service["type"] == "identity");
        let mut endpoints = services
            .filter_map(|service| service["endpoints"].as_array())
            .flatten();
        let region = |endpoint: &Value| {
            let own = self.region.as_deref();
            own.is_none_or(|own| endpoint["region_id"] == own || endpoint["region"] == own)
        };
        let found = endpoints.find(|endpoint| {
            endpoint["interface"] == self.interface.as_str() && region(endpoint)
        })?;
        Some(versioned(found["url"].as_str()?))
    }
}

fn credential(config: &Config) -> Result<Value, Missing> {
    let missing = |name| Missing(name, "v3applicationcredential");
    let id = config
        .get(&super::CREDENTIAL_ID)
        .ok_or(missing("application_credential_id"))?;
    let secret = config
        .get(&super::CREDENTIAL_SECRET)
        .ok_or(missing("application_credential_secret"))?;
    Ok(json!({"auth": {"identity": {
        "methods": ["application_credential"],
        "application_credential": {"id": id, "secret": secret.expose()},
    }}}))
}

fn password(config: &Config) -> Result<Value, Missing> {
    let missing = |name| Missing(name, "password");
    let name = config.get(&super::USERNAME).ok_or(missing("username"))?;
    let password = config.get(&super::PASSWORD).ok_or(missing("password"))?;
    let domain = |id: Option<String>, name: Option<String>| match (id, name) {
        (Some(id), _) => Some(json!({"id": id})),
        (None, name) => name.map(|name| json!({"name": name})),
    };
    let user_domain = domain(
        config.get(&super::USER_DOMAIN_ID),
        config.get(&super::USER_DOMAIN_NAME),
    );
    let user_domain = user_domain.ok_or(missing("user_domain_name"))?;
    let project_domain = domain(
        config.get(&super::PROJECT_DOMAIN_ID),
        config.get(&super::PROJECT_DOMAIN_NAME),
    );
    let project = match (
        config.get(&super::PROJECT_ID),
        config.get(&super::PROJECT_NAME),
    ) {
        (Some(id), _) => json!({"id": id}),
        (None, Some(name)) => {
            json!({"name": name, "domain": project_domain.ok_or(missing("project_domain_name"))?})
        }
        (None, None) => return Err(missing("project_name")),
    };
    Ok(json!({"auth": {
        "identity": {
            "methods": ["password"],
            "password": {"user": {"name": name, "domain": user_domain, "password": password.expose()}},
        },
        "scope": {"project": project},
    }}))
}

/// With `/v3` at its end, whatever version or none it had.
fn versioned(url: &str) -> String {
    let url = url.trim_end_matches('/');
    let bare = ["/v3", "/v2.0"]
        .iter()
        .find_map(|version| url.strip_suffix(version));
    format!("{}/v3", bare.unwrap_or(url))
}
