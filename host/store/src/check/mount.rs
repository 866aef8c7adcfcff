//! How the file system of a directory is mounted (`proc_pid_mountinfo(5)`).

use super::limit::{Limit, LimitKind};
use cap_std::fs::Dir;
use rustix::fs::{AtFlags, StatxFlags, statx};

/// The mount that a directory is on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mount {
    pub(super) file_system: String,
    options: String,
}

/// That of a directory; `None` where the system does not say.
pub(super) fn of(directory: &Dir) -> Option<Mount> {
    let found = statx(directory, "", AtFlags::EMPTY_PATH, StatxFlags::MNT_ID).ok()?;
    let list = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    list.lines().find_map(|line| parse(line, found.stx_mnt_id))
}

/// A line of the list: its number first, and behind a lone dash the type, the source and the options.
fn parse(line: &str, number: u64) -> Option<Mount> {
    let (mount, system) = line.split_once(" - ")?;
    if mount.split(' ').next()?.parse() != Ok(number) {
        return None;
    }
    let mut system = system.split(' ');
    let file_system = system.next()?.to_owned();
    let options = system.nth(1)?.to_owned();
    Some(Mount {
        file_system,
        options,
    })
}

impl Mount {
    /// What its options take away: with these, the locks of NFS (`nfs(5)`) and SMB (`mount.cifs(8)`) do not reach the server.
    /// On 9p they do, and qemu's server grants each to all clients.
    pub(super) fn limits(&self) -> Vec<Limit> {
        if self.file_system == "9p" {
            return vec![Limit {
                kind: LimitKind::LockOfThisMachine,
                found: None,
            }];
        }
        let local = ["nolock", "local_lock=all", "local_lock=flock", "nobrl"];
        let is_network = ["nfs", "nfs4", "cifs", "smb3"].contains(&self.file_system.as_str());
        let mut options = self.options.split(',');
        let found = options.find(|option| is_network && local.contains(option));
        let limit = |option: &str| Limit {
            kind: LimitKind::LockOfThisMachine,
            found: Some(format!("it is mounted with {option}")),
        };
        found.map(limit).into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "41 24 0:35 / /mnt/a\\040b rw,relatime shared:1 master:2 - nfs4 host:/n rw,vers=4.1,local_lock=none";

    #[test]
    fn a_mount_is_found_by_its_number() {
        assert_eq!(parse(LINE, 24), None);
        let mount = parse(LINE, 41).unwrap();
        assert_eq!(mount.file_system, "nfs4");
        assert_eq!(mount.limits(), []);
    }

    #[test]
    fn locks_that_do_not_reach_the_server_are_a_limit() {
        for (file_system, options, limits) in [
            ("nfs", "rw,nolock", 1),
            ("nfs4", "rw,local_lock=flock", 1),
            ("nfs4", "rw,local_lock=posix", 0),
            ("cifs", "rw,nobrl", 1),
            ("ext4", "rw,nobrl", 0),
            ("9p", "rw,trans=virtio", 1),
        ] {
            let mount = Mount {
                file_system: file_system.into(),
                options: options.into(),
            };
            assert_eq!(mount.limits().len(), limits, "{file_system} {options}");
        }
    }
}
