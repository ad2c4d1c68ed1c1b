// SPDX-License-Identifier: Apache-2.0
//! Control groups of one run, made before it and removed after it.

use std::fs;
use std::path::{Path, PathBuf};

use super::Limits;

/// Where control groups are mounted.
const ROOT: &str = "/sys/fs/cgroup";

/// The folders of a run's control groups; removed when dropped.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Group(Vec<PathBuf>);

impl Group {
    /// Groups with these limits; `None` where they can't be made.
    pub(in crate::sandbox) fn make(name: &str, limits: &Limits) -> Option<Self> {
        Self::version_2(name, limits).or_else(|| Self::version_1(name, limits))
    }

    /// The files that a process writes itself into.
    pub(in crate::sandbox) fn entrances(&self) -> Vec<PathBuf> {
        self.0.iter().map(|it| it.join("cgroup.procs")).collect()
    }

    /// Kills all at once, where the kernel can: version 2, since 5.14.
    pub(in crate::sandbox) fn kill(&self) {
        for folder in &self.0 {
            let _ = fs::write(folder.join("cgroup.kill"), "1");
        }
    }

    fn version_2(name: &str, limits: &Limits) -> Option<Self> {
        let parent = own_group(Path::new(ROOT), "0::")?;
        let has = fs::read_to_string(parent.join("cgroup.subtree_control")).ok()?;
        let delegated = |wanted: &str| has.split_whitespace().any(|it| it == wanted);
        if !delegated("memory") || !delegated("pids") {
            return None;
        }
        let mut group = Self::default();
        let folder = group.add(parent.join(name))?;
        fs::write(folder.join("memory.max"), bytes(limits)).ok()?;
        fs::write(folder.join("pids.max"), limits.processes.to_string()).ok()?;
        // Not there where nothing can be swapped.
        let _ = fs::write(folder.join("memory.swap.max"), "0");
        Some(group)
    }

    fn version_1(name: &str, limits: &Limits) -> Option<Self> {
        let mut group = Self::default();
        let of = |kind: &str| own_group(&Path::new(ROOT).join(kind), &format!(":{kind}:"));
        let memory = group.add(of("memory")?.join(name))?;
        fs::write(memory.join("memory.limit_in_bytes"), bytes(limits)).ok()?;
        let processes = group.add(of("pids")?.join(name))?;
        fs::write(processes.join("pids.max"), limits.processes.to_string()).ok()?;
        Some(group)
    }

    fn add(&mut self, folder: PathBuf) -> Option<PathBuf> {
        fs::create_dir(&folder).ok()?;
        self.0.push(folder.clone());
        Some(folder)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        for folder in &self.0 {
            // Fails while somebody is in it; whoever ended the run has seen to that.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// The group that this process is in, from the line of `/proc/self/cgroup` with `mark`.
fn own_group(mount: &Path, mark: &str) -> Option<PathBuf> {
    let lines = fs::read_to_string("/proc/self/cgroup").ok()?;
    let mut lines = lines.lines();
    let line = lines.find(|line| line.contains(mark))?;
    let path = line.splitn(3, ':').nth(2)?;
    let folder = mount.join(path.trim_start_matches('/'));
    folder.is_dir().then_some(folder)
}

fn bytes(limits: &Limits) -> String {
    limits.memory_mib.saturating_mul(1 << 20).to_string()
}
