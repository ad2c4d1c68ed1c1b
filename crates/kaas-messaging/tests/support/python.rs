// SPDX-License-Identifier: Apache-2.0
//! A peer in Python, with the real oslo.messaging: see `interop/peer.py`.

use std::path::PathBuf;
use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::mpsc;

const REQUIREMENT: &str = include_str!("../interop/requirements.txt");

pub(crate) struct Peer {
    _process: Child,
    commands: ChildStdin,
    outcomes: mpsc::UnboundedReceiver<Value>,
    heard: mpsc::UnboundedReceiver<Value>,
}

impl Peer {
    pub(crate) fn start(url: &str, exchange: &str, topic: &str) -> Self {
        let mut process = Command::new(interpreter())
            .arg(concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/tests/interop/peer.py"
            ))
            .args([url, exchange, topic])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let (say_outcome, outcomes) = mpsc::unbounded_channel();
        let (say_heard, heard) = mpsc::unbounded_channel();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                let mut line: Value = serde_json::from_str(&line).unwrap();
                let _ = match line["outcome"].take() {
                    Value::Null => say_heard.send(line["heard"].take()),
                    outcome => say_outcome.send(outcome),
                };
            }
        });
        Self {
            commands: process.stdin.take().unwrap(),
            _process: process,
            outcomes,
            heard,
        }
    }

    /// What comes of a command.
    pub(crate) async fn run(&mut self, command: Value) -> Value {
        self.begin(command).await;
        self.outcomes.recv().await.unwrap()
    }

    /// The result of a call: the method, and what else the command has.
    pub(crate) async fn call(&mut self, method: &str, more: Value) -> Value {
        let mut command = json!({"do": "call", "method": method});
        command
            .as_object_mut()
            .unwrap()
            .append(&mut more.as_object().unwrap().clone());
        self.run(command).await
    }

    pub(crate) async fn begin(&mut self, command: Value) {
        self.commands
            .write_all(format!("{command}\n").as_bytes())
            .await
            .unwrap();
    }

    pub(crate) async fn heard(&mut self) -> Value {
        self.heard.recv().await.unwrap()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "where tools/setup puts it, the environment says"
)]
fn interpreter() -> PathBuf {
    let set = |name: &str| std::env::var(name).ok().map(PathBuf::from);
    let cache = set("KAAS_CACHE").or_else(|| Some(set("HOME")?.join(".cache/kaas")));
    let folder = cache.unwrap().join(REQUIREMENT.trim().replace("==", "-"));
    let there = folder.join("complete").exists();
    assert!(
        there,
        "{REQUIREMENT} is missing in {}: run tools/setup, which installs it",
        folder.display()
    );
    folder.join("bin/python")
}
