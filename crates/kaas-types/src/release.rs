// SPDX-License-Identifier: Apache-2.0
//! A kernel release: the signed document from which a machine installs a tailored kernel, and
//! what may become of it there. Texts in it are signed, yet still checked before they are used.

pub mod canonical;
mod check;
mod file;
mod status;

use serde::{Deserialize, Serialize};

pub use file::{File, Role, Unfit, is_plain_name};
pub use status::{Event, InvalidTransition, Status, TRANSITIONS};

/// The number of the format that [`Release`] describes.
pub const SCHEMA: u32 = 1;

/// Precedes the text of a [`Release`] in what is signed, so that a signature for one kind of
/// document is none for another.
pub const RELEASE_CONTEXT: &str = "kaas-release-1\n";

/// Precedes the text of a [`KeyStatement`] in what is signed.
pub const KEYS_CONTEXT: &str = "kaas-keys-1\n";

/// The longest signed document, in bytes.
pub const DOCUMENT_LIMIT: usize = 64 << 10;

/// Stands for every instance of a project.
pub const ANY: &str = "any";

/// A document in canonical JSON with a signature over a context and exactly this text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signed {
    /// A [`Release`] or a [`KeyStatement`], at most [`DOCUMENT_LIMIT`] bytes.
    pub document: String,
    /// The id of the key that signed: see [`Key::id`].
    pub key: String,
    /// Ed25519, 64 bytes in hexadecimal.
    pub signature: String,
}

/// A kernel for one instance, or for all of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The name that its user gave to the kernel.
    pub kernel: String,
    pub project: String,
    /// The id of an instance, or [`ANY`].
    pub instance: String,
    /// Grows with every release for an instance: an older one is never installed again.
    pub serial: u64,
    /// What `uname -r` says when it runs.
    pub release: String,
    /// The build id in its notes, in hexadecimal, which tells two builds of one release apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_id: Option<String>,
    /// Each name once, and the image among them.
    pub files: Vec<File>,
    pub command_line: CommandLine,
    pub initramfs: Initramfs,
    pub secure_boot: SecureBoot,
    /// From the start of the trial to the decision. A machine that has not decided by then is
    /// reset from outside.
    pub deadline_seconds: u64,
    pub health: Health,
}

/// How its command line differs from that of the kernel it replaces.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandLine {
    /// Words that come last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<String>,
    /// Names of parameters that go, such as `crashkernel`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
    /// After how many seconds a trial that panics restarts the machine.
    pub panic_seconds: u64,
}

/// What finds the root file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Initramfs {
    /// It is in the release.
    Given,
    /// It is made in the machine, by the distribution's own program.
    Made,
    /// No initramfs: `root=UUID=` becomes `root=PARTUUID=`, which the kernel resolves itself.
    None,
}

/// Whether firmware that checks signatures would start the image.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecureBoot {
    /// The operator's key signed the image.
    Signed,
    Unsigned,
}

/// What has to hold before a trial is confirmed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Health {
    /// Whether the agent has to reach the service.
    pub agent: Demand,
    /// Whether no unit may have failed that had not failed before.
    pub units: Demand,
    /// The user's own probe.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe: Option<Probe>,
}

/// Whether a condition counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Demand {
    Required,
    Ignored,
}

/// A program of the user, by reference: the document never carries a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// A file in the machine's folder of probes.
    pub name: String,
    pub timeout_seconds: u64,
}

/// A public key that releases may be signed with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The first 16 hexadecimal digits of the SHA-256 of the public key's 32 bytes.
    pub id: String,
    /// Ed25519, 32 bytes in hexadecimal.
    pub public: String,
}

/// Changes which keys a machine trusts; signed by one that it already trusts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyStatement {
    /// [`SCHEMA`].
    pub schema: u32,
    pub project: String,
    /// Grows with every statement: an older one is refused.
    pub serial: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub add: Vec<Key>,
    /// Ids of keys that are trusted no longer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
}
