// SPDX-License-Identifier: Apache-2.0
//! Network devices, protocols, and who listens.

use super::{Report, words};
use crate::inventory::{Listener, NetworkDevice, PacketType, SocketProtocol};

/// `/proc/net/dev`, which may be followed by `/proc/net/ptype`.
pub(super) fn devices(text: &str, report: &mut Report<'_>) {
    let types = text.find("\nType ").unwrap_or(text.len());
    let (devices, types) = text.split_at(types);
    report
        .facts
        .extend(devices.lines().filter_map(device).map(Into::into));
    report
        .facts
        .extend(types.lines().filter_map(packet_type).map(Into::into));
}

/// `enp0s4: 12738707  20797 ...`: eight numbers of what came in, eight of what went out.
fn device(line: &str) -> Option<NetworkDevice> {
    const SENT: usize = 8;
    let (name, numbers) = line.rsplit_once(':')?;
    let numbers: Vec<&str> = numbers.split_ascii_whitespace().collect();
    Some(NetworkDevice {
        name: name.trim().to_owned(),
        received: numbers.first()?.parse().ok()?,
        sent: numbers.get(SENT)?.parse().ok()?,
    })
}

/// `0800          ip_rcv`, or with the device before the function (net/core/net-procfs.c:
/// `ptype_seq_show()`).
fn packet_type(line: &str) -> Option<PacketType> {
    let protocol = line.split_ascii_whitespace().next()?;
    let is_number = protocol.len() == 4 && u16::from_str_radix(protocol, 16).is_ok();
    let function = line.split_ascii_whitespace().next_back()?;
    ((is_number || protocol == "ALL") && function != protocol).then(|| PacketType {
        protocol: protocol.to_owned(),
        function: function.to_owned(),
    })
}

/// `TCP  2280  1  0  no  320  yes  kernel ...` after a heading.
pub(super) fn protocols(text: &str, report: &mut Report<'_>) {
    report.each_after(1, text, |line| {
        let [
            name,
            _size,
            sockets,
            _memory,
            _press,
            _maxhdr,
            _slab,
            module,
        ] = words(line)?;
        Some(SocketProtocol {
            name: name.to_owned(),
            sockets: sockets.parse().ok()?,
            module: module.to_owned(),
        })
    });
}

/// `tcp LISTEN 0 128 [::]:22 [::]:* users:(("sshd",pid=303,fd=4))` after a heading. Sockets of
/// the family unix have a path, and their number in the place of a port.
pub(super) fn listeners(text: &str, report: &mut Report<'_>) {
    report.each_after(1, text, |line| {
        let [kind, _state, _receive, _send, local] = words(line)?;
        let (address, port) = if kind.starts_with("u_") {
            (local, "")
        } else {
            local.rsplit_once(':')?
        };
        Some(Listener {
            family: family(kind, address).to_owned(),
            protocol: kind.to_owned(),
            address: address.trim_matches(['[', ']']).to_owned(),
            port: port.parse().ok(),
            program: program(line).map(str::to_owned),
        })
    });
}

/// By the words of ss for kinds of sockets, and how it writes addresses.
fn family<'a>(kind: &'a str, address: &str) -> &'a str {
    match kind {
        "u_str" | "u_dgr" | "u_seq" => "unix",
        "nl" => "netlink",
        "p_raw" | "p_dgr" => "packet",
        "v_str" | "v_dgr" => "vsock",
        // `*` is a socket of inet6 that takes inet too.
        "tcp" | "udp" | "raw" | "sctp" | "dccp" | "mptcp" | "icmp6" | "udpl" => {
            if address.starts_with('[') || address == "*" {
                "inet6"
            } else {
                "inet"
            }
        }
        other => other,
    }
}

fn program(line: &str) -> Option<&str> {
    let (_, users) = line.split_once("users:((\"")?;
    users
        .split_once('"')
        .map(|(name, _)| name)
        .filter(|name| !name.is_empty())
}
