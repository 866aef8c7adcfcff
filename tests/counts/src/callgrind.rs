//! Counting by valgrind's callgrind.

use anyhow::{Context, ensure};
use std::path::Path;
use std::process::Command;

/// What callgrind counts: only what is done in here, and in what it calls.
///
/// Its name is how callgrind finds it, so it keeps it, and is never made part of another function.
#[unsafe(no_mangle)]
#[inline(never)]
// SAFETY: nothing else in this program has that name.
pub(crate) extern "Rust" fn amend_counted(work: &mut dyn FnMut()) {
    work();
}

pub(crate) use amend_counted as counted;

/// Runs one work in a process of its own under callgrind, and gives the number of its instructions.
///
/// # Errors
///
/// When valgrind is not there, the work fails, or nothing was counted.
pub(crate) fn count(work: &str) -> anyhow::Result<u64> {
    // The same length everywhere, whatever the directory for temporary files is called: it is only worked in.
    let scratch = tempfile::tempdir()?;
    let out = scratch.path().join("callgrind.out");
    let documents = scratch.path().join("documents");
    std::fs::create_dir(&documents)?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--toggle-collect=amend_counted"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(std::env::current_exe()?)
        .args(["work", work, "."])
        .current_dir(&documents)
        // valgrind is looked for with it; nothing else of the environment reaches the work.
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .output()
        .context("running valgrind: `apt-get install valgrind` where there is none")?;
    ensure!(
        output.status.success(),
        "{work}: {}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    let count = total(&out)?;
    ensure!(count > 0, "{work}: callgrind has counted nothing");
    Ok(count)
}

/// The number behind `totals:`, the last line of what callgrind writes
/// (<https://valgrind.org/docs/manual/cl-format.html>).
fn total(out: &Path) -> anyhow::Result<u64> {
    let text = std::fs::read_to_string(out)?;
    let total = text
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("totals:"));
    let total = total.context("callgrind wrote no total")?;
    total
        .trim()
        .parse()
        .context("callgrind's total is no number")
}

/// What else than the code the counts depend on.
///
/// # Errors
///
/// When valgrind is not there.
pub(crate) fn counted_with() -> anyhow::Result<String> {
    let output = Command::new("valgrind")
        .arg("--version")
        .output()
        .context("running valgrind: `apt-get install valgrind` where there is none")?;
    ensure!(
        output.status.success(),
        "valgrind --version: {}",
        output.status
    );
    let valgrind = String::from_utf8(output.stdout)?;
    // SAFETY: it takes nothing, and gives a text that is never freed.
    let glibc = unsafe { std::ffi::CStr::from_ptr(libc::gnu_get_libc_version()) };
    Ok(format!(
        "{}{}, glibc {}, {}",
        std::env::consts::ARCH,
        features(),
        glibc.to_string_lossy(),
        valgrind.trim()
    ))
}

/// What valgrind shows of the processor, as far as anything here has code of its own for it.
#[cfg(target_arch = "x86_64")]
fn features() -> &'static str {
    if std::arch::is_x86_feature_detected!("avx2") {
        " with AVX2"
    } else {
        " without AVX2"
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn features() -> &'static str {
    ""
}
