// SPDX-License-Identifier: Apache-2.0
//! What the machine's configuration asks for, whether or not anybody has tried: file systems of
//! `/etc/fstab`, and modules to be loaded at every boot.

/// Kinds of file systems in `fstab` that this kernel has not, by `/proc/filesystems`.
pub(super) fn file_systems<'a>(fstab: &'a str, proc: &str) -> Vec<&'a str> {
    let known: Vec<&str> = proc
        .lines()
        .filter_map(|line| line.split('\t').nth(1))
        .collect();
    let lines = fstab
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    let kinds = lines.filter_map(|line| line.split_whitespace().nth(2));
    let kinds = kinds.flat_map(|kinds| kinds.split(','));
    // What comes after a dot is the business of a program: `fuse.sshfs`.
    let kinds = kinds.map(|kind| kind.split('.').next().unwrap_or(kind));
    let is_missing =
        |kind: &&str| !matches!(*kind, "auto" | "none" | "swap") && !known.contains(kind);
    kinds.filter(is_missing).collect()
}

/// The modules that a file of `modules-load.d` names.
pub(super) fn modules(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(str::trim);
    let is_comment = |line: &&str| line.is_empty() || line.starts_with(['#', ';']);
    lines
        .filter(move |line| !is_comment(line))
        .filter_map(|line| line.split_whitespace().next())
}

/// Whether the kernel has a module, by the texts of `modules.builtin`, `modules.dep` and
/// `modules.alias`, in which `-` and `_` mean the same.
pub(super) fn has_module(name: &str, [builtin, dep, alias]: [&str; 3]) -> bool {
    let same = |one: &str| one.replace('-', "_") == name.replace('-', "_");
    let is_file = |line: &str| {
        let path = line.split(':').next().unwrap_or(line);
        let file = path.rsplit('/').next().unwrap_or(path);
        same(file.split(".ko").next().unwrap_or(file))
    };
    let is_alias = |line: &str| line.split(' ').nth(1).is_some_and(same);
    builtin.lines().chain(dep.lines()).any(is_file) || alias.lines().any(is_alias)
}

#[cfg(test)]
mod tests {
    use super::{file_systems, has_module, modules};

    #[test]
    fn file_systems_that_fstab_names() {
        let fstab = "# a comment\nUUID=1 / ext4 rw 0 1\nUUID=2 none swap sw\n\
            /dev/sr0 /media udf,iso9660 ro\nhost:/x /srv nfs4 _netdev\nx /y fuse.sshfs z\nshort\n";
        let proc = "nodev\tproc\n\text4\n\tiso9660\nnodev\tfuse\n";
        assert_eq!(file_systems(fstab, proc), ["udf", "nfs4"]);
    }

    #[test]
    fn modules_that_shall_be_loaded() {
        let text = "# a\n\n; b\nbr_netfilter\n  loop max_loop=8\n";
        assert_eq!(modules(text).collect::<Vec<_>>(), ["br_netfilter", "loop"]);
    }

    #[test]
    fn modules_that_are_there() {
        let texts = [
            "kernel/drivers/block/loop.ko\n",
            "kernel/net/bridge/br_netfilter.ko.xz: kernel/net/bridge/bridge.ko.xz\n",
            "alias net-pf-10 ipv6\nalias fs-xfs xfs\n",
        ];
        for name in ["loop", "br-netfilter", "net-pf-10", "fs-xfs"] {
            assert!(has_module(name, texts), "{name}");
        }
        assert!(!has_module("xfs", texts) && !has_module("bridge", texts));
    }
}
