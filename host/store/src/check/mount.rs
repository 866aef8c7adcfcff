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
    /// The limits that follow from its type and its options.
    ///
    /// With some options the locks of NFS (`nfs(5)`) do not reach the server. On SMB updates of two clients of one share were
    /// lost in tests, with locks on the server. qemu's server for 9p grants each lock to all clients. The kernel keeps the locks of most file systems of user space itself, for
    /// each mount.
    pub(super) fn limits(&self) -> Vec<Limit> {
        let limit = |kind, option: Option<&str>| Limit {
            kind,
            found: option.map(|option| format!("it is mounted with {option}")),
        };
        let has = |wanted: &[&'static str]| {
            let mut options = self.options.split(',');
            options.find(|option| wanted.contains(option))
        };
        let (kind, option) = match self.file_system.as_str() {
            "nfs" | "nfs4" => {
                let option = has(&["nolock", "local_lock=all", "local_lock=flock"]);
                (LimitKind::LockOfThisMachine, option)
            }
            "cifs" | "smb3" => return vec![limit(LimitKind::LockOfThisMachine, None)],
            "overlay" => (LimitKind::Volatile, has(&["volatile"])),
            "tmpfs" | "ramfs" => return vec![limit(LimitKind::Volatile, None)],
            "9p" => return vec![limit(LimitKind::LockOfThisMount, None)],
            other if other == "fuse" || other.starts_with("fuse.") => {
                return vec![limit(LimitKind::LockOfThisMount, None)];
            }
            _ => return vec![],
        };
        option
            .map(|option| limit(kind, Some(option)))
            .into_iter()
            .collect()
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
    fn limits_show_in_the_type_and_the_options() {
        for (file_system, options, limits) in [
            ("nfs", "rw,nolock", 1),
            ("nfs4", "rw,local_lock=flock", 1),
            ("nfs4", "rw,local_lock=posix", 0),
            ("cifs", "rw", 1),
            ("ext4", "rw", 0),
            ("9p", "rw,trans=virtio", 1),
            ("fuse.bindfs", "rw", 1),
            ("fuseblk", "rw", 0),
            ("tmpfs", "rw", 1),
            ("overlay", "rw,upperdir=/a", 0),
            ("overlay", "rw,upperdir=/a,volatile", 1),
        ] {
            let mount = Mount {
                file_system: file_system.into(),
                options: options.into(),
            };
            assert_eq!(mount.limits().len(), limits, "{file_system} {options}");
        }
    }
}
