// SPDX-License-Identifier: Apache-2.0
//! Who sends a request, as Keystone says of the token it carries, decided as keystonemiddleware
//! does: cached, with service tokens, and with the access rules of application credentials.
//!
//! Three outcomes: admitted; refused, which the client is told by 401; and Keystone away, by 503.
//! Tokens are in no message and no cache: only their digest is.

mod access;
mod cache;
mod client;
mod gate;
mod identity;
mod options;
mod path;
mod session;
mod token;

pub use access::AccessRule;
pub use client::{Client, Error};
pub use gate::{Admitted, Asked, Clock, Gate, Refusal, Settings};
pub use identity::{Answer, Catalog, Expired, Identity, Question};
pub use options::{
    AUTH_TYPE, AUTH_URL, CAFILE, CREDENTIAL_ID, CREDENTIAL_SECRET, INCLUDE_CATALOG, INTERFACE,
    ITEMS, PASSWORD, PROJECT_DOMAIN_ID, PROJECT_DOMAIN_NAME, PROJECT_ID, PROJECT_NAME, REGION_NAME,
    RETRIES, SERVICE_ROLES, SERVICE_ROLES_REQUIRED, SERVICE_TYPE, TIMEOUT, TOKEN_CACHE_TIME,
    USER_DOMAIN_ID, USER_DOMAIN_NAME, USERNAME, WWW_AUTHENTICATE_URI,
};
pub use token::{Malformed, Token};
