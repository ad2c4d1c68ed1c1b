// SPDX-License-Identifier: Apache-2.0
//! What the server is started with.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use kaas_types::agent::Id;

use crate::misbehave::Misbehaviour;

#[derive(Clone, Debug)]
pub struct Options {
    /// Port 0: any that is free.
    pub listen: SocketAddr,
    /// Where everything that the server knows and receives is kept.
    pub dir: PathBuf,
    /// Names and addresses by which guests call the server, beside the one it listens on.
    /// The first, if any, is in the endpoint.
    pub names: Vec<String>,
    /// Also serves Nova's metadata, by HTTP.
    pub metadata: Option<SocketAddr>,
    /// How long a guest's certificate is valid.
    pub lifetime: Duration,
    /// Which instance the metadata is of where its path does not say it.
    pub instance: Option<Id>,
    /// Put into the enrollment document as they are.
    pub signing_keys: Vec<String>,
    pub misbehave: Option<Misbehaviour>,
}

impl Options {
    /// On a free port of the loopback, with certificates of seven days.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            dir: dir.into(),
            names: vec![],
            metadata: None,
            lifetime: Duration::from_secs(7 * 24 * 3600),
            instance: None,
            signing_keys: vec![],
            misbehave: None,
        }
    }
}
