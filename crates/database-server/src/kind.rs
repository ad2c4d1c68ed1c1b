// SPDX-License-Identifier: Apache-2.0
//! What differs between the servers: programs, how a folder of data is made, and options.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failed;
use crate::account::command;

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Postgres,
    Mariadb,
}

/// What was committed outlives the server's death, but no power cut. Memory that processes share
/// is in the server's own folder, where nobody else tidies up.
const POSTGRES: &[&str] = &[
    "-c",
    "listen_addresses=",
    "-c",
    "fsync=off",
    "-c",
    "full_page_writes=off",
    "-c",
    "max_connections=200",
    "-c",
    "shared_buffers=32MB",
    "-c",
    "dynamic_shared_memory_type=mmap",
];

const MARIADB: &[&str] = &[
    "--skip-networking",
    "--innodb-flush-log-at-trx-commit=2",
    "--innodb-doublewrite=0",
    "--innodb-buffer-pool-size=64M",
    "--innodb-log-file-size=16M",
    "--max-connections=200",
    "--performance-schema=off",
    "--skip-name-resolve",
];

impl Kind {
    pub const ALL: [Self; 2] = [Self::Postgres, Self::Mariadb];

    const fn package(self) -> &'static str {
        match self {
            Self::Postgres => "postgresql",
            Self::Mariadb => "mariadb-server-core mariadb-client-core",
        }
    }

    /// A program of the server, where Debian has it.
    fn program(self, name: &str) -> Result<PathBuf, Failed> {
        let mut folders: Vec<PathBuf> = ["/usr/sbin", "/usr/bin"].map(PathBuf::from).to_vec();
        if self == Self::Postgres {
            folders.extend(versions());
        }
        let mut paths = folders.into_iter().rev().map(|folder| folder.join(name));
        paths.find(|path| path.exists()).ok_or_else(|| {
            let remedy = format!(
                "not installed; run tools/setup, or apt-get install {}",
                self.package()
            );
            Failed::new(name, remedy)
        })
    }

    /// The commands that make an empty server in a folder.
    pub(crate) fn initialise(self, home: &Path) -> Result<Command, Failed> {
        let data = home.join("data");
        let mut command = match self {
            Self::Postgres => {
                let mut command = command(self.program("initdb")?);
                command.args(["--no-sync", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust"]);
                command.args(["-U", "kaas", "-D"]).arg(data);
                command
            }
            Self::Mariadb => {
                let mut command = command(self.program("mariadb-install-db")?);
                command.args(["--no-defaults", "--skip-test-db"]);
                command.arg("--auth-root-authentication-method=normal");
                command.arg(option("--datadir=", &data));
                command
            }
        };
        command.current_dir(home).env("HOME", home);
        Ok(command)
    }

    pub(crate) fn serve(self, home: &Path) -> Result<Command, Failed> {
        let data = home.join("data");
        let mut command = match self {
            Self::Postgres => {
                let mut command = command(self.program("postgres")?);
                command
                    .args(POSTGRES)
                    .arg("-D")
                    .arg(data)
                    .arg("-k")
                    .arg(home);
                command
            }
            Self::Mariadb => {
                let mut command = command(self.program("mariadbd")?);
                command.arg("--no-defaults").args(MARIADB);
                command.arg(option("--datadir=", &data));
                command.arg(option("--socket=", &home.join("socket")));
                command.arg(option("--pid-file=", &home.join("pid")));
                command
            }
        };
        command.current_dir(home).env("HOME", home);
        Ok(command)
    }

    /// The server's own client, with a statement.
    pub(crate) fn client(self, home: &Path, statement: &str) -> Result<Command, Failed> {
        let mut command = match self {
            Self::Postgres => {
                let mut command = command(self.program("psql")?);
                command
                    .args(["-X", "-q", "-U", "kaas", "-d", "postgres", "-h"])
                    .arg(home);
                command.args(["-v", "ON_ERROR_STOP=1", "-c", statement]);
                command
            }
            Self::Mariadb => {
                let mut command = command(self.program("mariadb")?);
                command.args(["--no-defaults", "-u", "root"]);
                command.arg(option("--socket=", &home.join("socket")));
                command.args(["-e", statement]);
                command
            }
        };
        command.current_dir(home).env("HOME", home);
        Ok(command)
    }

    /// The URL, as operators write it in `[database] connection`.
    pub(crate) fn url(self, home: &Path, database: &str) -> String {
        let home = home.display();
        match self {
            Self::Postgres => format!("postgresql://kaas@/{database}?host={home}"),
            Self::Mariadb => {
                format!("mysql+pymysql://root@localhost/{database}?unix_socket={home}/socket")
            }
        }
    }
}

fn option(name: &str, path: &Path) -> OsString {
    let mut option = OsString::from(name);
    option.push(path);
    option
}

/// The folders of PostgreSQL's versions, the newest last.
fn versions() -> Vec<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut folders: Vec<PathBuf> = folders
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .collect();
    folders.sort();
    folders
}
