//! What the tests of the traps share: a look at a directory, waiting for what can be seen, and processes.
//!
//! A second process is this very test, run again: `again!` starts it, and there [`role`] says what it is to do.

#![allow(
    dead_code,
    unused_macros,
    reason = "each test binary uses a part of it"
)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

pub(crate) mod acl;
pub(crate) mod batch;

use amend_store::{Options, Patch, Store};
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Somebody without privileges.
pub(crate) const NOBODY: u32 = 65534;

/// Long enough for anything to happen on a busy machine.
pub(crate) const LONG: Duration = Duration::from_secs(120);

const ROLE: &str = "AMEND_TEST_ROLE";
const DIRECTORY: &str = "AMEND_TEST_DIRECTORY";
const SAID: &str = "said: ";

pub(crate) type Outcome = Result<Option<Patch>, Box<dyn std::error::Error + Send + Sync>>;

/// A store that waits for its locks as long as it takes.
pub(crate) fn patient(directory: &Path) -> Store {
    Store::open_with(directory, waiting(LONG)).unwrap()
}

pub(crate) fn waiting(timeout: Duration) -> Options {
    Options::default().with_lock_timeout(Some(timeout))
}

pub(crate) fn merge(text: impl AsRef<str>) -> Patch {
    Patch::merge(text.as_ref()).unwrap()
}

pub(crate) fn increment(current: Option<&str>) -> Outcome {
    let state: Value = serde_json::from_str(current.unwrap_or("{}"))?;
    let count = state["count"].as_u64().unwrap_or(0) + 1;
    Ok(Some(Patch::merge(format!(r#"{{"count": {count}}}"#))?))
}

pub(crate) fn count(document: &Path) -> u64 {
    let text = fs::read_to_string(document).unwrap();
    serde_json::from_str::<Value>(&text).unwrap()["count"]
        .as_u64()
        .unwrap()
}

pub(crate) fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

pub(crate) fn inode(path: &Path) -> u64 {
    fs::symlink_metadata(path).unwrap().ino()
}

/// Waits for something that can be seen.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < LONG, "this never came: {what}");
        thread::yield_now();
    }
}

/// Whether somebody waits for the `flock` of this inode, as the kernel tells it.
pub(crate) fn is_waited_for(inode: u64) -> bool {
    let inode = format!(":{inode} ");
    fs::read_to_string("/proc/locks")
        .unwrap()
        .lines()
        .any(|line| line.contains("->") && line.contains("FLOCK") && line.contains(&inode))
}

/// Does something that must not block; when it does, this fails and does not wait with it.
pub(crate) fn at_once<T: Send + 'static>(
    what: &str,
    work: impl FnOnce() -> T + Send + 'static,
) -> T {
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::spawn(move || drop(sender.send(work())));
    let done = receiver.recv_timeout(Duration::from_secs(30));
    done.unwrap_or_else(|error| panic!("{what}: {error}"))
}

pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Says on the real standard error, which the test harness does not hide, that a test was not done.
pub(crate) fn skipped(why: &str) {
    let test = thread::current().name().unwrap_or("a test").to_owned();
    let mut real = std::io::stderr();
    writeln!(real, "SKIPPED {test}: {why}").unwrap();
}

/// Gives a file or directory to somebody.
pub(crate) fn give(path: &Path, user: u32, group: u32) {
    std::os::unix::fs::chown(path, Some(user), Some(group)).unwrap();
}

pub(crate) fn chmod(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

pub(crate) fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().mode() & 0o7777
}

/// What this process is to do when it was started by `again`, and in which directory.
pub(crate) fn role() -> Option<(String, PathBuf)> {
    let role = std::env::var(ROLE).ok()?;
    Some((role, std::env::var_os(DIRECTORY)?.into()))
}

/// This test, to be run again in a process of its own: `again!(role, directory)`.
macro_rules! again {
    ($role:expr, $directory:expr) => {{
        fn here() {}
        $crate::common::start_again($crate::common::test_of(here), $role, $directory)
    }};
}

/// The same, after a shell script that may mount what it likes: nobody else sees it. The script is given the
/// directory as `$dir`. `None` where that is not possible, which it has said then.
#[allow(unused_macros, reason = "each test binary uses a part of it")]
macro_rules! again_after_mounting {
    ($script:expr, $role:expr, $directory:expr) => {{
        fn here() {}
        let test = $crate::common::test_of(here);
        $crate::common::mount_and_start_again($script, test, $role, $directory)
    }};
}

#[allow(unused_imports, reason = "each test binary uses a part of it")]
pub(crate) use {again, again_after_mounting};

/// The name of the test that a function stands in.
pub(crate) fn test_of<F>(_: F) -> &'static str {
    let path = std::any::type_name::<F>();
    let path = path.split_once("::").unwrap().1;
    path.split("::{{")
        .next()
        .unwrap()
        .trim_end_matches("::here")
}

pub(crate) fn start_again(test: &str, role: &str, directory: &Path) -> Command {
    // Not its path: one that drops its privileges could not follow that everywhere.
    again_as(Command::new("/proc/self/exe"), test, role, directory)
}

fn again_as(mut command: Command, test: &str, role: &str, directory: &Path) -> Command {
    command
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(ROLE, role)
        .env(DIRECTORY, directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    command
}

pub(crate) fn mount_and_start_again(
    script: &str,
    test: &str,
    role: &str,
    directory: &Path,
) -> Option<Command> {
    let unshare = || {
        let mut command = Command::new("unshare");
        command.arg("--mount");
        if !is_root() {
            command.arg("--map-root-user");
        }
        command
    };
    let can_mount = unshare()
        .args(["mount", "-t", "tmpfs", "none"])
        .arg(directory)
        .stderr(Stdio::null())
        .status();
    if !can_mount.is_ok_and(|status| status.success()) {
        skipped("nothing can be mounted here, not even in a namespace of its own");
        return None;
    }
    let mut command = unshare();
    command
        .env("dir", directory)
        .args(["sh", "-ec", &format!("{script}\nexec \"$@\""), "sh"])
        .arg(std::env::current_exe().unwrap());
    Some(again_as(command, test, role, directory))
}

/// Makes a command run as somebody without privileges, who is in this group besides. `None` when this process
/// has not the privilege to do so, which it has said then.
pub(crate) fn as_nobody(mut command: Command, group: Option<u32>) -> Option<Command> {
    if !is_root() {
        skipped("only root can become somebody else");
        return None;
    }
    let become_nobody = move || {
        let groups: Vec<u32> = group.into_iter().collect();
        // SAFETY: three system calls that take no memory but the list of groups, which is there.
        let failed = unsafe {
            libc::setgroups(groups.len(), groups.as_ptr()) != 0
                || libc::setgid(NOBODY) != 0
                || libc::setuid(NOBODY) != 0
        };
        if failed {
            return Err(std::io::Error::last_os_error());
        }
        Ok(())
    };
    // SAFETY: between fork and exec, a few system calls, and an allocation of the only thread that there is
    // then: the C library sees to it that its allocator is usable after a fork.
    unsafe { command.pre_exec(become_nobody) };
    Some(command)
}

/// Runs a process to its end, and passes on that it failed.
pub(crate) fn run(mut command: Command) {
    let output = command.stderr(Stdio::piped()).output().unwrap();
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// In such a process: tells the test something.
pub(crate) fn say(word: &str) {
    let mut out = std::io::stdout();
    writeln!(out, "\n{SAID}{word}").unwrap();
    out.flush().unwrap();
}

/// In such a process: waits until the test lets it go on, or has ended.
pub(crate) fn until_told() {
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

/// A process that was started; it is killed when it is dropped.
pub(crate) struct Process {
    pub(crate) child: Child,
    out: BufReader<ChildStdout>,
}

impl Process {
    pub(crate) fn start(mut command: Command) -> Process {
        let mut child = command.spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Process { child, out }
    }

    /// The next thing it says.
    pub(crate) fn listen(&mut self) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            assert_ne!(self.out.read_line(&mut line).unwrap(), 0, "it ended");
            if let Some(said) = line.strip_prefix(SAID) {
                return said.trim_end().to_owned();
            }
        }
    }

    /// The next byte it writes.
    pub(crate) fn byte(&mut self) -> u8 {
        let mut byte = [0];
        std::io::Read::read_exact(&mut self.out, &mut byte).unwrap();
        byte[0]
    }

    pub(crate) fn tell_to_go_on(&mut self) {
        writeln!(self.child.stdin.as_mut().unwrap(), "go on").unwrap();
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits for its end, and passes on that it failed.
    pub(crate) fn end(mut self) {
        drop(self.child.stdin.take());
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut self.out, &mut rest).unwrap();
        assert!(self.child.wait().unwrap().success(), "{rest}");
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Lets this process write no file beyond so many bytes: it is told so by an error, not by a signal.
pub(crate) fn limit_file_size(bytes: u64) {
    // SAFETY: to ignore a signal takes no handler.
    let before = unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
    assert_ne!(before, libc::SIG_ERR);
    let limit = rustix::process::Rlimit {
        current: Some(bytes),
        maximum: Some(bytes),
    };
    rustix::process::setrlimit(rustix::process::Resource::Fsize, limit).unwrap();
}
