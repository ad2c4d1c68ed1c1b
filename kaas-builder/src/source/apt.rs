// SPDX-License-Identifier: Apache-2.0
//! A source package. apt itself verifies the archive's signature, the index by the signed
//! list, and every file by the index; nothing of this machine's own apt is read or changed.

use std::fs;
use std::path::Path;

use super::{Driver, fetcher};
use crate::job::{Apt, PackageName};
use crate::sandbox::{Mount, Program};
use crate::trouble::{About as _, Result, Trouble};
use crate::work::Work;

/// Fetches `$1=$2` into /room. Of an archive on this machine apt leaves links.
const SCRIPT: &str = r#"
set -eu
mkdir -p /room/etc/apt/preferences.d /room/state/lists/partial /room/cache/archives/partial
cp /settings/sources.sources /room/etc/apt/
cp /settings/apt.conf /room/etc/apt/
export APT_CONFIG=/room/etc/apt/apt.conf
apt-get --quiet update
cd /room
apt-get --quiet --download-only --only-source source "$1=$2"
for one in *; do
    if test -L "$one"; then cp --remove-destination "$(readlink -f "$one")" "$one"; fi
done
"#;

/// With all else that apt would take from this machine switched off.
const CONFIG: &str = r#"
Dir "/room";
Dir::Etc "/room/etc/apt";
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "/room/etc/apt";
Dir::Etc::parts "/dev/null";
Dir::Etc::main "/dev/null";
Dir::Etc::trusted "/dev/null";
Dir::Etc::trustedparts "/dev/null";
Dir::State "/room/state";
Dir::State::status "/dev/null";
Dir::Cache "/room/cache";
Dir::Log "/room";
Acquire::Languages "none";
Acquire::AllowInsecureRepositories "false";
Acquire::Check-Valid-Until "false";
APT::Get::AllowUnauthenticated "false";
APT::Sandbox::User "";
APT::Architecture "amd64";
"#;

/// Unpacks it, patches and all.
const UNPACK: &str = r"
set -eu
dpkg-source --no-check --require-strong-checksums --extract /room/*.dsc /place/tree
dpkg-parsechangelog --file /place/tree/debian/changelog --show-field Version > /place/version
dpkg-parsechangelog --file /place/tree/debian/changelog --show-field Timestamp > /place/time
";

impl Driver for Apt {
    fn identity(&self) -> String {
        let (package, version) = (&self.package, &self.version);
        let (uri, suite, keyring) = (&self.uri, &self.suite, &self.keyring);
        format!("{package} {version} of {uri} {suite}, signed by {keyring}")
    }

    fn fetch(&self, work: &mut Work<'_>, place: &Path) -> Result<u64> {
        let room = work.room("apt")?;
        let settings = work.folder.scratch("apt-settings")?;
        self.write_settings(&settings)?;
        let keyring = work.settings.keyrings.join(self.keyring.as_str());
        fs::metadata(&keyring).about(&keyring)?;
        let program = Program::new(&["sh", "-c", SCRIPT, "apt"])
            .arg(self.package.as_str())
            .arg(self.version.as_str())
            .mount(Mount::read(&settings, "/settings"))
            .mount(Mount::read(&keyring, KEYRING))
            .mount(Mount::write(&room, "/room"));
        let program = fetcher(work, self.with_local_files(program));
        work.run(&program)?.or_infrastructure("apt")?;
        let unpack = Program::new(&["sh", "-c", UNPACK])
            .mount(Mount::read(&room, "/room"))
            .mount(Mount::write(place, "/place"))
            .for_seconds(work.settings.patience.fetch);
        work.run(&unpack)?.success("unpacking the source package")?;
        self.check_version(place)?;
        let time = read(place, "time")?;
        let unreadable = |_| Trouble::input("the package's changelog has no time");
        time.parse().map_err(unreadable)
    }

    fn corresponding(&self) -> String {
        let (package, version) = (&self.package, &self.version);
        let (uri, suite) = (&self.uri, &self.suite);
        let components: Vec<&str> = self.components.iter().map(PackageName::as_str).collect();
        let components = components.join(" ");
        format!(
            "The source package {package} {version} of {uri} (suite {suite}), with the patches in it:\n\n    \
             echo 'deb-src {uri} {suite} {components}' >> /etc/apt/sources.list\n    \
             apt-get update\n    \
             apt-get source --only-source {package}={version}\n"
        )
    }
}

/// Where apt finds the keys that may sign.
const KEYRING: &str = "/keyring.gpg";

impl Apt {
    fn write_settings(&self, folder: &Path) -> Result<()> {
        let components: Vec<&str> = self.components.iter().map(PackageName::as_str).collect();
        let (uri, suite) = (&self.uri, &self.suite);
        let sources = format!(
            "Types: deb-src\nURIs: {uri}\nSuites: {suite}\nComponents: {}\nSigned-By: {KEYRING}\n",
            components.join(" ")
        );
        for (name, text) in [("sources.sources", sources.as_str()), ("apt.conf", CONFIG)] {
            let path = folder.join(name);
            fs::write(&path, text).about(&path)?;
        }
        Ok(())
    }

    fn with_local_files(&self, program: Program) -> Program {
        match self.uri.local_path() {
            Some(path) => program.mount(Mount::read(path, &path.display().to_string())),
            None => program,
        }
    }

    fn check_version(&self, place: &Path) -> Result<()> {
        let found = read(place, "version")?;
        if found == self.version.as_str() {
            return Ok(());
        }
        let (package, wanted) = (&self.package, &self.version);
        Err(Trouble::input(format!(
            "{package}: its version is {found}, and {wanted} was asked for"
        )))
    }
}

fn read(place: &Path, name: &str) -> Result<String> {
    let path = place.join(name);
    let text = fs::read_to_string(&path).about(&path)?;
    Ok(text.trim().to_owned())
}
