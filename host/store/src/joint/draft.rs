//! A draft, under the document's lock: finding it, making it, staging, and throwing it away.

use super::end::{END_LEN, End};
use super::head::{Committing, HEAD_AT, Head, Mark, TEXT_AT};
use super::staged::Staged;
use crate::disk::{Directory, Facts, File, Open, Writer, read_to_end};
use crate::error::Error;
use crate::metadata::{KEPT, mode_at_first, take_over};
use crate::options::{Durability, Options};
use crate::place::Place;
use crate::read::Current;
use amend_document::Limits;
use std::io::{self, Write};

/// A document of more bytes than this is committed by everyone on his own: it would be written twice, and hashed, read
/// and parsed besides, and the larger it is the less of its time are the syncs that are saved.
const MOST: u64 = 64 << 10;

/// The next document, in a file of its own that nobody syncs.
#[derive(Debug)]
pub(crate) struct Draft<'p, 'r, D: Directory> {
    pub(crate) place: &'p Place<'r, D>,
    file: D::File,
    pub(super) facts: Facts,
    pub(super) head: Head,
}

/// A draft with something staged that is not in place, and its text.
#[derive(Debug)]
pub(crate) struct Pending<'p, 'r, D: Directory> {
    pub(crate) draft: Draft<'p, 'r, D>,
    pub(crate) text: Vec<u8>,
}

impl<'p, 'r, D: Directory> Draft<'p, 'r, D> {
    /// Finds the draft that others have staged on and not committed. Any other is thrown away, and
    /// that of those who do not share is as well. Only under the lock.
    ///
    /// Whoever may remove the temporary file must have called this first: it sees what became of an earlier rename.
    pub(crate) fn find(
        place: &'p Place<'r, D>,
        options: &Options,
        shares: bool,
    ) -> Result<Option<Pending<'p, 'r, D>>, Error> {
        let looking = "looking for a draft of it";
        let named = place.dir.facts(&place.draft_name);
        let Some(named) = named.map_err(place.io(looking))? else {
            return Ok(None);
        };
        let document = place.dir.facts(&place.name).map_err(place.io(looking))?;
        let found = match Draft::open(place, &named, options) {
            Ok(Some((mut draft, bytes))) => {
                draft.see_what_became(document)?;
                document
                    .filter(|document| shares && draft.is_of(document, options))
                    .and_then(|_| draft.head.text_in(&bytes))
                    .map(|text| Pending { draft, text })
            }
            Ok(None) => None,
            // Who commits from it may have thrown it away this moment.
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            // One of somebody else's: he may not write to the document, or not with this draft.
            Err(_) if document.is_none_or(|document| named.user != document.user) => None,
            Err(error) => return Err(place.io("opening the draft of it")(error)),
        };
        if found.is_none() {
            retire(place);
        }
        Ok(found)
    }

    /// Makes a draft for a document, to stage on at once; `None` where there had better be none.
    pub(crate) fn make(
        place: &'p Place<'r, D>,
        current: &Current<D::File>,
        options: &Options,
    ) -> Option<Draft<'p, 'r, D>> {
        if options.durability != Durability::Full || current.facts.size > MOST {
            return None;
        }
        let draft = Draft::try_to_make(place, current);
        // What keeps a draft from being made keeps nobody from updating the document.
        let draft = draft.ok().flatten();
        if draft.is_none() {
            retire(place);
        }
        draft
    }

    fn try_to_make(
        place: &'p Place<'r, D>,
        current: &Current<D::File>,
    ) -> io::Result<Option<Draft<'p, 'r, D>>> {
        let Some(boot) = place.dir.boot() else {
            return Ok(None);
        };
        let mode = mode_at_first(Some(&current.facts));
        let file = place.dir.open(&place.draft_name, Open::New { mode })?;
        take_over(&file, &current.file, &current.facts)?;
        let facts = file.facts()?;
        let draft = Draft {
            place,
            file,
            facts,
            head: Head::new(boot, current.facts),
        };
        Ok(draft.is_shared_like(&current.facts).then_some(draft))
    }

    fn open(
        place: &'p Place<'r, D>,
        named: &Facts,
        options: &Options,
    ) -> io::Result<Option<(Draft<'p, 'r, D>, Vec<u8>)>> {
        if named.kind.not_a_file().is_some() {
            return Ok(None);
        }
        let file = place.dir.open(&place.draft_name, Open::Draft)?;
        let facts = file.facts()?;
        let bytes = read(&file, options.limits.size.saturating_add(TEXT_AT))?;
        let head = Head::from_bytes(&bytes).filter(|_| facts.is_same_file(named));
        Ok(head.map(|head| {
            let draft = Draft {
                place,
                file,
                facts,
                head,
            };
            (draft, bytes)
        }))
    }

    /// Whether the same people may write to it as to the document.
    fn is_shared_like(&self, document: &Facts) -> bool {
        let who = |facts: &Facts| (facts.user, facts.group, facts.mode & KEPT, facts.links);
        who(&self.facts) == who(document)
    }

    /// Whether it is what this document becomes, and others wait for that.
    fn is_of(&self, document: &Facts, options: &Options) -> bool {
        options.durability == Durability::Full
            && self.is_shared_like(document)
            && self.head.base.is_untouched(document)
            && self.head.has_pending()
            && self.head.is_fresh(self.place.dir.boot())
    }

    /// Finds out whether a rename was done by somebody who was killed before he could say so.
    pub(super) fn see_what_became(&mut self, document: Option<Facts>) -> Result<(), Error> {
        let Some(Committing { number, file }) = self.head.committing else {
            return Ok(());
        };
        let looking = self.place.io("looking at what became of its draft");
        let temp = self.place.dir.facts(&self.place.temp_name);
        let temp = temp.map_err(looking)?;
        let in_place = document.filter(|document| Mark::of(document) == file);
        let is_still_there = temp.is_some_and(|temp| Mark::of(&temp) == file);
        if in_place.is_some() || !is_still_there {
            self.head.committed = number;
        }
        if let Some(document) = in_place {
            self.head.base = document;
        }
        self.head.committing = None;
        self.write_head()
            .map_err(self.place.io("writing down what became of its draft"))
    }

    /// Stages a batch that was made from the draft's text, or from the document's where nothing was staged.
    ///
    /// # Errors
    ///
    /// When it cannot be written. Then the draft is gone, with all that was staged in it.
    pub(crate) fn stage(mut self, text: &[u8]) -> io::Result<Staged<'p, 'r, D>> {
        let place = self.place;
        let staged = self.write(text).and_then(|()| self.into_staged());
        if staged.is_err() {
            retire(place);
        }
        staged
    }

    fn write(&mut self, text: &[u8]) -> io::Result<()> {
        self.head.stage(text);
        // In one call. When it is not done to its end, the text is not the one that the head tells of.
        let mut bytes = self.head.to_bytes().to_vec();
        bytes.resize(TEXT_AT - HEAD_AT, 0);
        bytes.extend_from_slice(text);
        self.write_at(HEAD_AT, &bytes)
    }

    /// What was staged by others, and nothing besides: an update that changes nothing rests on it all the same.
    pub(crate) fn into_staged(self) -> io::Result<Staged<'p, 'r, D>> {
        Ok(Staged {
            turn: self.place.dir.open(&self.place.draft_name, Open::Draft)?,
            number: self.head.staged,
            draft: self,
        })
    }

    /// The document that a batch would replace.
    pub(crate) fn base(&self) -> &Facts {
        &self.head.base
    }

    /// Reads again what others have staged meanwhile; gives all of the draft.
    pub(super) fn read(&mut self, limits: &Limits) -> Result<Vec<u8>, Error> {
        self.read_up_to(limits.size.saturating_add(TEXT_AT))
    }

    /// Reads again how many have been staged meanwhile.
    pub(super) fn read_head(&mut self) -> Result<(), Error> {
        self.read_up_to(TEXT_AT - 1).map(drop)
    }

    fn read_up_to(&mut self, limit: usize) -> Result<Vec<u8>, Error> {
        let read = read(&self.file, limit).and_then(|bytes| {
            let head = Head::from_bytes(&bytes);
            let torn = io::ErrorKind::InvalidData;
            Ok((head.ok_or(torn)?, bytes))
        });
        let (head, bytes) = read.map_err(self.place.io("reading the draft of it"))?;
        self.head = head;
        Ok(bytes)
    }

    pub(super) fn write_head(&self) -> io::Result<()> {
        self.write_at(HEAD_AT, &self.head.to_bytes())
    }

    pub(super) fn read_end(&self) -> io::Result<End> {
        Ok(End::from_bytes(&read(&self.file, END_LEN - 1)?))
    }

    pub(super) fn write_end(&self, end: End) -> io::Result<()> {
        self.write_at(0, &end.to_bytes())
    }

    fn write_at(&self, at: usize, bytes: &[u8]) -> io::Result<()> {
        let mut writer = Writer {
            file: &self.file,
            at: at as u64,
        };
        writer.write_all(bytes)
    }

    /// Whether its name still leads to it.
    pub(super) fn is_current(&self) -> Result<bool, Error> {
        let named = self.place.dir.facts(&self.place.draft_name);
        let named = named.map_err(self.place.io("looking at the draft of it"))?;
        Ok(named.is_some_and(|named| named.is_same_file(&self.facts)))
    }
}

/// Throws away a document's draft, if it has one, and with it what is staged and not in place. Where that cannot be
/// done it stays, and nobody goes on from it for long.
pub(super) fn retire<D: Directory>(place: &Place<'_, D>) {
    let _ = place.dir.remove(&place.draft_name);
}

fn read(file: &impl File, limit: usize) -> io::Result<Vec<u8>> {
    // As much as a draft usually has: not every document that may be read is that large.
    let mut bytes = Vec::with_capacity(limit.saturating_add(1).min(TEXT_AT + 4096));
    read_to_end(file, limit as u64, &mut bytes)?;
    Ok(bytes)
}
