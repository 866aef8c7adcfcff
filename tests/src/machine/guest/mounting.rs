//! Mounts a file system, and a second client of it.

use crate::machine::guest::other_host::OtherHost;
use crate::machine::mounts::{Client, Mount};
use anyhow::Context;
use std::ffi::CString;
use std::fs::{self, File};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// A mounted file system: directories in which checks are done.
#[derive(Debug)]
pub(super) struct Mounted {
    pub(super) first: PathBuf,
    pub(super) second: Option<PathBuf>,
}

impl Mounted {
    pub(super) fn mount(mount: &Mount, other: &OtherHost) -> anyhow::Result<Mounted> {
        let mut first = Path::new("/mnt").join(&mount.name);
        client(&mount.first, &first).context("mounting it")?;
        if mount.folds_case {
            first.push("folded");
            fs::create_dir(&first)?;
            fold_case(&first).context("chattr +F")?;
        }
        let mut second = None;
        if let Some(planned) = &mount.second {
            let at = Path::new("/mnt").join(format!("{}.second", mount.name));
            let mounted = if planned.on_other_host {
                other.mount(&planned.client, &at)
            } else {
                client(&planned.client, &at)
            };
            mounted.context("mounting it a second time")?;
            second = Some(at);
        }
        Ok(Mounted { first, second })
    }
}

/// Mounts for the network of the calling thread.
pub(super) fn client(client: &Client, at: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(at)?;
    let mut options = client.options.clone();
    if client.kind == "overlay" {
        let base = Path::new("/tmp/overlay");
        for part in ["lower", "upper", "work"] {
            fs::create_dir_all(base.join(part))?;
            options.push_str(&format!(",{part}dir={}", base.join(part).display()));
        }
        options.remove(0);
    }
    let target = CString::new(at.as_os_str().as_bytes())?;
    let [kind, source, options] =
        [&client.kind, &client.source, &options].map(|text| CString::new(text.as_str()));
    let (kind, source, options) = (kind?, source?, options?);
    // SAFETY: four strings that end with a zero byte and outlive the call.
    let result = unsafe {
        libc::mount(
            source.as_ptr(),
            target.as_ptr(),
            kind.as_ptr(),
            0,
            options.as_ptr().cast(),
        )
    };
    if result != 0 {
        let error = io::Error::last_os_error();
        return Err(error).with_context(|| format!("{client:?}"));
    }
    Ok(())
}

/// The attribute that `chattr +F` sets. The directory must be empty.
const FOLDS_CASE: libc::c_long = 0x4000_0000;

fn fold_case(directory: &Path) -> anyhow::Result<()> {
    let directory = File::open(directory)?;
    let mut flags: libc::c_long = 0;
    // SAFETY: the call reads or writes the number that it is given.
    let result = unsafe {
        let got = libc::ioctl(directory.as_raw_fd(), libc::FS_IOC_GETFLAGS, &raw mut flags);
        flags |= FOLDS_CASE;
        got | libc::ioctl(
            directory.as_raw_fd(),
            libc::FS_IOC_SETFLAGS,
            &raw const flags,
        )
    };
    if result != 0 {
        return Err(io::Error::last_os_error().into());
    }
    Ok(())
}
