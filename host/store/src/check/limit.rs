//! The limits of file systems, in words.

use std::fmt::{self, Display};

/// Something that a file system does not do as the promises of this crate need it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limit {
    /// Its kind.
    pub kind: LimitKind,
    /// The error of the file system, or the option of its mount.
    pub found: Option<String>,
}

/// The kind of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LimitKind {
    /// There is no `flock(2)`. Documents cannot be changed.
    NoLock,
    /// A lock does not keep others out. Documents must not be changed.
    UselessLock,
    /// The locks are sure among the programs of one machine alone.
    LockOfThisMachine,
    /// The locks may be those of this mount alone.
    LockOfThisMount,
    /// Everything is in memory.
    Volatile,
    /// Settings of the directory that belong to neither root nor its owner.
    SettingsIgnored,
    /// A file cannot be replaced by `rename(2)`. Documents cannot be changed.
    NoReplacement,
    /// A file that is open cannot be replaced. An update waits for its readers, and can fail because of them.
    NoReplacementOfOpenFiles,
    /// The replacement of a file that is open is two renames.
    TwoRenames,
    /// A file cannot be synced. Only changes without durability are possible.
    NoSync,
    /// A directory cannot be synced. Only changes without durability are possible.
    NoDirectorySync,
    /// Files have a name from the first, so that a killed process leaves one, which the next update removes.
    NoUnnamedFiles,
    /// A mode that is set has no effect.
    ModeIgnored,
    /// There are no extended attributes, and so no access control lists.
    NoAttributes,
    /// Different spellings of a name lead to one file.
    NamesIgnoreCase,
}

impl LimitKind {
    /// Every kind.
    pub const ALL: &'static [LimitKind] = &[
        LimitKind::NoLock,
        LimitKind::UselessLock,
        LimitKind::LockOfThisMachine,
        LimitKind::LockOfThisMount,
        LimitKind::Volatile,
        LimitKind::SettingsIgnored,
        LimitKind::NoReplacement,
        LimitKind::NoReplacementOfOpenFiles,
        LimitKind::TwoRenames,
        LimitKind::NoSync,
        LimitKind::NoDirectorySync,
        LimitKind::NoUnnamedFiles,
        LimitKind::ModeIgnored,
        LimitKind::NoAttributes,
        LimitKind::NamesIgnoreCase,
    ];

    /// A word for programs. It stays the same in later versions.
    pub const fn name(self) -> &'static str {
        match self {
            LimitKind::NoLock => "no-lock",
            LimitKind::UselessLock => "useless-lock",
            LimitKind::LockOfThisMachine => "lock-of-this-machine",
            LimitKind::LockOfThisMount => "lock-of-this-mount",
            LimitKind::Volatile => "volatile",
            LimitKind::SettingsIgnored => "settings-ignored",
            LimitKind::NoReplacement => "no-replacement",
            LimitKind::NoReplacementOfOpenFiles => "no-replacement-of-open-files",
            LimitKind::TwoRenames => "two-renames",
            LimitKind::NoSync => "no-sync",
            LimitKind::NoDirectorySync => "no-directory-sync",
            LimitKind::NoUnnamedFiles => "no-unnamed-files",
            LimitKind::ModeIgnored => "mode-ignored",
            LimitKind::NoAttributes => "no-attributes",
            LimitKind::NamesIgnoreCase => "names-ignore-case",
        }
    }

    /// Whether documents can be changed in spite of it.
    pub const fn is_usable(self) -> bool {
        !matches!(
            self,
            LimitKind::NoLock | LimitKind::UselessLock | LimitKind::NoReplacement
        )
    }

    pub(super) const fn is_about_locks(self) -> bool {
        matches!(
            self,
            LimitKind::NoLock
                | LimitKind::UselessLock
                | LimitKind::LockOfThisMachine
                | LimitKind::LockOfThisMount
        )
    }

    const fn text(self) -> &'static str {
        match self {
            LimitKind::NoLock => "there are no locks (flock), so documents cannot be changed",
            LimitKind::UselessLock => {
                "a lock (flock) keeps nobody out, so documents must not be changed"
            }
            LimitKind::LockOfThisMachine => {
                "locks are only sure among the programs of one machine: updates of other machines can be lost"
            }
            LimitKind::LockOfThisMount => {
                "locks may hold only among programs that use this mount: updates by way of another mount, or of the \
                 directory below it, can be lost"
            }
            LimitKind::Volatile => "nothing here survives a power failure: the files are in memory",
            LimitKind::SettingsIgnored => {
                ".amend-settings.json is ignored, because it belongs neither to root nor to the owner of the directory"
            }
            LimitKind::NoReplacement => {
                "a file cannot be replaced by a rename, so documents cannot be changed"
            }
            LimitKind::NoReplacementOfOpenFiles => {
                "a file that a program of this machine has open cannot be replaced: an update waits up to two seconds for it"
            }
            LimitKind::TwoRenames => {
                "replacing a file that is open is two renames: between them readers find no document, and a power \
                 failure leaves none"
            }
            LimitKind::NoSync => {
                "a file cannot be synced, so no change survives a power failure for sure, and only changes without \
                 durability are made"
            }
            LimitKind::NoDirectorySync => {
                "a directory cannot be synced, so no change survives a power failure for sure, and only changes \
                 without durability are made"
            }
            LimitKind::NoUnnamedFiles => {
                "files have a name from the first: a killed update leaves one, which the next update removes"
            }
            LimitKind::ModeIgnored => {
                "a mode that is set is ignored: all files have the mode of the mount"
            }
            LimitKind::NoAttributes => {
                "there are no extended attributes and no access control lists"
            }
            LimitKind::NamesIgnoreCase => {
                "names that differ in case are one name: use one spelling of a document in all programs"
            }
        }
    }
}

impl Display for Limit {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.kind.text())?;
        match &self.found {
            Some(found) => write!(to, " ({found})"),
            None => Ok(()),
        }
    }
}
