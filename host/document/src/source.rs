//! A text that was checked, and where its larger containers end.

use crate::split::Parts;

/// A text that was checked.
#[derive(Debug, Default)]
pub(crate) struct Source<'t> {
    pub(crate) text: &'t str,
    pub(crate) spans: Spans,
}

impl Source<'_> {
    /// The children of a container, be it of this text or not. In this text, the larger ones are not
    /// read: where they end is known.
    pub(crate) fn parts<'c>(&'c self, container: &'c str) -> Parts<'c> {
        // What is no part of this memory is at another address.
        let start = container
            .as_ptr()
            .addr()
            .wrapping_sub(self.text.as_ptr().addr());
        let is_inside = start < self.text.len();
        Parts::with(
            container,
            if is_inside {
                self.spans.within(start)
            } else {
                Ends::default()
            },
        )
    }
}

/// The ends of the larger children of one container, in order.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ends<'s> {
    /// From the first child on.
    list: &'s [Span],
    /// The number of the first in the whole list.
    first: u32,
    /// Where the container starts.
    base: usize,
}

impl Ends<'_> {
    /// Where the child that starts at `at` in the container ends, if that is known. To be asked in the
    /// order of the children.
    #[inline]
    pub(crate) fn end_of(&mut self, at: usize) -> Option<usize> {
        let span = self.list.first()?;
        if span.start as usize != self.base + at {
            return None;
        }
        let end = span.end as usize - self.base;
        self.list = self
            .list
            .get((span.next - self.first) as usize..)
            .unwrap_or_default();
        self.first = span.next;
        Some(end)
    }
}

/// The start and the end of every container of some length, in the order of their starts. Written while
/// the text is checked, so that whoever looks for a child later steps over its siblings, and need not
/// read them a second time.
#[derive(Debug, Default)]
pub(crate) struct Spans {
    list: Vec<Span>,
    /// A text of 4 GiB or more has no spans: it is read again where necessary.
    is_off: bool,
}

#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    /// Behind the closing bracket.
    end: u32,
    /// The number of the first span behind this container.
    next: u32,
}

/// Shorter containers are read again faster than they are looked up. At twelve bytes a span, this is
/// also what bounds the memory: a tenth of the text at worst, but for containers that only contain one
/// another.
pub(crate) const SHORTEST: usize = 128;

impl Spans {
    pub(crate) fn with_room_for(text: &str) -> Spans {
        Spans {
            list: Vec::new(),
            is_off: u32::try_from(text.len()).is_err(),
        }
    }

    /// A container starts at `at`; answers its number.
    #[inline]
    pub(crate) fn open(&mut self, at: usize) -> usize {
        let number = self.list.len();
        if !self.is_off {
            self.list.push(Span {
                start: at as u32,
                end: 0,
                next: 0,
            });
        }
        number
    }

    /// The container of that number ends at `at`. When it is short, so was all that was in it, and its
    /// span is the last.
    #[inline]
    pub(crate) fn close(&mut self, number: usize, at: usize) {
        let next = self.list.len() as u32;
        let Some(span) = self.list.get_mut(number) else {
            return;
        };
        if at - (span.start as usize) < SHORTEST {
            self.list.truncate(number);
        } else {
            (span.end, span.next) = (at as u32, next);
        }
    }

    /// Those inside the container that starts at `start`.
    fn within(&self, start: usize) -> Ends<'_> {
        let first = self
            .list
            .partition_point(|span| span.start as usize <= start);
        Ends {
            list: &self.list[first..],
            first: first as u32,
            base: start,
        }
    }
}
