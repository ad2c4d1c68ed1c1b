// SPDX-License-Identifier: Apache-2.0
//! All kinds of facts: a table. A new kind goes at its end; a new field goes at the end of
//! its kind and has to be optional or a list, so that older inventories can still be read.

use std::fmt;

use super::field::Field;

/// A kind of fact.
pub trait Kind: Sized {
    /// The fact, when it is of this kind.
    fn of(fact: &Fact) -> Option<&Self>;
}

macro_rules! facts {
    ($(
        $(#[$meta:meta])*
        $kind:ident $word:literal {
            $( $(#[$field_meta:meta])* $field:ident: $type:ty, )*
        }
    )*) => {
        /// Something that is known of a machine.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Fact {
            $( $(#[$meta])* $kind($kind), )*
        }

        $(
            $(#[$meta])*
            #[derive(Clone, Debug, Default, PartialEq, Eq)]
            pub struct $kind {
                $( $(#[$field_meta])* pub $field: $type, )*
            }

            impl Kind for $kind {
                fn of(fact: &Fact) -> Option<&Self> {
                    match fact {
                        Fact::$kind(fact) => Some(fact),
                        _ => None,
                    }
                }
            }

            impl From<$kind> for Fact {
                fn from(fact: $kind) -> Self {
                    Self::$kind(fact)
                }
            }
        )*

        impl Fact {
            /// The word for facts of this kind in our format.
            pub fn kind(&self) -> &'static str {
                match self {
                    $( Self::$kind(_) => $word, )*
                }
            }

            /// The names of its fields and what they say, as in our format.
            pub fn fields(&self) -> Vec<(&'static str, String)> {
                match self {
                    $( Self::$kind(fact) => vec![
                        $( (stringify!($field), fact.$field.to_text()), )*
                    ], )*
                }
            }

            /// A fact of the kind that a word means, from its fields. An error names the
            /// field that is wrong; nothing, when there is no such kind.
            pub(super) fn parse<'a>(
                kind: &str,
                mut field: impl FnMut(usize) -> &'a str,
            ) -> Option<Result<Self, &'static str>> {
                let mut index = 0;
                let mut next = || {
                    index += 1;
                    field(index)
                };
                match kind {
                    $( $word => Some((|| Ok(Self::$kind($kind {
                        $( $field: Field::from_text(next()).ok_or(stringify!($field))?, )*
                    })))()), )*
                    _ => None,
                }
            }
        }
    };
}

impl fmt::Display for Fact {
    /// For a reader: the kind, and each field that says anything.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())?;
        let said = self
            .fields()
            .into_iter()
            .filter(|(_, text)| !text.is_empty());
        for (name, text) in said {
            write!(f, " {name}={}", crate::record::shorten(&text))?;
        }
        Ok(())
    }
}

facts! {
    /// The kernel's command line.
    CommandLine "command-line" {
        text: String,
    }

    /// The kernel's configuration, a `.config`.
    Configuration "configuration" {
        text: String,
    }

    /// The first program: `/init` comes from an initramfs.
    FirstProgram "first-program" {
        path: String,
    }

    /// All services were started.
    Startup "startup" {
        /// Nanoseconds after the kernel's start.
        finished: u64,
    }

    /// A hypervisor that the machine runs on.
    Hypervisor "hypervisor" {
        name: String,
        /// Who recognised it: `kernel` or `systemd`.
        told_by: String,
    }

    /// A loaded module.
    Module "module" {
        name: String,
        size: u64,
        /// How often it is in use; unknown where modules can't be unloaded.
        references: Option<u64>,
        /// The modules that use it.
        users: Vec<String>,
        /// Where its code begins.
        base: Option<u64>,
    }

    /// A driver that is registered at its bus, whether or not there is a device for it.
    Driver "driver" {
        bus: String,
        name: String,
        is_module: bool,
    }

    /// The module that a driver is part of.
    DriverModule "driver-module" {
        bus: String,
        driver: String,
        module: String,
    }

    /// A device with the driver that serves it.
    Bound "bound" {
        bus: String,
        driver: String,
        /// Below `/sys/devices`: `pci0000:00/0000:00:02.0/virtio0`.
        device: String,
    }

    /// By what a device is matched with a driver.
    ModuleAlias "modalias" {
        /// Below `/sys/devices`.
        device: String,
        alias: String,
    }

    /// A device as its class knows it.
    ClassDevice "class-device" {
        class: String,
        name: String,
        /// Below `/sys/devices`.
        device: String,
    }

    /// A registered major number.
    DeviceNumber "device-number" {
        is_block: bool,
        major: u64,
        name: String,
    }

    /// A registered device of the class `misc`.
    MiscDevice "misc-device" {
        minor: u64,
        name: String,
    }

    /// A line of an interrupt controller that devices use.
    Interrupt "interrupt" {
        /// A number, or letters such as `NMI`.
        line: String,
        /// On all processors.
        count: u64,
        /// Controller, number there, and the devices, as the kernel shows them.
        what: String,
    }

    /// A mounted file system.
    Mount "mount" {
        source: String,
        target: String,
        file_system: String,
        /// Joined by commas.
        options: String,
    }

    /// A registered type of file system.
    FileSystem "file-system" {
        name: String,
        needs_device: bool,
    }

    /// A disk or a partition.
    BlockDevice "block-device" {
        major: u64,
        minor: u64,
        kibibytes: u64,
        name: String,
    }

    /// Space for swapping that is in use.
    Swap "swap" {
        path: String,
        /// `partition` or `file`.
        kind: String,
        kibibytes: u64,
    }

    /// A network device.
    NetworkDevice "network-device" {
        name: String,
        received: u64,
        sent: u64,
    }

    /// What a kind of packets is handed to.
    PacketType "packet-type" {
        /// Ethernet's number for it in hexadecimal, or `ALL`.
        protocol: String,
        function: String,
    }

    /// A kind of sockets that the kernel has.
    SocketProtocol "socket-protocol" {
        /// `TCPv6`, `UNIX-STREAM`, `NETLINK`.
        name: String,
        /// How many are in use.
        sockets: u64,
        /// `kernel` where it is built in.
        module: String,
    }

    /// A socket that waits for connections or datagrams.
    Listener "listener" {
        /// `inet`, `inet6`, `unix`, `netlink`, `packet` or `vsock`.
        family: String,
        /// `tcp`, `udp`.
        protocol: String,
        address: String,
        port: Option<u64>,
        /// The program, where it is known.
        program: Option<String>,
    }

    /// A console.
    Console "console" {
        name: String,
        /// As `/proc/consoles` shows them: what it can do, and what it is used for.
        flags: String,
    }

    /// An implementation of a cryptographic algorithm.
    Algorithm "algorithm" {
        name: String,
        driver: String,
        /// `kernel` where it is built in.
        module: String,
        /// `shash`, `skcipher`.
        kind: String,
        /// One when nobody uses it.
        references: u64,
    }

    /// A unit of systemd.
    Unit "unit" {
        name: String,
        load: String,
        active: String,
        sub: String,
    }

    /// Processors of one kind.
    Processor "processor" {
        count: u64,
        vendor: String,
        model: String,
        flags: Vec<String>,
        bugs: Vec<String>,
    }

    /// What the kernel reads time from.
    ClockSource "clock-source" {
        name: String,
    }

    /// A controller of control groups.
    Controller "controller" {
        name: String,
        groups: u64,
        is_enabled: bool,
    }

    /// A number of `/proc/meminfo`.
    Memory "memory" {
        name: String,
        /// In KiB, except for numbers of huge pages.
        amount: u64,
    }

    /// Files of a kind that processes hold open, where it tells of a facility of the kernel:
    /// `anon_inode:bpf-prog`, `socket`, `/dev/kmsg`.
    OpenFiles "open-files" {
        kind: String,
        count: u64,
    }
}
