// SPDX-License-Identifier: Apache-2.0
//! A context in a message on the bus, with the names that oslo.context gives its values
//! (`RequestContext.to_dict`). The token stays behind.

use serde_json::{Value, json};

use super::{Domain, GlobalRequestId, Owned, RequestContext, RequestId, Scope, domain_id, id};
use crate::policy::Facts;

impl RequestContext {
    /// What a message carries of it.
    pub fn to_message(&self) -> Facts {
        let name = |owned: Option<&Owned>| Value::from(owned.map(|owned| owned.name.as_str()));
        let domain_name =
            |owned: Option<&Owned>| Value::from(owned.map(|owned| owned.domain.name.as_str()));
        let (user, project) = (self.user.as_ref(), self.project());
        let global = self.global_request_id.as_ref().map(GlobalRequestId::as_str);
        let values = [
            ("user", id(user)),
            ("user_id", id(user)),
            ("user_name", name(user)),
            ("user_domain", domain_id(user)),
            ("user_domain_name", domain_name(user)),
            ("project", id(project)),
            ("project_id", id(project)),
            ("project_name", name(project)),
            ("project_domain", domain_id(project)),
            ("project_domain_name", domain_name(project)),
            ("domain", self.domain()),
            ("system_scope", self.system()),
            ("roles", json!(self.roles)),
            ("is_admin_project", self.is_admin_project.into()),
            ("request_id", self.request_id.as_str().into()),
            ("global_request_id", global.into()),
            ("user_identity", self.identity().into()),
        ];
        values
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }

    /// The context that a message carries; what it does not say, or says in another shape, is
    /// as though nobody asked.
    pub fn from_message(message: &Facts) -> Self {
        let text = |name: &str| {
            message
                .get(name)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
        };
        let project = owned(
            &text,
            "project",
            text("project_id").or_else(|| text("project")),
        );
        let scope = match (text("system_scope"), text("domain"), project) {
            (Some(_), _, _) => Scope::System,
            (None, _, Some(project)) => Scope::Project(project),
            (None, Some(id), None) => Scope::Domain(Domain {
                id: id.to_owned(),
                name: String::new(),
            }),
            (None, None, None) => Scope::None,
        };
        let roles = message
            .get("roles")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        Self {
            request_id: text("request_id")
                .map_or_else(RequestId::new, |id| RequestId::of(id.to_owned())),
            global_request_id: text("global_request_id").and_then(GlobalRequestId::parse),
            user: owned(&text, "user", text("user_id").or_else(|| text("user"))),
            scope,
            roles: roles.filter_map(Value::as_str).map(str::to_owned).collect(),
            is_admin_project: message.get("is_admin_project") != Some(&Value::Bool(false)),
            service: None,
        }
    }
}

fn owned<'a>(
    text: &impl Fn(&str) -> Option<&'a str>,
    what: &str,
    id: Option<&str>,
) -> Option<Owned> {
    let named = |name: &str| {
        text(&format!("{what}_{name}"))
            .unwrap_or_default()
            .to_owned()
    };
    let domain = text(&format!("{what}_domain"))
        .unwrap_or_default()
        .to_owned();
    Some(Owned {
        id: id?.to_owned(),
        name: named("name"),
        domain: Domain {
            id: domain,
            name: named("domain_name"),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(text: &str) -> Facts {
        serde_json::from_str(text).unwrap()
    }

    /// Recorded: `RequestContext(user_id="U", project_id="P", user_domain_id="D",
    /// project_domain_id="E", roles=["member"], request_id="req-1", user_name="n").to_dict()` of
    /// oslo.context 6.5.0.
    const THEIRS: &str = r#"{"user": "U", "project_id": "P", "system_scope": null, "project": "P",
        "domain": null, "user_domain": "D", "project_domain": "E", "is_admin": false,
        "read_only": false, "show_deleted": false, "auth_token": null, "request_id": "req-1",
        "global_request_id": null, "resource_uuid": null, "roles": ["member"],
        "user_identity": "U P - D E", "is_admin_project": true}"#;

    #[test]
    fn what_python_sends_is_understood() {
        let context = RequestContext::from_message(&facts(THEIRS));
        assert_eq!(context.identity(), "U P - - D E");
        assert_eq!(context.request_id.as_str(), "req-1");
        assert_eq!(context.roles, ["member"]);
        assert!(context.is_admin_project);
    }

    /// Recorded: `to_policy_values()` of the same.
    #[test]
    fn a_policy_sees_what_it_would_see_in_python() {
        let theirs = facts(
            r#"{"user_id": "U", "user_domain_id": "D", "system_scope": null, "domain_id": null,
            "project_id": "P", "project_domain_id": "E", "roles": ["member"],
            "is_admin_project": true, "service_user_id": null, "service_user_domain_id": null,
            "service_project_id": null, "service_project_domain_id": null, "service_roles": []}"#,
        );
        assert_eq!(
            RequestContext::from_message(&facts(THEIRS)).credentials(),
            theirs
        );
    }

    #[test]
    fn what_is_sent_comes_back() {
        let sent = RequestContext::from_message(&facts(THEIRS));
        assert_eq!(RequestContext::from_message(&sent.to_message()), sent);
        for name in [
            "user",
            "project",
            "user_domain",
            "roles",
            "request_id",
            "system_scope",
        ] {
            assert_eq!(sent.to_message()[name], facts(THEIRS)[name], "{name}");
        }
        let system = RequestContext {
            scope: Scope::System,
            ..RequestContext::default()
        };
        assert_eq!(
            RequestContext::from_message(&system.to_message()).scope,
            Scope::System
        );
    }

    #[test]
    fn nonsense_is_nobody() {
        let nonsense =
            facts(r#"{"user": 1, "project_id": [], "roles": {"a": 1}, "request_id": ""}"#);
        let context = RequestContext::from_message(&nonsense);
        assert_eq!((context.user, context.scope), (None, Scope::None));
        assert_eq!(context.roles, Vec::<String>::new());
    }
}
