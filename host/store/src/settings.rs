//! The settings of a directory of documents, which all processes that change them have in common.
//!
//! They are in a file of the directory, so that whoever finds a document finds them, too. Only a file of root or of the
//! directory's owner is believed: another user could otherwise send writers of one document to different locks.

use crate::disk::{Directory, Facts, Kind, Open, read_to_end};
use crate::error::Error;
use crate::place::Root;
use serde::Deserialize;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use tracing::warn;

/// The name of the file.
pub(crate) const NAME: &str = ".amend-settings.json";

/// A larger file is no file of settings.
const LARGEST: u64 = 64 << 10;

/// What a directory says of its documents.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Where the lock files are: an absolute path, or one below the directory; `null` for beside the documents.
    pub(crate) lock_directory: Option<PathBuf>,
}

/// Reads the settings of a directory; `None` where there are none, or another user's.
pub(crate) fn settings<D: Directory>(
    root: &Root<D>,
    dir: &D,
    document: &Path,
) -> Result<Option<Settings>, Error> {
    let found = dir.facts(OsStr::new(NAME));
    let failed = |error| Error::Settings {
        path: root.show(document),
        source: std::sync::Arc::new(error),
    };
    let Some(found) = found.map_err(failed)? else {
        return Ok(None);
    };
    let owner = dir.facts(OsStr::new(".")).map_err(failed)?;
    let owner = owner.map_or(0, |directory| directory.user);
    let is_believed = |facts: &Facts| facts.user == 0 || facts.user == owner;
    if !is_believed(&found) {
        warn!(
            document = %root.show(document).display(), owner = found.user,
            "the settings of its directory are ignored, as neither root nor the directory's owner made them"
        );
        return Ok(None);
    }
    read(dir, &found).map(Some).map_err(failed)
}

fn read<D: Directory>(dir: &D, found: &Facts) -> io::Result<Settings> {
    let invalid = |text: String| io::Error::new(io::ErrorKind::InvalidData, text);
    if found.kind != Kind::File {
        let kind = found.kind.not_a_file().unwrap_or("a file");
        return Err(invalid(format!("this is {kind}")));
    }
    let file = dir.open(OsStr::new(NAME), Open::Read)?;
    let opened = crate::disk::File::facts(&file)?;
    // Another user may have put another file there since; and a file of root may get this name as a hard link.
    if !opened.is_same_file(found) || opened.user != found.user {
        return Err(invalid("it was replaced at this moment".into()));
    }
    if opened.links != 1 {
        return Err(invalid("it has several names (hard links)".into()));
    }
    let mut bytes = Vec::new();
    read_to_end(&file, LARGEST, &mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(invalid(format!("it has more than {LARGEST} bytes")));
    }
    let settings: Settings = serde_json::from_slice(&bytes)
        .map_err(|error| invalid(format!("{error}; the one member is lock_directory")))?;
    let is_confined = settings.lock_directory.as_ref().is_none_or(|path| {
        path.is_absolute()
            || !path
                .components()
                .any(|part| part == std::path::Component::ParentDir)
    });
    if !is_confined {
        return Err(invalid(
            "lock_directory is neither absolute nor below this directory".into(),
        ));
    }
    Ok(settings)
}
