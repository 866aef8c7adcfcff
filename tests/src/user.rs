//! Users of a test: numbers, which need no entry in any list of users.

use serde::{Deserialize, Serialize};
use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

/// The group that all [`USERS`] have in common.
pub const GROUP: u32 = 61_000;

/// Three users with a group of their own each, and one in common.
pub const USERS: [User; 3] = [User::new(61_001), User::new(61_002), User::new(61_003)];

/// The user that may do everything.
pub const ROOT: User = User {
    id: 0,
    in_common: false,
};

/// A user with the rights of a file's reader, unless its mode gives all users more.
pub const STRANGER: User = User {
    id: 61_009,
    in_common: false,
};

/// A user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Its number, and that of its own group.
    pub id: u32,
    /// Whether it is a member of [`GROUP`].
    in_common: bool,
}

impl User {
    const fn new(id: u32) -> User {
        User {
            id,
            in_common: true,
        }
    }

    /// Makes this process the user's, for good.
    ///
    /// # Errors
    ///
    /// When this process is not root.
    pub fn become_it(self) -> io::Result<()> {
        let groups: &[libc::gid_t] = if self.in_common { &[GROUP] } else { &[] };
        // SAFETY: three system calls, of which one reads a slice that outlives it.
        let failed = unsafe {
            libc::setgroups(groups.len(), groups.as_ptr()) != 0
                || libc::setgid(self.id) != 0
                || libc::setuid(self.id) != 0
        };
        if failed {
            return Err(io::Error::last_os_error());
        }
        Ok(())
    }

    /// Has a command run as the user. It must be at a path that the user can reach.
    pub fn runs(self, mut command: Command) -> Command {
        // SAFETY: between fork and exec there are three system calls, and no allocation.
        unsafe { command.pre_exec(move || self.become_it()) };
        command
    }
}
