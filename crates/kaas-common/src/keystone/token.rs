// SPDX-License-Identifier: Apache-2.0
//! What Keystone says of a token: the body of `GET /v3/auth/tokens`.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::access::AccessRule;
use crate::context::{Domain, Owned, Scope};

/// A token, without the token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub user: Owned,
    pub scope: Scope,
    /// Implied ones included.
    pub roles: Vec<String>,
    pub expires_at: DateTime<Utc>,
    /// Whether Keystone has no project of administrators, or this is it.
    pub is_admin_project: bool,
    /// The types of the services in the catalog; `None` when it was not asked for.
    pub catalog: Option<Vec<String>>,
    /// `None` when the token may do whatever its roles allow.
    pub access_rules: Option<Vec<AccessRule>>,
}

/// An answer of Keystone that is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Keystone's answer has no valid `{0}`")]
pub struct Malformed(&'static str);

impl Token {
    /// Reads the body of an answer.
    pub fn parse(body: &[u8]) -> Result<Self, Malformed> {
        let body: Value = serde_json::from_slice(body).map_err(|_| Malformed("JSON"))?;
        let token = &body["token"];
        let expires_at = token["expires_at"]
            .as_str()
            .and_then(|time| DateTime::parse_from_rfc3339(time).ok());
        Ok(Self {
            user: owned(&token["user"]).ok_or(Malformed("user"))?,
            scope: scope(token)?,
            roles: names(&token["roles"], "name").ok_or(Malformed("roles"))?,
            expires_at: expires_at.ok_or(Malformed("expires_at"))?.to_utc(),
            is_admin_project: token["is_admin_project"] != Value::Bool(false),
            catalog: match &token["catalog"] {
                Value::Null => None,
                catalog => Some(names(catalog, "type").ok_or(Malformed("catalog"))?),
            },
            access_rules: access_rules(&token["application_credential"])?,
        })
    }

    pub(super) fn has_expired(&self, now: DateTime<Utc>) -> bool {
        self.expires_at <= now
    }
}

fn scope(token: &Value) -> Result<Scope, Malformed> {
    if token["system"]["all"] == Value::Bool(true) {
        return Ok(Scope::System);
    }
    if !token["project"].is_null() {
        return owned(&token["project"])
            .map(Scope::Project)
            .ok_or(Malformed("project"));
    }
    if !token["domain"].is_null() {
        return domain(&token["domain"])
            .map(Scope::Domain)
            .ok_or(Malformed("domain"));
    }
    Ok(Scope::None)
}

fn owned(value: &Value) -> Option<Owned> {
    let Domain { id, name } = domain(value)?;
    Some(Owned {
        id,
        name,
        domain: domain(&value["domain"])?,
    })
}

fn domain(value: &Value) -> Option<Domain> {
    let id = value["id"].as_str().filter(|id| !id.is_empty())?;
    Some(Domain {
        id: id.to_owned(),
        name: value["name"].as_str().unwrap_or_default().to_owned(),
    })
}

/// One member of each object of a list; an absent list is empty.
fn names(list: &Value, member: &str) -> Option<Vec<String>> {
    if list.is_null() {
        return Some(Vec::new());
    }
    list.as_array()?
        .iter()
        .map(|item| item[member].as_str().map(str::to_owned))
        .collect()
}

fn access_rules(credential: &Value) -> Result<Option<Vec<AccessRule>>, Malformed> {
    let rules = &credential["access_rules"];
    if rules.is_null() {
        return Ok(None);
    }
    let rule = |rule: &Value| {
        let text = |name: &str| rule[name].as_str().map(str::to_owned);
        Some(AccessRule {
            service: text("service")?,
            method: text("method")?,
            path: text("path")?,
        })
    };
    let rules: Option<Vec<_>> = rules
        .as_array()
        .and_then(|rules| rules.iter().map(rule).collect());
    rules.map(Some).ok_or(Malformed("access_rules"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from Keystone 22.
    const RECORDED: &str = include_str!("../../tests/keystone/validate_ok.json");

    #[test]
    fn an_answer_of_keystone_is_read() {
        let token = Token::parse(RECORDED.as_bytes()).unwrap();
        assert_eq!(
            (token.user.name.as_str(), token.user.domain.id.as_str()),
            ("demo", "default")
        );
        assert!(matches!(&token.scope, Scope::Project(project) if project.name == "demo"));
        assert_eq!(token.roles, ["member", "reader"]);
        assert_eq!(token.expires_at.to_rfc3339(), "2026-11-24T17:44:08+00:00");
        assert!(token.catalog.unwrap().contains(&"identity".to_owned()));
        assert_eq!(token.access_rules, None);
    }

    #[test]
    fn what_an_answer_lacks_is_said_and_nothing_is_made_up() {
        let cases = [
            ("", "JSON"),
            ("[]", "user"),
            (r#"{"token": {}}"#, "user"),
            (
                r#"{"token": {"user": {"id": "", "domain": {"id": "d"}}}}"#,
                "user",
            ),
            (
                r#"{"token": {"user": {"id": "u", "domain": {"id": "d"}}, "project": {}}}"#,
                "project",
            ),
            (
                r#"{"token": {"user": {"id": "u", "domain": {"id": "d"}}, "roles": [1]}}"#,
                "roles",
            ),
            (
                r#"{"token": {"user": {"id": "u", "domain": {"id": "d"}}, "expires_at": "soon"}}"#,
                "expires_at",
            ),
        ];
        for (body, missing) in cases {
            assert_eq!(
                Token::parse(body.as_bytes()),
                Err(Malformed(missing)),
                "{body}"
            );
        }
    }

    #[test]
    fn rules_that_cannot_be_read_are_no_freedom() {
        let mut body: Value = serde_json::from_str(RECORDED).unwrap();
        for rules in [serde_json::json!(1), serde_json::json!([{"path": "/"}])] {
            body["token"]["application_credential"] = serde_json::json!({"access_rules": rules});
            let parsed = Token::parse(body.to_string().as_bytes());
            assert_eq!(parsed, Err(Malformed("access_rules")));
        }
        body["token"]["application_credential"] = serde_json::json!({"access_rules": []});
        assert_eq!(
            Token::parse(body.to_string().as_bytes())
                .unwrap()
                .access_rules,
            Some(vec![])
        );
    }
}
