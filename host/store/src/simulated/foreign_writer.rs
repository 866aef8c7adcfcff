//! Programs in other languages: they know nothing of shared commits, and not all of them take the lock or sync.

use super::directory::SimulatedDirectory;
use super::disk::Disk;
use super::event::{Event, GOOD, Manners};
use super::file::SimulatedFile;
use super::plan::member;
use super::watch::DOCUMENT;
use crate::disk::{Directory, File, Open, Waited, Writer, read_to_end};
use serde_json::Value;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::time::Duration;

/// How a foreign program changes the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Foreign {
    /// It locks, writes a file, syncs it, renames it, and syncs the directory.
    Renames,
    /// It locks, writes a digit in place, and syncs.
    WritesInPlace,
    /// It locks, truncates, writes, and syncs.
    Truncates,
    /// It locks, writes a file and renames it, and syncs nothing.
    SyncsNothing,
    /// An editor: it takes no lock, writes a file, syncs it, and renames it.
    Editor,
    /// It takes no lock, truncates, and writes, as `open(f, "w")` does.
    TruncatesUnlocked,
}

/// Longer than an update waits.
const PATIENCE: Duration = Duration::from_secs(10);

impl Foreign {
    pub(super) const ALL: [Foreign; 6] = [
        Foreign::Renames,
        Foreign::WritesInPlace,
        Foreign::Truncates,
        Foreign::SyncsNothing,
        Foreign::Editor,
        Foreign::TruncatesUnlocked,
    ];

    pub(super) fn manners(self) -> Manners {
        let locks = !matches!(self, Foreign::Editor | Foreign::TruncatesUnlocked);
        match self {
            Foreign::Renames => GOOD,
            Foreign::Editor => Manners { locks, syncs: true },
            _ => Manners {
                locks,
                syncs: false,
            },
        }
    }

    pub(super) fn writes_in_place(self) -> bool {
        matches!(
            self,
            Foreign::WritesInPlace | Foreign::Truncates | Foreign::TruncatesUnlocked
        )
    }

    /// Adds one to the member of a writer.
    pub(super) fn increment(self, disk: &Disk, number: usize) -> io::Result<()> {
        let directory = disk.root(number);
        let lock = if self.manners().locks {
            let lock = open_lock(&directory)?;
            let Waited::Locked(lock) = lock.lock(Some(PATIENCE))? else {
                return Err(io::ErrorKind::WouldBlock.into());
            };
            Some(lock)
        } else {
            None
        };
        let document = directory.open(OsStr::new(DOCUMENT), Open::Read)?;
        let looked = disk.history().len();
        let mut bytes = Vec::new();
        read_to_end(&document, 1 << 20, &mut bytes)?;
        let mut state: Value = serde_json::from_slice(&bytes)?;
        let next = state[member(number)].as_u64().unwrap_or(0) + 1;
        state[member(number)] = next.into();
        let text = state.to_string();
        match self {
            Foreign::Renames | Foreign::SyncsNothing | Foreign::Editor => {
                self.rename(&directory, &document, text.as_bytes())?;
            }
            _ => {
                disk.say(number, Event::BeginsInPlace);
                let written = self.write_in_place(&directory, &bytes, number, text.as_bytes());
                disk.say(number, Event::EndsInPlace);
                if !written? {
                    return Ok(());
                }
            }
        }
        drop(lock);
        if self == Foreign::Renames {
            directory.as_file()?.sync()?;
        }
        disk.say(number, Event::Acknowledged);
        disk.say(
            number,
            Event::Saw {
                of: number,
                changes: next,
                looked,
                is_durable: self == Foreign::Renames,
            },
        );
        Ok(())
    }

    fn rename(
        self,
        directory: &SimulatedDirectory,
        old: &SimulatedFile,
        text: &[u8],
    ) -> io::Result<()> {
        let temp = OsStr::new("foreign");
        directory.remove(temp)?;
        let file = directory.open(temp, Open::New { mode: 0o600 })?;
        write(&file, text)?;
        file.set_mode(old.facts()?.mode)?;
        if self != Foreign::SyncsNothing {
            file.sync()?;
        }
        directory.rename(temp, OsStr::new(DOCUMENT))
    }

    /// Tells whether it is the document that was written, and not one that was replaced meanwhile.
    fn write_in_place(
        self,
        directory: &SimulatedDirectory,
        old: &[u8],
        number: usize,
        text: &[u8],
    ) -> io::Result<bool> {
        let file = directory.open(OsStr::new(DOCUMENT), Open::Write)?;
        match digit_of(old, &member(number)) {
            Some((at, digit)) if self == Foreign::WritesInPlace && digit < b'9' => {
                file.write_at(&[digit + 1], at)?;
            }
            _ => {
                file.set_len(0)?;
                write(&file, text)?;
            }
        }
        if self != Foreign::TruncatesUnlocked {
            file.sync()?;
        }
        let named = directory.facts(OsStr::new(DOCUMENT))?;
        Ok(named.map(|named| named.inode) == Some(file.facts()?.inode))
    }
}

fn write(file: &SimulatedFile, text: &[u8]) -> io::Result<()> {
    Writer { file, at: 0 }.write_all(text)
}

/// Where the digit of a member is, and which it is.
fn digit_of(text: &[u8], member: &str) -> Option<(u64, u8)> {
    let name = format!("{member:?}:");
    let found = text
        .windows(name.len())
        .position(|part| part == name.as_bytes())?;
    let rest = &text[found + name.len()..];
    let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
    let at = found + name.len() + spaces;
    let digit = *text.get(at)?;
    Some((at as u64, digit)).filter(|_| digit.is_ascii_digit())
}

/// The lock file, made when there is none, as any program makes one.
fn open_lock(directory: &SimulatedDirectory) -> io::Result<SimulatedFile> {
    let name = OsStr::new("state.json.lock");
    loop {
        match directory.open(name, Open::Lock) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            opened => return opened,
        }
        match directory.open(name, Open::New { mode: 0o666 }) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made,
        }
    }
}
