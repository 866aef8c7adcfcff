//! Which user may do what on a simulated disk, as Linux has it (`path_resolution(7)`, `unlink(2)`, `chmod(2)`).
//!
//! All users are in one group, which all files have. User 0 may do everything.

use super::model::Model;
use rustix::io::Errno;

pub(super) const READ: u32 = 0o4;
pub(super) const WRITE: u32 = 0o2;

const STICKY: u32 = 0o1000;

impl Model {
    /// Checks the permission bits of a file or directory.
    pub(super) fn check(&self, user: u32, inode: u64, wanted: u32) -> Result<(), Errno> {
        let found = &self.inodes[&inode];
        let bits = if user == found.user {
            found.mode >> 6
        } else {
            found.mode >> 3
        };
        if user == 0 || bits & wanted == wanted {
            Ok(())
        } else {
            Err(Errno::ACCESS)
        }
    }

    /// Checks that a user may take away the name of a file, by removing it or by renaming another file over it.
    pub(super) fn check_unlink(&self, user: u32, directory: u64, file: u64) -> Result<(), Errno> {
        self.check(user, directory, WRITE)?;
        let is_sticky = self.inodes[&directory].mode & STICKY != 0;
        if is_sticky && !self.owns(user, file) && !self.owns(user, directory) {
            return Err(Errno::PERM);
        }
        Ok(())
    }

    /// Checks that a user may change the mode or the owner of a file.
    pub(super) fn check_owner(&self, user: u32, inode: u64) -> Result<(), Errno> {
        if self.owns(user, inode) {
            Ok(())
        } else {
            Err(Errno::PERM)
        }
    }

    pub(super) fn owns(&self, user: u32, inode: u64) -> bool {
        user == 0 || user == self.inodes[&inode].user
    }
}
