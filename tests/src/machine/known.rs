//! What cannot run on some mounts, and why. A failure that is not in this list makes the command fail.

/// A check or a test that cannot run on some mounts.
pub(super) struct Known {
    /// How its name begins or ends; checks have the names of the options.
    pub(super) name: &'static str,
    /// How the mount's name begins.
    pub(super) mounts: &'static [&'static str],
    pub(super) why: &'static str,
}

const ALL: [Known; 0] = [];

/// Why a failure on a mount was to be expected.
pub(super) fn reason(mount: &str, name: &str) -> Option<&'static str> {
    let is_meant = |known: &&Known| {
        name.contains(known.name)
            && known.mounts.iter().any(|prefix| mount.starts_with(prefix))
    };
    ALL.iter().find(is_meant).map(|known| known.why)
}
