// SPDX-License-Identifier: Apache-2.0
//! What is asked of Keystone, and what it answers.

use std::future::Future;
use std::sync::Arc;

use super::token::Token;

/// Whether an expired token counts still: on behalf of a service, for Keystone's window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expired {
    Refused,
    Allowed,
}

/// Whether the answer has the catalog, which is long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Catalog {
    Without,
    With,
}

/// How a token is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Question {
    pub expired: Expired,
    pub catalog: Catalog,
}

/// What Keystone says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Valid(Arc<Token>),
    /// It does not know the token, or no longer.
    Invalid,
    /// It said nothing that could be used. Why, for the log: never the token.
    Away(String),
}

/// Somebody who knows tokens.
pub trait Identity: Send + Sync {
    /// Asks about a token.
    fn validate(&self, token: &str, question: Question) -> impl Future<Output = Answer> + Send;
}
