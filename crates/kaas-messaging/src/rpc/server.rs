// SPDX-License-Identifier: Apache-2.0
//! The serving side.

use std::sync::Arc;
use std::time::Duration;

use kaas_common::service::{Lifecycle, Phase};
use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::{Instant, interval};

use super::dispatch::find;
use super::endpoint::{Endpoint, Method};
use super::reply::Replies;
use crate::bounded::{REMEMBERED_MESSAGES, Recent};
use crate::driver::{Consumer, Delivery, Refused};
use crate::message::{Answer, Failure, Reply, Request, unsealed};
use crate::metrics::{Labels, Metrics};
use crate::target::Target;
use crate::transport::Transport;

/// Serves a topic: what is for any of its servers, for this one, and for all.
#[derive(Debug)]
pub struct Server {
    transport: Transport,
    target: Target,
    name: String,
    endpoints: Vec<Endpoint>,
}

/// A server that serves, until it is stopped or the process ends. Dropped, it goes on.
#[derive(Debug)]
pub struct Running {
    task: JoinHandle<()>,
    stop: watch::Sender<bool>,
}

#[derive(Debug)]
struct Desk {
    endpoints: Vec<Endpoint>,
    replies: Replies,
    metrics: Metrics,
    exchange: String,
    topic: String,
    server: String,
}

impl Server {
    /// The server `name` of the target's topic: the `host` of the configuration.
    pub fn new(transport: &Transport, target: Target, name: &str) -> Self {
        let mut endpoints = vec![Endpoint::base(&target.topic)];
        if transport.settings().ping {
            endpoints.push(Endpoint::ping());
        }
        Self {
            transport: transport.clone(),
            target,
            name: name.to_owned(),
            endpoints,
        }
    }

    #[must_use]
    pub fn endpoint(mut self, endpoint: Endpoint) -> Self {
        self.endpoints.push(endpoint);
        self
    }

    /// Begins to serve, once there is a broker; it goes on through its absences. An error when
    /// the queues are there already, and declared in another way. Ends with `life`: nothing
    /// new is taken while it closes, and it waits for what is under way.
    pub async fn start(self, life: &Lifecycle) -> Result<Running, Refused> {
        let settings = self.transport.settings();
        let workers = settings.workers;
        let sources = self.transport.topology().server(&self.target, &self.name);
        let consumer = self
            .transport
            .driver()
            .consume(sources, settings.rabbit.prefetch);
        consumer.readiness().wait_within(life).await?;
        let exchange = self
            .target
            .exchange
            .unwrap_or_else(|| settings.exchange.clone());
        let desk = Arc::new(Desk {
            endpoints: self.endpoints,
            metrics: self.transport.metrics().clone(),
            replies: Replies::new(self.transport),
            exchange,
            topic: self.target.topic,
            server: self.name,
        });
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(serve(desk, consumer, life.clone(), stopped, workers));
        Ok(Running { task, stop })
    }
}

impl Running {
    /// Takes nothing new, and waits for what is under way.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        let _ = self.task.await;
    }
}

async fn serve(
    desk: Arc<Desk>,
    mut consumer: Consumer,
    life: Lifecycle,
    mut stopped: watch::Receiver<bool>,
    workers: usize,
) {
    let desks = Arc::new(Semaphore::new(workers));
    let mut seen = Recent::new(REMEMBERED_MESSAGES);
    loop {
        let next = tokio::select! {
            biased;
            () = life.wait_for(Phase::Closing) => break,
            Ok(_) = stopped.wait_for(|stop| *stop) => break,
            next = take(&mut consumer, &desks) => next,
        };
        let Some((delivery, place)) = next else {
            break;
        };
        let Some(work) = life.work() else {
            delivery.requeue().await;
            break;
        };
        if let Some(request) = accept(delivery, &mut seen, &desk.metrics).await {
            let desk = Arc::clone(&desk);
            tokio::spawn(async move {
                desk.handle(request).await;
                drop((place, work));
            });
        }
    }
    consumer.cancel();
    while let Some(delivery) = consumer.next().await {
        delivery.requeue().await;
    }
    let all = u32::try_from(workers).unwrap_or(u32::MAX);
    let _ = desks.acquire_many(all).await;
    consumer.close().await;
}

/// A message, and somebody who is free for it: what nobody has time for stays with the broker.
async fn take(
    consumer: &mut Consumer,
    desks: &Arc<Semaphore>,
) -> Option<(Delivery, OwnedSemaphorePermit)> {
    let place = Arc::clone(desks).acquire_owned().await.ok()?;
    Some((consumer.next().await?, place))
}

/// The request of a message, which is ours from here on; `None` for one that is none, that is
/// not ours any more, or that came before.
async fn accept(
    delivery: Delivery,
    seen: &mut Recent<String>,
    metrics: &Metrics,
) -> Option<Request> {
    let request = match unsealed(&delivery.body).and_then(Request::from_message) {
        Ok(request) => request,
        Err(error) => {
            tracing::warn!("a request that cannot be read: {error}");
            delivery.discard().await;
            return None;
        }
    };
    if !delivery.ack().await {
        return None;
    }
    let new = request.unique_id.clone().is_none_or(|id| seen.insert(id));
    if !new {
        metrics.duplicates.inc();
        tracing::info!(request_id = %request.context.request_id, "a request came twice: {}", request.method);
    }
    new.then_some(request)
}

impl Desk {
    async fn handle(&self, request: Request) {
        let (name, id) = (request.method.clone(), request.context.request_id.clone());
        let answer = request.answer.clone();
        let outcome = match find(&self.endpoints, &request) {
            Ok(method) => self.counted(Arc::clone(method), request).await,
            Err(failure) => Err(failure),
        };
        match &outcome {
            Ok(_) => {}
            Err(failure) if failure.is_expected() => {
                tracing::debug!(request_id = %id, "{name}: {failure}");
            }
            Err(failure) => tracing::error!(request_id = %id, "{name} failed: {failure}"),
        }
        if let Some(answer) = answer {
            self.replies
                .send(&answer.queue, Reply::last(&answer.id, outcome))
                .await;
        }
    }

    async fn counted(&self, method: Method, request: Request) -> Result<Value, Failure> {
        let labels = Labels {
            exchange: self.exchange.clone(),
            topic: self.topic.clone(),
            server: self.server.clone(),
            namespace: request.namespace.clone().unwrap_or_default(),
            version: request.asks_for().to_string(),
            method: request.method.clone(),
        };
        let began = Instant::now();
        self.metrics.server.begin(&labels);
        let outcome = self.run(method, request).await;
        self.metrics
            .server
            .end(&labels, began.elapsed(), outcome.is_ok());
        outcome
    }

    /// In a task of its own: whatever it does, there is an answer.
    async fn run(&self, method: Method, request: Request) -> Result<Value, Failure> {
        let Request {
            method: name,
            args,
            context,
            answer,
            ..
        } = request;
        let mut working = tokio::spawn(method(context, args));
        let outcome = tokio::select! {
            biased;
            outcome = &mut working => outcome,
            () = self.give_signs(answer.as_ref()) => working.await,
        };
        outcome.unwrap_or_else(|_| Err(Failure::crashed(&name)))
    }

    /// Twice in the time that the caller waits for one; for ever.
    async fn give_signs(&self, answer: Option<&Answer>) {
        let Some((answer, monitor)) = answer.and_then(|answer| Some((answer, answer.monitor?)))
        else {
            return std::future::pending().await;
        };
        let mut ticks = interval((monitor / 2).max(Duration::from_millis(500)));
        ticks.tick().await;
        loop {
            ticks.tick().await;
            self.replies
                .send(&answer.queue, Reply::sign_of_life(&answer.id))
                .await;
        }
    }
}
