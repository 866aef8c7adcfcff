//! A directory with a document, and commands that end with an exit code.

use amend_tests::{amend, look};
use std::fs::{self, File};
use std::io::pipe;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

pub(crate) struct Scene {
    scratch: TempDir,
    /// The document.
    pub(crate) file: String,
}

impl Scene {
    pub(crate) fn new(text: &str) -> Scene {
        let scratch = tempfile::tempdir().unwrap();
        let file = scratch.path().join("state.json");
        fs::write(&file, text).unwrap();
        let file = file.to_str().unwrap().to_owned();
        Scene { scratch, file }
    }

    pub(crate) fn directory(&self) -> &Path {
        self.scratch.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.scratch.path().join(name)
    }

    /// A file beside the document.
    pub(crate) fn with(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub(crate) fn text(&self) -> String {
        fs::read_to_string(&self.file).unwrap()
    }

    /// `amend update` of the document.
    pub(crate) fn update(&self, args: &[&str]) -> Command {
        let mut command = command(&["update", &self.file]);
        command.args(args);
        command
    }

    /// Runs a command that ends with this code and these words on standard error, and leaves every file as it was. Only
    /// lock files may be new.
    #[track_caller]
    pub(crate) fn unchanged(&self, mut command: Command, code: i32, says: &[&str]) {
        let before = look(self.directory());
        ends(&mut command, code, says);
        let mut after = look(self.directory());
        after.retain(|name, _| before.contains_key(name) || !name.ends_with(".lock"));
        assert_eq!(after, before, "{command:?}");
    }
}

pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new(amend());
    command.args(args);
    command
}

/// Runs a command that ends with this code and says these words on standard error.
#[track_caller]
pub(crate) fn ends(command: &mut Command, code: i32, says: &[&str]) -> Output {
    let output = command.output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(code), "{command:?}: {message}");
    for part in says {
        assert!(
            message.contains(part),
            "{command:?}: {message:?} does not say {part:?}"
        );
    }
    output
}

/// A file that no byte can be written to.
pub(crate) fn full() -> Stdio {
    File::create("/dev/full").unwrap().into()
}

/// A file that is open for reading only.
pub(crate) fn read_only() -> Stdio {
    File::open("/dev/null").unwrap().into()
}

/// A pipe whose reader has gone away.
pub(crate) fn unread() -> Stdio {
    let (_, writer) = pipe().unwrap();
    writer.into()
}
