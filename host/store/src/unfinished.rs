//! A document that another program may be writing at this moment.
//!
//! A program that takes no lock and opens the file with `O_TRUNC` leaves it empty, and then half written, until it is
//! done. Such a content is no state of the document. The kernel tells whether a process has the file open for writing,
//! as it refuses a read lease then (`F_SETLEASE`, `fcntl(2)`). It tells this to the file's owner and to privileged
//! processes, and not on every file system. Elsewhere only time tells: the content has to stay the same for a moment.

use crate::clock::now;
use crate::deadline::Deadline;
use crate::disk::{Directory, Facts, File, Open, read_to_end};
use crate::error::Error;
use crate::place::Place;
use amend_document::Limits;
use std::io;
use std::time::{Duration, Instant};

/// Where the kernel does not tell, a content that has not changed for so long is final.
const MOMENT: Duration = Duration::from_millis(50);

/// The time between two looks at a file that is being written.
const PAUSE: Duration = Duration::from_millis(2);

/// Reads a document with `attempt`, and again while its content is doubtful and may not be final. `attempt` returns
/// whether the file was there and empty, and what it has made of it.
///
/// # Errors
///
/// Those of `attempt`; [`Error::BeingWritten`] when another program has not finished the file by the deadline.
pub(crate) fn until_finished<D: Directory, T>(
    place: &Place<'_, D>,
    limits: &Limits,
    deadline: Deadline,
    mut attempt: impl FnMut() -> Result<(bool, T), Error>,
) -> Result<T, Error> {
    let mut unfinished = Unfinished::new(deadline);
    loop {
        let read = attempt();
        let is_doubtful = match &read {
            Ok((is_empty, _)) => *is_empty,
            Err(error) => matches!(error, Error::Malformed { .. }),
        };
        if !is_doubtful || unfinished.is_final(place, limits)? {
            return read.map(|(_, read)| read);
        }
    }
}

/// What was seen of a document whose content is doubtful.
#[derive(Debug)]
pub(crate) struct Unfinished {
    deadline: Deadline,
    started: Instant,
    seen: Option<Seen>,
}

/// A content, and since when it is known.
#[derive(Debug)]
struct Seen {
    facts: Facts,
    hash: blake3::Hash,
    since: Instant,
}

impl Unfinished {
    pub(crate) fn new(deadline: Deadline) -> Unfinished {
        Unfinished {
            deadline,
            started: now(),
            seen: None,
        }
    }

    /// Whether the content that was read before this call is final. When it is not, this has waited as long as is
    /// useful, and the document is to be read again.
    pub(crate) fn is_final<D: Directory>(
        &mut self,
        place: &Place<'_, D>,
        limits: &Limits,
    ) -> Result<bool, Error> {
        let failed = |action| place.io(action);
        let file = match place.dir.open(&place.name, Open::Read) {
            // It was removed, which is final, or replaced: the next reading shows it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            opened => opened.map_err(failed("opening it"))?,
        };
        let facts = file.facts().map_err(failed("looking at it"))?;
        let mut bytes = Vec::new();
        read_to_end(&file, limits.size as u64, &mut bytes).map_err(failed("reading it"))?;
        let hash = blake3::hash(&bytes);
        let is_written = file.is_being_written();
        let before = self.seen.take();
        let same = before.filter(|seen| seen.facts == facts && seen.hash == hash);
        let since = same.as_ref().map(|seen| seen.since);
        let is_final = match is_written {
            // No process had it open for writing, neither before the last reading nor after it.
            Some(false) => since.is_some(),
            Some(true) => false,
            None => since.is_some_and(|since| now() - since >= MOMENT),
        };
        if is_final {
            return Ok(true);
        }
        // A moment is waited for even where the deadline is past: it decides between two errors.
        let is_over = match is_written {
            Some(false) => false,
            Some(true) => self.deadline.is_past(),
            None => self.deadline.is_past() && now() - self.started > 2 * MOMENT,
        };
        if is_over {
            return Err(Error::BeingWritten {
                path: place.path.clone(),
                waited: now() - self.started,
            });
        }
        match is_written {
            Some(false) => {
                self.seen = Some(Seen {
                    facts,
                    hash,
                    since: now(),
                });
            }
            Some(true) => place.dir.pause(self.deadline.remaining_at_most(PAUSE)),
            None => {
                self.seen = Some(Seen {
                    facts,
                    hash,
                    since: since.unwrap_or_else(now),
                });
                place.dir.pause(PAUSE);
            }
        }
        Ok(false)
    }
}
