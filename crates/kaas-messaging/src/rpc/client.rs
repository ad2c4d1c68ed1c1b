// SPDX-License-Identifier: Apache-2.0
//! The calling side.

use std::time::Duration;

use kaas_common::context::RequestContext;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use crate::driver::{Outgoing, Refused, SendError};
use crate::message::{Answer, Object, RemoteError, Request, sealed};
use crate::metrics::Labels;
use crate::target::Target;
use crate::topology::Route;
use crate::transport::Transport;
use crate::version::Version;

/// Calls the servers of a topic. Cheap to clone: `client.server("h1").timeout(t).call(...)`
/// prepares one call.
#[derive(Clone, Debug)]
pub struct Client {
    transport: Transport,
    target: Target,
    namespace: Option<String>,
    version: Option<Version>,
    cap: Option<Version>,
    timeout: Duration,
    monitor: Option<Duration>,
}

/// Why a call has no result.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// It may have been executed, or not.
    #[error("no answer in time to the call {method} of {topic} ({id})")]
    TimedOut {
        method: String,
        topic: String,
        id: String,
    },
    #[error(transparent)]
    Remote(#[from] RemoteError),
    #[error(transparent)]
    Send(#[from] SendError),
    #[error("answers cannot arrive: {0}")]
    NoAnswers(#[from] Refused),
    #[error(
        "version {version} is asked for, and no server older than {cap} may be; leave out what needs it"
    )]
    VersionCap { version: Version, cap: Version },
    #[error("the arguments are no JSON object: {0}")]
    Arguments(String),
    #[error("the answer is not of the shape that is expected: {0}")]
    Answer(serde_json::Error),
    #[error("too many calls wait for their answers already")]
    TooMany,
}

impl Client {
    /// For the servers of the target.
    pub fn new(transport: &Transport, target: Target) -> Self {
        Self {
            target,
            namespace: None,
            version: None,
            cap: None,
            timeout: transport.settings().response_timeout,
            monitor: None,
            transport: transport.clone(),
        }
    }

    /// To this one server.
    #[must_use]
    pub fn server(&self, name: &str) -> Self {
        let target = self.target.clone().server(name);
        Self {
            target,
            ..self.clone()
        }
    }

    #[must_use]
    pub fn namespace(&self, namespace: &str) -> Self {
        let namespace = Some(namespace.to_owned());
        Self {
            namespace,
            ..self.clone()
        }
    }

    /// The lowest version that has what is called.
    #[must_use]
    pub fn version(&self, version: Version) -> Self {
        let version = Some(version);
        Self {
            version,
            ..self.clone()
        }
    }

    /// Nothing newer than this is asked for, while some servers are older.
    #[must_use]
    pub fn cap(&self, version: Version) -> Self {
        let cap = Some(version);
        Self {
            cap,
            ..self.clone()
        }
    }

    /// How long the answer may take, in place of `rpc_response_timeout`.
    #[must_use]
    pub fn timeout(&self, timeout: Duration) -> Self {
        Self {
            timeout,
            ..self.clone()
        }
    }

    /// The server says from time to time that it still works on the call; it is given up after
    /// so long a silence, whole seconds.
    #[must_use]
    pub fn monitor(&self, silence: Duration) -> Self {
        let monitor = Some(silence);
        Self {
            monitor,
            ..self.clone()
        }
    }

    /// Has the target's exchange declared, where its servers may not do it themselves: they wait
    /// for it.
    pub async fn declare(&self) -> Result<(), SendError> {
        let route = self.transport.topology().request(&self.target);
        let by = Instant::now() + self.timeout;
        match &route.exchange {
            Some(exchange) => self.transport.driver().declare(exchange, by).await,
            None => Ok(()),
        }
    }

    /// Whether a call of this version is within the cap.
    pub fn can_send(&self, version: Version) -> bool {
        self.cap.is_none_or(|cap| cap.serves(version))
    }

    /// Calls a method and waits for its result.
    pub async fn call<R: DeserializeOwned>(
        &self,
        context: &RequestContext,
        method: &str,
        args: &(impl Serialize + Sync),
    ) -> Result<R, CallError> {
        let request = self.request(context, method, args)?;
        let (labels, began) = (self.labels(&request), Instant::now());
        let calls = &self.transport.metrics().client;
        calls.begin(&labels);
        let result = self.ask(request).await;
        calls.end(&labels, began.elapsed(), result.is_ok());
        serde_json::from_value(result?).map_err(CallError::Answer)
    }

    /// Has a method called by one server, some time; nothing comes back. A message that no
    /// queue takes is lost without a word.
    pub async fn cast(
        &self,
        context: &RequestContext,
        method: &str,
        args: &(impl Serialize + Sync),
    ) -> Result<(), CallError> {
        let request = self.request(context, method, args)?;
        let route = self.transport.topology().request(&self.target);
        self.tell(route, request).await
    }

    /// The same by every server of the topic that is there now.
    pub async fn fanout(
        &self,
        context: &RequestContext,
        method: &str,
        args: &(impl Serialize + Sync),
    ) -> Result<(), CallError> {
        let request = self.request(context, method, args)?;
        let route = self.transport.topology().fanout(&self.target.topic);
        self.tell(route, request).await
    }

    fn request(
        &self,
        context: &RequestContext,
        method: &str,
        args: &impl Serialize,
    ) -> Result<Request, CallError> {
        let version = self.version.unwrap_or(crate::version::UNSAID);
        if let Some(cap) = self.cap.filter(|cap| !cap.serves(version)) {
            return Err(CallError::VersionCap { version, cap });
        }
        Ok(Request {
            method: method.to_owned(),
            args: object(args)?,
            namespace: self.namespace.clone(),
            version: self.version,
            context: context.clone(),
            answer: None,
            unique_id: None,
        })
    }

    fn labels(&self, request: &Request) -> Labels {
        let exchange = self.target.exchange.as_ref();
        Labels {
            exchange: exchange
                .unwrap_or(&self.transport.settings().exchange)
                .clone(),
            topic: self.target.topic.clone(),
            server: self.target.server.clone().unwrap_or_default(),
            namespace: request.namespace.clone().unwrap_or_default(),
            version: request.asks_for().to_string(),
            method: request.method.clone(),
        }
    }

    async fn tell(&self, route: Route, request: Request) -> Result<(), CallError> {
        let by = Instant::now() + self.timeout;
        Ok(self
            .transport
            .send(route, request.into_message(), by)
            .await?)
    }

    async fn ask(&self, mut request: Request) -> Result<Value, CallError> {
        let by = Instant::now() + self.timeout;
        let timed_out = |method: &str, id: &str| CallError::TimedOut {
            method: method.to_owned(),
            topic: self.target.topic.clone(),
            id: id.to_owned(),
        };
        let answers = self.transport.answers().await;
        match timeout_at(by, answers.ready()).await {
            Ok(ready) => ready?,
            Err(_) => return Err(timed_out(&request.method, "there is no broker")),
        }
        let call = answers.expect().ok_or(CallError::TooMany)?;
        request.answer = Some(Answer {
            id: call.id.clone(),
            queue: answers.queue.clone(),
            monitor: self.monitor,
        });
        let (method, id) = (request.method.clone(), call.id.clone());
        let outgoing = Outgoing {
            route: self.transport.topology().request(&self.target),
            body: sealed(request.into_message()).into(),
            expiration: Some(self.timeout),
        };
        self.transport.driver().send(&outgoing, by).await?;
        match call.wait(by, self.monitor).await {
            Some(outcome) => Ok(outcome?),
            None => Err(timed_out(&method, &id)),
        }
    }
}

fn object(args: &impl Serialize) -> Result<Object, CallError> {
    match serde_json::to_value(args) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(Value::Null) => Ok(Object::new()),
        Ok(_) => Err(CallError::Arguments("they are another value".to_owned())),
        Err(error) => Err(CallError::Arguments(error.to_string())),
    }
}
