//! What cannot run on some mounts, and why. A failure that is not in this list makes the command fail.

/// A check or a test that cannot run on some mounts.
struct Known {
    /// A part of its name; checks have the names of the options.
    name: &'static str,
    /// How the mounts' names begin.
    mounts: &'static [&'static str],
    why: &'static str,
}

/// On all mounts.
const ALL_MOUNTS: &[&str] = &[""];

const ALL: &[Known] = &[
    Known {
        name: "amend_store::simulated",
        mounts: ALL_MOUNTS,
        why: "it reaches no file system, or a simulated one",
    },
    Known {
        name: "amend_store::modelled",
        mounts: ALL_MOUNTS,
        why: "it reaches no file system, or a simulated one",
    },
    Known {
        name: "amend_store::queue",
        mounts: ALL_MOUNTS,
        why: "it reaches no file system, or a simulated one",
    },
    Known {
        name: "history::",
        mounts: ALL_MOUNTS,
        why: "its readers leave an emulated processor no time for its writers",
    },
    Known {
        name: "a_temporary_file_is_never_more_readable_than_the_document",
        mounts: ALL_MOUNTS,
        why: "its reader leaves an emulated processor no time for its writer",
    },
    Known {
        name: "a_storm_of_signals_does_not_put_off_a_timeout",
        mounts: ALL_MOUNTS,
        why: "an emulated processor is too slow to see a wait of 100 ms",
    },
    Known {
        name: "clients",
        mounts: &["9p"],
        why: "the server, qemu's, grants each client every lock",
    },
    Known {
        name: "clients",
        mounts: &["smb"],
        why: "locks do not exclude another host's: flock(1) on two hosts overlaps in 40 of 100 cases, whatever the mount options",
    },
    Known {
        name: "",
        mounts: &["nfs4.2"],
        why: "the server, nfs-ganesha 4, answers READ_PLUS with zeros, which kernels since 6.8 ask for",
    },
];

/// Why a test is not even tried.
pub(super) fn reason_everywhere(name: &str) -> Option<&'static str> {
    let is_meant = |known: &&Known| name.contains(known.name) && known.mounts == ALL_MOUNTS;
    ALL.iter().find(is_meant).map(|known| known.why)
}

/// Why a failure on a mount was to be expected.
pub(super) fn reason(mount: &str, name: &str) -> Option<&'static str> {
    let is_meant = |known: &&Known| {
        name.contains(known.name) && known.mounts.iter().any(|prefix| mount.starts_with(prefix))
    };
    ALL.iter().find(is_meant).map(|known| known.why)
}
