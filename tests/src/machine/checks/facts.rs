//! Properties of a file system that decide what amend can promise on it, as system calls show them.

use super::Site;
use crate::machine::event::{Event, Outcome};
use rustix::fs::{AtFlags, CWD, Mode, OFlags, RenameFlags, XattrFlags};
use std::fs::{self, File, Permissions};
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt, chown, symlink};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

pub(super) fn run(site: &Site<'_>) -> anyhow::Result<Outcome> {
    let directory = site.directory("facts")?;
    let second = site.second.map(|second| second.join(site.name("facts")));
    let facts = look(&directory, second.as_deref());
    let count = facts.len();
    for (name, value) in facts {
        (site.send)(Event::Fact {
            mount: site.mount.to_owned(),
            name: name.to_owned(),
            value,
        })?;
    }
    Ok(Outcome::Passed(format!("{count} facts")))
}

type Facts = Vec<(&'static str, String)>;

/// Tries everything in an empty directory. `second` is the same directory, seen by another client.
pub(in crate::machine) fn look(directory: &Path, second: Option<&Path>) -> Facts {
    let mut facts = Vec::new();
    let mut add = |name, value: String| facts.push((name, value));
    if let Ok(found) = rustix::fs::statfs(directory) {
        add("f_type", format!("{:#x}", found.f_type));
    }
    if let Ok(metadata) = fs::metadata(directory) {
        let (major, minor) = (libc::major(metadata.dev()), libc::minor(metadata.dev()));
        add("st_dev", format!("{major}:{minor}"));
    }
    locks(directory, second, &mut add);
    syncs(directory, &mut add);
    names(directory, &mut add);
    attributes(directory, &mut add);
    replacement(directory, second, &mut add);
    facts
}

fn said<T>(result: Result<T, impl Into<io::Error>>) -> String {
    match result {
        Ok(_) => "ok".to_owned(),
        Err(error) => errno(&error.into()),
    }
}

fn errno(error: &io::Error) -> String {
    let Some(number) = error.raw_os_error() else {
        return error.to_string();
    };
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    format!("{text} ({number})")
}

fn flock(file: &File, operation: libc::c_int) -> io::Result<()> {
    // SAFETY: two numbers.
    match unsafe { libc::flock(file.as_raw_fd(), operation | libc::LOCK_NB) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

fn byte_lock(file: &File, kind: libc::c_int) -> io::Result<()> {
    // SAFETY: the structure is plain numbers, for which zero is a value, and outlives the call.
    let result = unsafe {
        let mut lock: libc::flock = std::mem::zeroed();
        lock.l_type = libc::c_short::try_from(kind).unwrap_or_default();
        lock.l_len = 1;
        libc::fcntl(file.as_raw_fd(), libc::F_OFD_SETLK, &raw const lock)
    };
    if result == 0 {
        return Ok(());
    }
    Err(io::Error::last_os_error())
}

fn locks(directory: &Path, second: Option<&Path>, add: &mut impl FnMut(&'static str, String)) {
    let name = "l.lock";
    let writable = |path: &Path| {
        File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
    };
    let path = directory.join(name);
    let one = writable(&path);
    add(
        "a lock file is opened for writing",
        said(one.as_ref().map_err(|error| io::Error::from(error.kind()))),
    );
    let Ok(one) = one else { return };
    add(
        "flock on a handle for reading",
        said(File::open(&path).and_then(|file| flock(&file, libc::LOCK_EX))),
    );
    add(
        "flock on a handle for writing",
        said(flock(&one, libc::LOCK_EX)),
    );
    add(
        "flock while another handle holds it",
        said(writable(&path).and_then(|file| flock(&file, libc::LOCK_EX))),
    );
    add(
        "shared flock while another handle holds it",
        said(File::open(&path).and_then(|file| flock(&file, libc::LOCK_SH))),
    );
    add("read while another handle holds it", said(fs::read(&path)));
    add("unlink while a handle holds it", {
        let other = directory.join("u.lock");
        let held = writable(&other).and_then(|file| flock(&file, libc::LOCK_EX).map(|()| file));
        let result = said(fs::remove_file(&other));
        drop(held);
        result
    });
    if let Some(second) = second {
        let path = second.join(name);
        add(
            "flock while another client holds it",
            said(writable(&path).and_then(|file| flock(&file, libc::LOCK_EX))),
        );
    }
    flock(&one, libc::LOCK_UN).ok();
    add(
        "flock after it was released",
        said(writable(&path).and_then(|file| flock(&file, libc::LOCK_EX))),
    );
    drop(one);
    let path = directory.join("b.lock");
    if let Ok(one) = writable(&path) {
        add("OFD lock", said(byte_lock(&one, libc::F_WRLCK)));
        add(
            "OFD lock while another handle holds it",
            said(writable(&path).and_then(|file| byte_lock(&file, libc::F_WRLCK))),
        );
        if let Some(second) = second {
            add(
                "OFD lock while another client holds it",
                said(
                    writable(&second.join("b.lock"))
                        .and_then(|file| byte_lock(&file, libc::F_WRLCK)),
                ),
            );
        }
    }
    let path = directory.join("lease");
    fs::write(&path, "x").ok();
    if let Ok(file) = File::open(&path) {
        // SAFETY: three numbers.
        let result = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_SETLEASE, libc::F_RDLCK) };
        let result = if result == 0 {
            Ok(())
        } else {
            Err(io::Error::last_os_error())
        };
        add("read lease", said(result));
    }
}

fn syncs(directory: &Path, add: &mut impl FnMut(&'static str, String)) {
    add(
        "fsync of the directory",
        said(File::open(directory).and_then(|file| file.sync_all())),
    );
    add(
        "fdatasync of the directory",
        said(File::open(directory).and_then(|file| file.sync_data())),
    );
    let path = directory.join("s");
    fs::write(&path, "x").ok();
    add(
        "fsync of a handle for reading",
        said(File::open(&path).and_then(|file| file.sync_all())),
    );
    add(
        "fsync of a handle for writing",
        said(
            File::options()
                .write(true)
                .open(&path)
                .and_then(|file| file.sync_all()),
        ),
    );
    add(
        "syncfs",
        said(File::open(directory).and_then(|file| rustix::fs::syncfs(file).map_err(Into::into))),
    );
}

fn names(directory: &Path, add: &mut impl FnMut(&'static str, String)) {
    let at = |name: &str| directory.join(name);
    fs::write(at("Case"), "x").ok();
    let folds = fs::metadata(at("cASE")).is_ok();
    add(
        "names differ by case",
        if folds { "no" } else { "yes" }.to_owned(),
    );
    let odd = [
        ("a name with a colon", "a:b".to_owned()),
        ("a name that ends with a dot", "a.".to_owned()),
        ("a name of 255 bytes", "n".repeat(255)),
        ("a name of 230 bytes", "n".repeat(230)),
        ("a name that begins with a dot", ".a".to_owned()),
        ("a name that is not ASCII", "ä".to_owned()),
    ];
    for (what, name) in odd {
        let result = fs::write(at(&name), "x");
        let mut value = said(result);
        if value == "ok" {
            let is_listed = fs::read_dir(directory)
                .into_iter()
                .flatten()
                .flatten()
                .any(|entry| entry.file_name() == name.as_str());
            if !is_listed {
                value = "ok, but it is listed as another".to_owned();
            }
        }
        add(what, value);
    }
    add("a symbolic link", said(symlink("Case", at("link"))));
    add("a hard link", said(fs::hard_link(at("Case"), at("hard"))));
    add(
        "the count of links then",
        fs::metadata(at("Case"))
            .map_or_else(|error| errno(&error), |found| found.nlink().to_string()),
    );
    let unnamed = rustix::fs::open(
        directory,
        OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC,
        Mode::from_raw_mode(0o600),
    );
    add("O_TMPFILE", said(unnamed.as_ref().map_err(|error| *error)));
    if let Ok(unnamed) = unnamed {
        let from = format!("/proc/self/fd/{}", unnamed.as_raw_fd());
        let linked = rustix::fs::linkat(CWD, from, CWD, at("named"), AtFlags::SYMLINK_FOLLOW);
        add("linkat of it", said(linked));
    }
    fs::write(at("r1"), "x").ok();
    fs::write(at("r2"), "x").ok();
    let rename = |from: &str, to: &str, flags| {
        said(rustix::fs::renameat_with(CWD, at(from), CWD, at(to), flags))
    };
    add(
        "RENAME_NOREPLACE to a free name",
        rename("r1", "r3", RenameFlags::NOREPLACE),
    );
    add(
        "RENAME_NOREPLACE to a taken name",
        rename("r2", "Case", RenameFlags::NOREPLACE),
    );
    add(
        "RENAME_EXCHANGE",
        rename("r2", "Case", RenameFlags::EXCHANGE),
    );
}

fn attributes(directory: &Path, add: &mut impl FnMut(&'static str, String)) {
    let path = directory.join("attributes");
    let mode = || {
        fs::metadata(&path).map_or_else(
            |error| errno(&error),
            |found| format!("{:o}", found.mode() & 0o7777),
        )
    };
    let created = rustix::fs::open(
        &path,
        OFlags::CREATE | OFlags::EXCL | OFlags::RDWR,
        Mode::from_raw_mode(0o600),
    );
    add(
        "created with mode 600",
        format!("{}, is {}", said(created.map_err(io::Error::from)), mode()),
    );
    for wanted in [0o640, 0o664, 0o600] {
        let what = match wanted {
            0o640 => "chmod 640",
            0o664 => "chmod 664",
            _ => "chmod 600",
        };
        let result = said(fs::set_permissions(&path, Permissions::from_mode(wanted)));
        add(what, format!("{result}, is {}", mode()));
    }
    let result = said(chown(&path, Some(61_001), Some(61_000)));
    let owner = fs::metadata(&path).map_or_else(
        |error| errno(&error),
        |found| format!("{}:{}", found.uid(), found.gid()),
    );
    add("chown 61001:61000", format!("{result}, is {owner}"));
    add(
        "attribute user.x",
        said(rustix::fs::setxattr(
            &path,
            "user.x",
            b"1",
            XattrFlags::empty(),
        )),
    );
    // u::rw-, u:61002:r--, g::r--, m::r--, o::---
    let mut acl = 2_u32.to_le_bytes().to_vec();
    for (tag, rights, id) in [
        (1_u16, 6_u16, u32::MAX),
        (2, 4, 61_002),
        (4, 4, u32::MAX),
        (16, 4, u32::MAX),
        (32, 0, u32::MAX),
    ] {
        acl.extend(tag.to_le_bytes());
        acl.extend(rights.to_le_bytes());
        acl.extend(id.to_le_bytes());
    }
    add(
        "access control list",
        said(rustix::fs::setxattr(
            &path,
            "system.posix_acl_access",
            &acl,
            XattrFlags::empty(),
        )),
    );
    let mut names = [0_u8; 4096];
    let listed = rustix::fs::listxattr(&path, &mut names)
        .map(|length| String::from_utf8_lossy(&names[..length]).replace('\0', " "));
    add(
        "attributes listed",
        listed.unwrap_or_else(|error| errno(&error.into())),
    );
    let flags = File::open(&path).and_then(|file| {
        let mut flags: libc::c_long = 0;
        // SAFETY: the call writes to the number that it is given.
        match unsafe { libc::ioctl(file.as_raw_fd(), libc::FS_IOC_GETFLAGS, &raw mut flags) } {
            0 => Ok(flags),
            _ => Err(io::Error::last_os_error()),
        }
    });
    match flags {
        Err(error) => add("FS_IOC_GETFLAGS", errno(&error)),
        Ok(flags) => {
            add("FS_IOC_GETFLAGS", format!("{flags:#x}"));
            let without_times = flags | 0x80;
            let set = File::open(&path).and_then(|file| {
                // SAFETY: the call reads the number that it is given.
                match unsafe {
                    libc::ioctl(
                        file.as_raw_fd(),
                        libc::FS_IOC_SETFLAGS,
                        &raw const without_times,
                    )
                } {
                    0 => Ok(()),
                    _ => Err(io::Error::last_os_error()),
                }
            });
            add("FS_IOC_SETFLAGS, noatime", said(set));
        }
    }
    let modified = fs::metadata(&path).map(|found| found.mtime_nsec());
    add(
        "nanoseconds of a time",
        modified.map_or_else(|error| errno(&error), |time| time.to_string()),
    );
}

fn replacement(
    directory: &Path,
    second: Option<&Path>,
    add: &mut impl FnMut(&'static str, String),
) {
    let (old, new) = (directory.join("old"), directory.join("new"));
    let inode = |path: &Path| fs::metadata(path).map(|found| found.ino());
    let mut replace = |what, is_open: bool, is_locked: bool| {
        fs::write(&old, "old").ok();
        fs::write(&new, "new").ok();
        let before = inode(&new);
        let held = is_open.then(|| File::open(&old)).and_then(Result::ok);
        let writer = is_locked
            .then(|| File::options().write(true).open(&new))
            .and_then(Result::ok);
        let result = said(fs::rename(&new, &old));
        let found = fs::read_to_string(&old).unwrap_or_else(|error| errno(&error));
        let is_left = new.exists();
        let kept = match (before, inode(&old)) {
            (Ok(before), Ok(after)) if before == after => "inode kept",
            (Ok(_), Ok(_)) => "another inode",
            _ => "no inode",
        };
        let by_handle = writer.as_ref().and_then(|file| file.metadata().ok());
        let by_handle = by_handle.map(|found| inode(&old).is_ok_and(|inode| inode == found.ino()));
        add(
            what,
            format!(
                "{result}; the target is {found:?}, the source {}, {kept}, handle's inode is the path's: {by_handle:?}",
                if is_left { "is there" } else { "is gone" }
            ),
        );
        drop((held, writer));
        let found = fs::read_to_string(&old).unwrap_or_else(|error| errno(&error));
        add(
            "the target after all handles are closed",
            format!("{found:?}"),
        );
    };
    replace("rename over a closed file", false, false);
    replace("rename over a file that is open for reading", true, false);
    replace("rename of a file that is open for writing", false, true);
    replace(
        "rename of a file open for writing over an open one",
        true,
        true,
    );
    if let Some(second) = second {
        let there = second.join("old");
        fs::write(&old, "old").ok();
        fs::write(&new, "new").ok();
        let held = File::open(&there);
        let result = said(fs::rename(&new, &old));
        let found = |path: &Path| fs::read_to_string(path).unwrap_or_else(|error| errno(&error));
        let handle =
            held.map(|file| io::read_to_string(file).unwrap_or_else(|error| errno(&error)));
        add(
            "rename over a file that another client has open",
            format!(
                "{result}; the target is {:?}, there {:?}, by its handle {handle:?}",
                found(&old),
                found(&there)
            ),
        );
    }
    if let Some(second) = second {
        add(
            "a replacement is seen by another client after",
            seen_after(&old, &new, &second.join("old"), false),
        );
        add(
            "the same, with other flags and lock queries",
            seen_after(&old, &new, &second.join("old"), true),
        );
    }
    let path = directory.join("unlinked");
    fs::write(&path, "x").ok();
    let held = File::open(&path);
    let result = said(fs::remove_file(&path));
    let count = held
        .as_ref()
        .ok()
        .and_then(|file| file.metadata().ok())
        .map(|found| found.nlink());
    let left: Vec<_> = fs::read_dir(directory)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| {
            name.starts_with(".nfs") || name.starts_with(".smb") || name.starts_with(".fuse")
        })
        .collect();
    add(
        "unlink of an open file",
        format!("{result}, links of the handle: {count:?}, hidden names: {left:?}"),
    );
    let recreated = fs::write(&path, "y");
    add(
        "a new file of the same name, while the old one is open",
        said(recreated),
    );
    drop(held);
}

/// Replaces a file that another client has read, and returns how long that one goes on to read the old content, and which
/// errors it gets. An SMB client keeps a handle open for a while, and takes it for the next open with the same flags, unless
/// a program has asked for a lock of the file.
fn seen_after(old: &Path, new: &Path, there: &Path, has_queries: bool) -> String {
    let read = |has_query: bool| {
        let mut options = File::options();
        if has_query {
            options.custom_flags(libc::O_SYNC);
        }
        let file = options.read(true).open(there)?;
        if has_query {
            // SAFETY: the structure is plain numbers, for which zero is a value, and outlives the call.
            unsafe {
                let mut lock: libc::flock = std::mem::zeroed();
                lock.l_type = libc::F_RDLCK.try_into().unwrap_or_default();
                libc::fcntl(file.as_raw_fd(), libc::F_OFD_GETLK, &raw mut lock);
            }
        }
        io::read_to_string(file)
    };
    fs::write(old, "old").ok();
    thread::sleep(Duration::from_secs(2));
    // As another program reads it, which asks for no lock.
    read(false).ok();
    fs::write(new, "new").ok();
    fs::rename(new, old).ok();
    let started = Instant::now();
    let (mut errors, mut reads) = (Vec::new(), 0);
    while started.elapsed() < Duration::from_secs(4) {
        match read(has_queries) {
            Ok(text) if text == "new" => {
                return format!(
                    "{} ms, {reads} old reads, {errors:?}",
                    started.elapsed().as_millis()
                );
            }
            Ok(_) => reads += 1,
            Err(error) => errors.push(errno(&error)),
        }
        errors.dedup();
        thread::sleep(Duration::from_millis(50));
    }
    format!("never, {reads} old reads, {errors:?}")
}
