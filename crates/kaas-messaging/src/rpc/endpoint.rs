// SPDX-License-Identifier: Apache-2.0
//! What a server offers: methods by name, of one namespace and version.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use kaas_common::context::RequestContext;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::message::{Failure, Object};
use crate::version::Version;

type Answer = BoxFuture<'static, Result<Value, Failure>>;
pub(super) type Method = Arc<dyn Fn(RequestContext, Object) -> Answer + Send + Sync>;

/// Methods that belong together, and change their version together.
#[derive(Clone)]
pub struct Endpoint {
    namespace: Option<String>,
    former: Vec<Option<String>>,
    version: Version,
    methods: BTreeMap<String, Method>,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Endpoint")
            .field("namespace", &self.namespace)
            .field("version", &self.version)
            .field("methods", &self.methods.keys())
            .finish_non_exhaustive()
    }
}

/// The arguments of a method that has none.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct NoArguments {}

impl Endpoint {
    /// Without a namespace.
    pub const fn new(version: Version) -> Self {
        Self {
            namespace: None,
            former: Vec::new(),
            version,
            methods: BTreeMap::new(),
        }
    }

    #[must_use]
    pub fn namespace(mut self, namespace: &str) -> Self {
        self.namespace = Some(namespace.to_owned());
        self
    }

    /// A namespace that it had before; `None` for none.
    #[must_use]
    pub fn former_namespace(mut self, namespace: Option<&str>) -> Self {
        self.former.push(namespace.map(str::to_owned));
        self
    }

    /// Adds a method. A name that begins with `_` is never called from outside.
    #[must_use]
    pub fn method<A, R, F, Fut>(mut self, name: &str, function: F) -> Self
    where
        A: DeserializeOwned,
        R: Serialize,
        F: Fn(RequestContext, A) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<R, Failure>> + Send + 'static,
    {
        let title = name.to_owned();
        let method = move |context, args| match serde_json::from_value(Value::Object(args)) {
            Err(error) => {
                let failure = Failure::bad_arguments(&title, error);
                async { Err(failure) }.boxed()
            }
            Ok(args) => {
                let (answer, title) = (function(context, args), title.clone());
                async move {
                    let result = answer.await?;
                    serde_json::to_value(result).map_err(|_| Failure::crashed(&title))
                }
                .boxed()
            }
        };
        self.methods.insert(name.to_owned(), Arc::new(method));
        self
    }

    /// Whether it is what a message of this namespace and version is for.
    pub(super) fn serves(&self, namespace: Option<&str>, version: Version) -> bool {
        let named = self.namespace.as_deref() == namespace
            || self
                .former
                .iter()
                .any(|former| former.as_deref() == namespace);
        named && self.version.serves(version)
    }

    pub(super) fn get(&self, method: &str) -> Option<&Method> {
        self.methods
            .get(method)
            .filter(|_| !method.starts_with('_'))
    }

    /// What other services of OpenStack ask whether a server lives.
    pub(super) fn base(service: &str) -> Self {
        let service = service.to_owned();
        Self::new(Version::new(1, 1))
            .namespace("baseapi")
            .method("ping", move |_, args: Object| {
                let arg = args.get("arg").cloned().unwrap_or_default();
                let answer = json!({"service": service, "arg": arg});
                async { Ok(answer) }
            })
    }

    /// What `rpc_ping_enabled` adds.
    pub(super) fn ping() -> Self {
        let pong = |_, _: Object| async { Ok("pong") };
        Self::new(Version::new(1, 0)).method("oslo_rpc_server_ping", pong)
    }
}
