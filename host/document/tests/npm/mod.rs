//! Documents as they are published in npm packages, fetched once and kept in the target folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha512};

/// A document in a package of which the version, and so every byte, is pinned.
pub(crate) struct Published {
    pub(crate) package: &'static str,
    pub(crate) version: &'static str,
    pub(crate) path: &'static str,
    /// Of the document, in hexadecimal. It is checked whenever the document is used, so it also says that
    /// what an earlier run left behind is whole.
    pub(crate) sha512: &'static str,
}

/// The text of the document.
pub(crate) fn document(of: &Published) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("npm");
    let kept = folder.join(format!(
        "{}-{}.json",
        of.package.replace('/', "-"),
        of.version
    ));
    if !kept.exists() {
        fs::create_dir_all(&folder).unwrap();
        // Two runs at once both fetch it: each in a folder of its own, and the last rename wins, with the
        // same bytes.
        let own = tempfile::tempdir_in(&folder).unwrap();
        fs::rename(fetch(of, own.path()), &kept).unwrap();
    }
    let text = fs::read(&kept).unwrap();
    let sum: String = Sha512::digest(&text)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(
        sum,
        of.sha512,
        "{} is not what was published: remove it, and it is fetched anew",
        kept.display(),
    );
    String::from_utf8(text).unwrap()
}

/// Only the package itself: nothing that it depends on, and nothing in it is run.
fn fetch(of: &Published, folder: &Path) -> PathBuf {
    let package = format!("{}@{}", of.package, of.version);
    let tarball = run(
        Command::new("npm")
            .args(["pack", "--silent", &package])
            .current_dir(folder),
        "it comes with Node.js, which the README asks for",
    );
    run(
        Command::new("tar")
            .args(["-xzf", tarball.trim()])
            .current_dir(folder),
        "every system has a package of that name",
    );
    folder.join("package").join(of.path)
}

fn run(command: &mut Command, where_from: &str) -> String {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().unwrap_or_else(|error| {
        panic!("this test needs `{name}`, and it does not run: {error}. Install it: {where_from}")
    });
    assert!(
        output.status.success(),
        "{command:?} ended with {}: {}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    String::from_utf8(output.stdout).unwrap()
}
