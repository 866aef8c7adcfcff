//! Requirements of a test on the machine: root, or tools. A test without them is skipped and says so.
//!
//! `AMEND_REQUIRE_ROOT=1` turns each such skip into a failure, so that CI cannot skip them unseen.

use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;

/// Returns whether this process is root. Otherwise the test is to return at once.
///
/// # Panics
///
/// When it is not root and `AMEND_REQUIRE_ROOT=1` is set.
pub fn has_root() -> bool {
    // SAFETY: the call takes nothing, and cannot fail.
    let is_root = unsafe { libc::geteuid() } == 0;
    if !is_root {
        missing("root, to become other users and to mount file systems");
    }
    is_root
}

/// Returns whether these tools exist: the commands, and the Debian package of each.
///
/// # Panics
///
/// When one is missing and `AMEND_REQUIRE_ROOT=1` is set.
pub fn has_tools(tools: &[(&str, &str)]) -> bool {
    let lacks = |tool: &str| {
        let mut command = Command::new(tool);
        command.arg("-V").stdin(Stdio::null());
        let started = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
        started.is_err()
    };
    let mut packages = tools.iter().filter(|(tool, _)| lacks(tool));
    match packages.next() {
        None => true,
        Some((tool, package)) => {
            missing(&format!("{tool} (apt-get install {package})"));
            false
        }
    }
}

/// Says on the real standard error, which the test harness does not capture, that the running test is skipped.
///
/// # Panics
///
/// When nothing can be written there.
pub fn skipped(why: &str) {
    let test = thread::current().name().unwrap_or("a test").to_owned();
    let written = writeln!(std::io::stderr(), "SKIPPED {test}: {why}");
    written.expect("standard error takes a line");
}

fn missing(what: &str) {
    let required = std::env::var_os("AMEND_REQUIRE_ROOT").is_some_and(|value| value == "1");
    assert!(
        !required,
        "AMEND_REQUIRE_ROOT=1, and this is missing: {what}"
    );
    skipped(&format!("it needs {what}"));
}
