//! File systems of a test: mounted where no other process sees them, and gone with the test, however it ends.

use crate::requirements::skipped;
use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::process::Command;
use std::thread;

/// Runs something in a thread that has a mount table of its own. Threads and processes that the thread starts share the
/// table. Only root can.
///
/// Returns whether it ran. A container may refuse that: then this says that it is skipped.
///
/// # Panics
///
/// When the thread does.
pub fn with_own_mounts(work: impl FnOnce() + Send) -> bool {
    let ran = try_with_own_mounts(work);
    if let Err(error) = &ran {
        skipped(&format!("nothing can be mounted here: {error}"));
    }
    ran.is_ok()
}

fn try_with_own_mounts(work: impl FnOnce() + Send) -> io::Result<()> {
    let run = || {
        // SAFETY: a number.
        if unsafe { libc::unshare(libc::CLONE_NEWNS) } != 0 {
            return Err(io::Error::last_os_error());
        }
        // Else what is mounted here would appear in the other table as well.
        mount(&["--make-rprivate", "/"])?;
        work();
        Ok(())
    };
    let name = thread::current().name().unwrap_or("a test").to_owned();
    thread::scope(|scope| {
        let thread = thread::Builder::new().name(name);
        let joined = thread.spawn_scoped(scope, run)?.join();
        joined.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Runs `mount` with these arguments.
///
/// # Errors
///
/// With its message, when it fails.
pub fn mount(args: &[&str]) -> io::Result<()> {
    succeed(Command::new("mount").args(args))
}

/// An image of a file system, in a file.
#[derive(Debug, Clone, Copy)]
pub struct Image<'p> {
    /// The file.
    pub file: &'p Path,
    /// The directory where it is mounted.
    pub at: &'p Path,
}

impl Image<'_> {
    /// Makes one with a command such as `mkfs.ext4 -q`, and mounts it.
    ///
    /// # Errors
    ///
    /// When it cannot be made, or not be mounted: a machine may lack the file system or loop devices.
    pub fn make(self, mkfs: &[&str]) -> io::Result<()> {
        File::create(self.file)?.set_len(400 << 20)?;
        succeed(Command::new(mkfs[0]).args(&mkfs[1..]).arg(self.file))?;
        fs::create_dir_all(self.at)?;
        self.mount()
    }

    /// Simulates a power failure: content that has not reached the image is lost. The image is copied as it is at this
    /// moment, and the copy is mounted instead.
    ///
    /// # Errors
    ///
    /// When it cannot be copied or mounted.
    pub fn lose_power(self) -> io::Result<()> {
        let copy = self.file.with_extension("copy");
        succeed(
            Command::new("cp")
                .arg("--sparse=always")
                .args([self.file, &copy]),
        )?;
        succeed(Command::new("umount").arg(self.at))?;
        fs::rename(&copy, self.file)?;
        self.mount()
    }

    fn mount(self) -> io::Result<()> {
        let mut command = Command::new("mount");
        succeed(command.args(["-o", "loop"]).args([self.file, self.at]))
    }
}

fn succeed(command: &mut Command) -> io::Result<()> {
    let output = command.output()?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(io::Error::other(format!("{command:?}: {}", said.trim())))
}
