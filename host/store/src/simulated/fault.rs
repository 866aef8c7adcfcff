//! Faults of a simulated disk.

use super::state::State;
use rustix::io::Errno;

/// Something that goes wrong, at a call counted from 0.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fault {
    Error(usize, Errno),
    /// From this call on, every call of its name fails: of the writer that makes it, or of all.
    Persists {
        from: usize,
        call: &'static str,
        of: Option<usize>,
        errno: Errno,
    },
    /// A write takes one byte only.
    Short(usize),
    /// A write takes so many bytes, and its writer is killed in it.
    Torn(usize, usize),
    /// The writer that makes the call is killed in the middle of it.
    Kill(usize),
    /// The writer that makes the first rename from this call on is killed after it.
    KillAfterRename(usize),
    /// The writer that makes the call is stopped before it, and goes on when all others have ended.
    Stop(usize),
    /// The first wait for a lock from this call on is over after so many looks.
    Late(usize, usize),
    /// Every wait for a lock of a writer is over after fewer looks than this.
    Hasty {
        writer: usize,
        looks: usize,
    },
}

impl Fault {
    /// The call it is about, or the first of those.
    pub(super) fn call(&self) -> usize {
        match *self {
            Fault::Error(at, _)
            | Fault::Persists { from: at, .. }
            | Fault::Short(at)
            | Fault::Torn(at, _)
            | Fault::Kill(at)
            | Fault::KillAfterRename(at)
            | Fault::Stop(at)
            | Fault::Late(at, _) => at,
            Fault::Hasty { .. } => 0,
        }
    }

    /// Whether a writer that meets it may be unable to remove its files.
    pub(super) fn leaves_files(&self) -> bool {
        !self.is_impatience() && !matches!(self, Fault::Short(_))
    }

    /// Whether a writer only has less patience than it says.
    pub(super) fn is_impatience(&self) -> bool {
        matches!(self, Fault::Late(..) | Fault::Hasty { .. })
    }

    /// Whether it lasts, so that it meets all that a writer tries.
    pub(super) fn lasts(&self) -> bool {
        matches!(self, Fault::Persists { .. } | Fault::Stop(_))
    }
}

impl State {
    /// The error of a call, which was counted already.
    pub(super) fn error_at(&self, number: usize) -> Option<Errno> {
        let made = self.calls[number];
        self.faults.iter().find_map(|fault| match *fault {
            Fault::Error(at, errno) if at == number => Some(errno),
            Fault::Persists {
                from,
                call,
                of,
                errno,
            } if from <= number && call == made.name => {
                of.is_none_or(|of| of == made.writer).then_some(errno)
            }
            _ => None,
        })
    }

    /// Whether something goes wrong at the call that is being made.
    pub(super) fn is_now(&self, is_it: impl Fn(&Fault) -> bool) -> bool {
        let now = self.calls.len().saturating_sub(1);
        let mut faults = self.faults.iter();
        faults.any(|fault| fault.call() == now && is_it(fault))
    }

    /// So many of these bytes a write takes.
    pub(super) fn taken_of(&self, bytes: &[u8]) -> usize {
        let now = self.calls.len().saturating_sub(1);
        let len = self.faults.iter().find_map(|fault| match *fault {
            Fault::Short(at) if at == now => Some(1),
            Fault::Torn(at, len) if at == now => Some(len),
            _ => None,
        });
        len.map_or(bytes.len(), |len| len.min(bytes.len()))
    }

    /// Whether a rename kills its writer, once.
    pub(super) fn kills_after_rename(&mut self, number: usize) -> bool {
        let is_it = |fault: &Fault| matches!(fault, Fault::KillAfterRename(at) if *at <= number);
        self.take_fault(is_it).is_some()
    }

    /// After how many looks a wait that a writer begins is over; `None` when it is as patient as it says.
    pub(super) fn looks_of(&mut self, writer: usize) -> Option<usize> {
        let now = self.calls.len();
        // Any number, and the same one in the same run.
        let any = now.wrapping_mul(0x9e37_79b9) >> 7;
        let hasty = self.faults.iter().find_map(|fault| match *fault {
            Fault::Hasty { writer: of, looks } if of == writer => Some(any % looks),
            _ => None,
        });
        let is_late = |fault: &Fault| matches!(fault, Fault::Late(at, _) if *at < now);
        let looks = hasty.or_else(|| match self.take_fault(is_late)? {
            Fault::Late(_, looks) => Some(looks),
            _ => None,
        });
        if looks.is_some() {
            self.met.insert(writer);
        }
        looks
    }

    fn take_fault(&mut self, is_it: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let place = self.faults.iter().position(is_it);
        place.map(|place| self.faults.remove(place))
    }
}
