// SPDX-License-Identifier: Apache-2.0
//! Whether a request is let in, and as whom (`keystonemiddleware/auth_token`).

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::OnceCell;

use super::cache::{Cache, Key, key};
use super::identity::{Answer, Catalog, Expired, Identity, Question};
use super::token::Token;
use crate::config::Config;
use crate::context::{GlobalRequestId, RequestContext, RequestId, Scope, Service};

/// Longer ones are none of Keystone's.
const TOKEN_LIMIT: usize = 16 * 1024;
const ENTRIES: usize = 10_000;
/// How long an invalid token is known to be: long enough against a flood, short enough for
/// one that was issued a moment ago elsewhere.
const INVALID_LASTS: TimeDelta = TimeDelta::seconds(5);

/// How requests are let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Ours, which access rules name.
    pub service_type: Option<String>,
    /// One of these makes a token one of a service.
    pub service_roles: Vec<String>,
    /// Whether a service token without them is refused, and the request with it.
    pub service_roles_required: bool,
    pub catalog: Catalog,
    /// How long a valid token is not asked about again: so long a revocation stays unseen.
    pub lasts: TimeDelta,
}

impl Settings {
    pub fn new(config: &Config) -> Self {
        let catalog = config.get(&super::INCLUDE_CATALOG);
        Self {
            service_type: config.get(&super::SERVICE_TYPE),
            service_roles: config.get(&super::SERVICE_ROLES),
            service_roles_required: config.get(&super::SERVICE_ROLES_REQUIRED),
            catalog: if catalog {
                Catalog::With
            } else {
                Catalog::Without
            },
            lasts: TimeDelta::seconds(config.get(&super::TOKEN_CACHE_TIME).clamp(0, 3600)),
        }
    }
}

/// What of a request decides.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// `X-Auth-Token`, or `X-Storage-Token`.
    pub token: Option<&'a str>,
    /// `X-Service-Token`.
    pub service_token: Option<&'a str>,
    pub method: &'a str,
    /// As the client wrote it, the prefix of a proxy included.
    pub path: &'a str,
}

impl fmt::Debug for Asked<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.method, self.path)
    }
}

/// Why a request is not let in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 401, with a `WWW-Authenticate`. Why, for the log.
    #[error("{0}")]
    Unauthorized(&'static str),
    /// 503. Why, for the log.
    #[error("Keystone is away: {0}")]
    Away(String),
}

/// A request that was let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    pub token: Arc<Token>,
    /// The token of the service that passes the request on.
    pub service: Option<Arc<Token>>,
}

impl Admitted {
    /// The context of the request.
    pub fn context(&self, global_request_id: Option<GlobalRequestId>) -> RequestContext {
        let project = |token: &Token| match &token.scope {
            Scope::Project(project) => Some(project.clone()),
            _ => None,
        };
        RequestContext {
            request_id: RequestId::new(),
            global_request_id,
            user: Some(self.token.user.clone()),
            scope: self.token.scope.clone(),
            roles: self.token.roles.clone(),
            is_admin_project: self.token.is_admin_project,
            service: self.service.as_ref().map(|token| Service {
                user: token.user.clone(),
                project: project(token),
                roles: token.roles.clone(),
            }),
        }
    }
}

/// The time, which tests set.
pub type Clock = fn() -> DateTime<Utc>;

/// Lets requests in.
pub struct Gate<I> {
    identity: I,
    settings: Settings,
    clock: Clock,
    cache: Mutex<Cache>,
    /// Questions on their way: who asks the same waits for the same answer.
    asking: Mutex<HashMap<Key, Arc<OnceCell<Answer>>>>,
}

impl<I: Identity> Gate<I> {
    pub fn new(identity: I, settings: Settings, clock: Clock) -> Self {
        let (cache, asking) = (Mutex::new(Cache::new(ENTRIES)), Mutex::default());
        Self {
            identity,
            settings,
            clock,
            cache,
            asking,
        }
    }

    /// Decides about a request.
    pub async fn admit(&self, asked: Asked<'_>) -> Result<Admitted, Refusal> {
        let service = match asked.service_token {
            Some(token) => Some(self.service(token).await?),
            None => None,
        };
        let is_service = service
            .as_ref()
            .is_some_and(|token| self.has_service_role(token));
        let expired = if is_service {
            Expired::Allowed
        } else {
            Expired::Refused
        };
        let token = asked.token.ok_or(Refusal::Unauthorized("no token"))?;
        let found = self.token(token, expired, self.settings.catalog).await?;
        let found = if found.access_rules.is_some() && found.catalog.is_none() {
            self.token(token, expired, Catalog::With).await?
        } else {
            found
        };
        // What a service passes on is not what the user asked for by itself.
        if is_service {
            self.check_type(&found)?;
        } else {
            self.check_access(&found, asked)?;
        }
        Ok(Admitted {
            token: found,
            service,
        })
    }

    async fn service(&self, token: &str) -> Result<Arc<Token>, Refusal> {
        let token = self
            .token(token, Expired::Refused, self.settings.catalog)
            .await?;
        if self.settings.service_roles_required && !self.has_service_role(&token) {
            return Err(Refusal::Unauthorized(
                "the service token has no role of a service",
            ));
        }
        Ok(token)
    }

    fn has_service_role(&self, token: &Token) -> bool {
        token
            .roles
            .iter()
            .any(|role| self.settings.service_roles.contains(role))
    }

    /// A token with access rules may make only their requests.
    fn check_access(&self, token: &Token, asked: Asked<'_>) -> Result<(), Refusal> {
        let Some(rules) = &token.access_rules else {
            return Ok(());
        };
        let own = self.check_type(token)?;
        let allowed = rules
            .iter()
            .any(|rule| rule.allows(own, asked.method, asked.path));
        allowed
            .then_some(())
            .ok_or(Refusal::Unauthorized("no access rule allows the request"))
    }

    /// Our type, which a token with access rules has to have in its catalog.
    fn check_type(&self, token: &Token) -> Result<&str, Refusal> {
        let own = self.settings.service_type.as_deref().unwrap_or_default();
        let known = token.catalog.iter().flatten().any(|kind| kind == own);
        if token.access_rules.is_some() && (own.is_empty() || !known) {
            return Err(Refusal::Unauthorized(
                "access rules, and our service type is not in the catalog",
            ));
        }
        Ok(own)
    }

    /// The token, if it counts now.
    async fn token(
        &self,
        token: &str,
        expired: Expired,
        catalog: Catalog,
    ) -> Result<Arc<Token>, Refusal> {
        let token = token.trim();
        if token.is_empty()
            || token.len() > TOKEN_LIMIT
            || !token.bytes().all(|byte| byte.is_ascii_graphic())
        {
            return Err(Refusal::Unauthorized("what is sent as a token is none"));
        }
        match self.answer(token, Question { expired, catalog }).await {
            Answer::Valid(token)
                if expired == Expired::Refused && token.has_expired((self.clock)()) =>
            {
                Err(Refusal::Unauthorized("the token has expired"))
            }
            Answer::Valid(token) => Ok(token),
            Answer::Invalid => Err(Refusal::Unauthorized("Keystone does not know the token")),
            Answer::Away(why) => Err(Refusal::Away(why)),
        }
    }

    async fn answer(&self, token: &str, question: Question) -> Answer {
        let key = key(token, question);
        if let Some(answer) = lock(&self.cache).get(&key, (self.clock)()) {
            return answer;
        }
        let cell = Arc::clone(lock(&self.asking).entry(key).or_default());
        let ask = || async {
            let answer = self.identity.validate(token, question).await;
            self.keep(key, &answer);
            answer
        };
        let answer = cell.get_or_init(ask).await.clone();
        let mut asking = lock(&self.asking);
        if asking
            .get(&key)
            .is_some_and(|current| Arc::ptr_eq(current, &cell))
        {
            asking.remove(&key);
        }
        answer
    }

    fn keep(&self, key: Key, answer: &Answer) {
        let lasts = match answer {
            Answer::Valid(_) => self.settings.lasts,
            Answer::Invalid => INVALID_LASTS.min(self.settings.lasts),
            Answer::Away(_) => return,
        };
        lock(&self.cache).put(key, answer.clone(), lasts, (self.clock)());
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
