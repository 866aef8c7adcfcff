//! The settings of a directory of documents, which all processes that change them have in common.
//!
//! They are in a file of the directory, so that whoever finds a document finds them, too. Only a file of root or of the
//! directory's owner is believed: another user could otherwise send writers of one document to different locks.

use crate::disk::{Directory, Facts, File, Open, read_to_end};
use crate::error::Error;
use crate::place::Root;
use rustix::io::Errno;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::ffi::OsStr;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

/// The name of the file.
pub(crate) const NAME: &str = ".amend-settings.json";

const STICKY: u32 = 0o1000;

/// A larger file cannot be settings.
const LARGEST: u64 = 64 << 10;

/// The settings for the documents of a directory.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Where the lock files are: an absolute path, or one below the directory; `null` for beside the documents.
    #[serde(deserialize_with = "Option::deserialize")]
    pub(crate) lock_directory: Option<PathBuf>,
}

/// The outcome of a look for settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    Nothing,
    Settings(Settings),
    /// A file of a user who is neither root nor the directory's owner, in a sticky directory. It does not count.
    OfStranger,
}

/// Reads the settings of a directory.
pub(crate) fn settings<D: Directory>(
    root: &Root<D>,
    dir: &D,
    document: &Path,
) -> Result<Found, Error> {
    let found = dir.facts(OsStr::new(NAME));
    let failed = |error| Error::Settings {
        path: root.show(document),
        source: Arc::new(error),
    };
    let Some(found) = found.map_err(failed)? else {
        return Ok(Found::Nothing);
    };
    let directory = dir.facts(OsStr::new(".")).map_err(failed)?;
    let directory = directory.ok_or_else(|| failed(Errno::NOENT.into()))?;
    if found.user != 0 && found.user != directory.user {
        return of_stranger(&found, &directory).map_err(failed);
    }
    read(dir, &found).map(Found::Settings).map_err(failed)
}

/// In a sticky directory no other user can have replaced settings that count: there are none. In any other directory a user
/// who edits the file may have replaced it, and to ignore it would silently move the lock.
fn of_stranger(found: &Facts, directory: &Facts) -> io::Result<Found> {
    if directory.mode & STICKY != 0 {
        return Ok(Found::OfStranger);
    }
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        format!(
            "it belongs to user {}, who is neither root nor the owner of the directory; give it to one of them (chown), or \
             remove it",
            found.user
        ),
    ))
}

fn read<D: Directory>(dir: &D, found: &Facts) -> io::Result<Settings> {
    let invalid = |text: String| io::Error::new(io::ErrorKind::InvalidData, text);
    if let Some(kind) = found.kind.not_a_file() {
        return Err(invalid(format!("this is {kind}; move it away")));
    }
    let cannot = |error: io::Error| {
        let text = format!("it cannot be read: {error}; its owner can allow it by its permissions");
        io::Error::new(error.kind(), text)
    };
    let file = dir.open(OsStr::new(NAME), Open::Read).map_err(cannot)?;
    let opened = file.facts()?;
    // Another user may have put another file there since; and a file of root may get this name as a hard link.
    if !opened.is_same_file(found) || opened.user != found.user {
        return Err(invalid("it was replaced at this moment; try again".into()));
    }
    if opened.links != 1 {
        return Err(invalid(
            "it has several names (hard links); remove the others".into(),
        ));
    }
    // A user who may write to a file of another user can give it this name, as a hard link or by a rename.
    if opened.mode & 0o022 != 0 {
        return Err(invalid(
            "other users may write to it; give it the mode 0644".into(),
        ));
    }
    let mut bytes = Vec::new();
    read_to_end(&file, LARGEST, &mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(invalid(format!(
            "it has more than {LARGEST} bytes; repair it"
        )));
    }
    parse(&bytes).map_err(|problem| {
        invalid(format!(
            "{problem}; it has to be {{\"lock_directory\": \"/PATH\"}}, or null in the place of the path"
        ))
    })
}

fn parse(bytes: &[u8]) -> Result<Settings, String> {
    let object: Map<String, Value> =
        serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let settings: Settings =
        serde_json::from_value(Value::Object(object)).map_err(|error| error.to_string())?;
    let Some(path) = &settings.lock_directory else {
        return Ok(settings);
    };
    if path.as_os_str().is_empty() {
        return Err("the path is empty".into());
    }
    let is_above = path.components().any(|part| part == Component::ParentDir);
    if is_above && !path.is_absolute() {
        return Err("a relative path with `..` does not lead below the directory".into());
    }
    Ok(settings)
}
