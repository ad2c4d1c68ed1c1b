// SPDX-License-Identifier: Apache-2.0
//! What systemd is told: `READY=1`, `STOPPING=1`, `RELOADING=1`, `WATCHDOG=1`, `STATUS=...`.

use std::io;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// Who started us, if it wants to know.
#[derive(Debug)]
pub struct Supervisor(Option<SocketAddr>);

impl Supervisor {
    /// Of the value of `NOTIFY_SOCKET`: a path, or an abstract name after `@`.
    pub fn new(socket: Option<&str>) -> io::Result<Self> {
        let address = match socket {
            None | Some("") => None,
            Some(name) => Some(match name.strip_prefix('@') {
                Some(name) => SocketAddr::from_abstract_name(name)?,
                None => SocketAddr::from_pathname(name)?,
            }),
        };
        Ok(Self(address))
    }

    /// Tells it; nobody is told when nobody wants to know.
    pub fn tell(&self, state: &str) -> io::Result<()> {
        let Some(address) = &self.0 else {
            return Ok(());
        };
        UnixDatagram::unbound()?
            .send_to_addr(state.as_bytes(), address)
            .map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_by_path_and_by_abstract_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notify");
        let name = format!("@kaas-{}", folder.path().display());
        for socket in [path.to_str().unwrap(), &name] {
            let supervisor = Supervisor::new(Some(socket)).unwrap();
            let listener = UnixDatagram::bind_addr(supervisor.0.as_ref().unwrap()).unwrap();
            supervisor.tell("READY=1").unwrap();
            let mut buffer = [0; 16];
            let length = listener.recv(&mut buffer).unwrap();
            assert_eq!(&buffer[..length], b"READY=1");
        }
        Supervisor::new(None).unwrap().tell("READY=1").unwrap();
    }
}
