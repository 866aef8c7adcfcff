//! Writing a large document before it is known what becomes of it.
//!
//! Most of a large document stays as it was, where it was. So while one thread checks it and applies the
//! changes, another writes the old text into the new file, and the disk begins to take it. What differs is
//! written over it in the end.

use crate::disk::{Directory, File, Writer};
use crate::metadata::mode_at_first;
use crate::place::Place;
use crate::read::Current;
use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{Builder, Scope, ScopedJoinHandle};

/// From this size on it pays. The tests want to see it with documents that a simulated disk can hold.
const FROM: usize = if cfg!(test) { 4 << 10 } else { 4 << 20 };

/// So much is written at a time; the disk begins with it, and whoever wants to end this is heard.
const CHUNK: usize = FROM / 4;

/// A new file into which the old text is being written. It has no name: when it is not needed, or the process
/// is killed, nothing is left of it. Dropping this ends the writing.
#[derive(Debug)]
pub(crate) struct Early<'s, F> {
    file: Arc<F>,
    writing: Option<ScopedJoinHandle<'s, usize>>,
    until: Arc<AtomicUsize>,
}

/// A file whose first bytes are those of the old document.
#[derive(Debug)]
pub(crate) struct Begun<F> {
    pub(crate) file: Arc<F>,
    pub(crate) len: usize,
}

impl<'s, F: File + 's> Early<'s, F> {
    /// Begins, where the document is large and the file system has files without a name. Otherwise, and when
    /// anything fails, there is just nothing written early.
    pub(crate) fn begin<D: Directory<File = F>>(
        scope: &'s Scope<'s, '_>,
        place: &Place<'_, D>,
        current: &Current<F>,
    ) -> Option<Early<'s, F>> {
        if current.bytes.len() < FROM {
            return None;
        }
        let mode = mode_at_first(Some(&current.facts));
        let file = Arc::new(place.dir.open_unnamed(mode).ok()??);
        file.take_over_flags(&current.file).ok()?;
        let until = Arc::new(AtomicUsize::new(current.bytes.len()));
        let (into, limit) = (Arc::clone(&file), Arc::clone(&until));
        let bytes = Arc::clone(&current.bytes);
        let writing = Builder::new()
            .name("amend-early".to_owned())
            .spawn_scoped(scope, move || write(&*into, &bytes, &limit))
            .ok()?;
        Some(Early {
            file,
            writing: Some(writing),
            until,
        })
    }

    /// Ends the writing, which nobody needs beyond `until`, and gives the file with what was written.
    pub(crate) fn finish(mut self, until: usize) -> Begun<F> {
        self.until.store(until, Ordering::Relaxed);
        let written = self.writing.take().and_then(|writing| writing.join().ok());
        Begun {
            file: Arc::clone(&self.file),
            len: written.unwrap_or(0),
        }
    }
}

impl<F> Drop for Early<'_, F> {
    fn drop(&mut self) {
        self.until.store(0, Ordering::Relaxed);
    }
}

/// Writes until it is told to stop, and tells how far it came. An error is for the one who writes the rest:
/// he meets it, too.
fn write(file: &impl File, bytes: &[u8], until: &AtomicUsize) -> usize {
    let mut written = 0;
    for chunk in bytes.chunks(CHUNK) {
        let at = written as u64;
        let mut writer = Writer { file, at };
        if written >= until.load(Ordering::Relaxed) || writer.write_all(chunk).is_err() {
            break;
        }
        written += chunk.len();
        file.begin_sync(at, chunk.len() as u64);
    }
    written
}
