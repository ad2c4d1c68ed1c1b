// SPDX-License-Identifier: Apache-2.0
//! Who asks, in which request, and for which project: what a policy decides by, a log line
//! says, and a message carries. It never holds the token itself.

mod id;
mod message;

use serde_json::{Value, json};

pub use id::{GlobalRequestId, RequestId};

use crate::policy::Facts;

/// A domain of Keystone. Ids are opaque: up to 255 bytes of anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Domain {
    pub id: String,
    pub name: String,
}

/// A user or a project, and the domain it is in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owned {
    pub id: String,
    pub name: String,
    pub domain: Domain,
}

/// What a token was issued for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// For nothing: it only says who asks.
    #[default]
    None,
    Project(Owned),
    Domain(Domain),
    System,
}

/// A service that passes a user's request on, by its own token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Service {
    pub user: Owned,
    pub project: Option<Owned>,
    pub roles: Vec<String>,
}

/// A request and who makes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestContext {
    /// Made here, for this request.
    pub request_id: RequestId,
    /// That of the request which led to this one, as another service says.
    pub global_request_id: Option<GlobalRequestId>,
    pub user: Option<Owned>,
    pub scope: Scope,
    pub roles: Vec<String>,
    /// Whether Keystone has no project of administrators, or this is it.
    pub is_admin_project: bool,
    pub service: Option<Service>,
}

impl RequestContext {
    /// The id that requests to other services carry on.
    pub fn outbound_id(&self) -> &str {
        self.global_request_id
            .as_ref()
            .map_or(self.request_id.as_str(), GlobalRequestId::as_str)
    }

    /// The project of the token.
    pub const fn project(&self) -> Option<&Owned> {
        match &self.scope {
            Scope::Project(project) => Some(project),
            _ => None,
        }
    }

    /// What a policy sees of it (`RequestContext.to_policy_values` of oslo.context).
    pub fn credentials(&self) -> Facts {
        let service = self.service.as_ref();
        let service_user = service.map(|service| &service.user);
        let service_project = service.and_then(|service| service.project.as_ref());
        let values = [
            ("user_id", id(self.user.as_ref())),
            ("user_domain_id", domain_id(self.user.as_ref())),
            ("system_scope", self.system()),
            ("domain_id", self.domain()),
            ("project_id", id(self.project())),
            ("project_domain_id", domain_id(self.project())),
            ("roles", json!(self.roles)),
            ("is_admin_project", self.is_admin_project.into()),
            ("service_user_id", id(service_user)),
            ("service_user_domain_id", domain_id(service_user)),
            ("service_project_id", id(service_project)),
            ("service_project_domain_id", domain_id(service_project)),
            (
                "service_roles",
                json!(service.map_or(&[][..], |service| &service.roles)),
            ),
        ];
        values
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    /// The target of a request for what does not exist yet, or for a list: the caller's own.
    pub fn own_target(&self) -> Facts {
        let values = [
            ("project_id", id(self.project())),
            ("user_id", id(self.user.as_ref())),
        ];
        // Where there is none, a rule that compares it has to deny: for a policy, none equals none.
        let present = values.into_iter().filter(|(_, value)| !value.is_null());
        present
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    fn system(&self) -> Value {
        if self.scope == Scope::System {
            "all".into()
        } else {
            Value::Null
        }
    }

    fn domain(&self) -> Value {
        match &self.scope {
            Scope::Domain(domain) => domain.id.as_str().into(),
            _ => Value::Null,
        }
    }

    /// `user project domain system user-domain project-domain`, `-` for what there is not, as
    /// log lines say it.
    pub fn identity(&self) -> String {
        let values = [
            id(self.user.as_ref()),
            id(self.project()),
            self.domain(),
            self.system(),
            domain_id(self.user.as_ref()),
            domain_id(self.project()),
        ];
        let words: Vec<_> = values
            .iter()
            .map(|value| value.as_str().unwrap_or("-"))
            .collect();
        words.join(" ")
    }
}

fn id(owned: Option<&Owned>) -> Value {
    owned.map(|owned| owned.id.as_str()).into()
}

fn domain_id(owned: Option<&Owned>) -> Value {
    owned.map(|owned| owned.domain.id.as_str()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_there_is_no_project_no_rule_can_compare_it() {
        let context = RequestContext::default();
        assert_eq!(context.own_target(), Facts::new());
        assert_eq!(context.credentials()["project_id"], Value::Null);
    }

    #[test]
    fn a_log_line_says_who_asks() {
        let domain = Domain {
            id: "D".to_owned(),
            name: "d".to_owned(),
        };
        let owned = |id: &str| Owned {
            id: id.to_owned(),
            name: String::new(),
            domain: domain.clone(),
        };
        let context = RequestContext {
            user: Some(owned("U")),
            scope: Scope::Project(owned("P")),
            ..RequestContext::default()
        };
        assert_eq!(context.identity(), "U P - - D D");
        let context = RequestContext {
            scope: Scope::System,
            ..RequestContext::default()
        };
        assert_eq!(context.identity(), "- - - all - -");
    }
}
