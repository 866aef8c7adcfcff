//! A text that was checked, and where its larger containers end.

use crate::meter::{Exceeded, Meter, STEP, bytes_of};
use crate::split::{Part, Parts};

/// A text that was checked.
#[derive(Debug, Default)]
pub(crate) struct Source<'t> {
    pub(crate) text: &'t str,
    pub(crate) spans: Spans,
}

impl Source<'_> {
    /// Where a container starts in this text, if it is of it. What is no part of its memory is at
    /// another address.
    fn offset(&self, container: &str) -> Option<usize> {
        let start = container
            .as_ptr()
            .addr()
            .wrapping_sub(self.text.as_ptr().addr());
        (start < self.text.len()).then_some(start)
    }

    /// The children of a container, be it of this text or not. In this text, the larger ones are not
    /// read: where they end is known.
    pub(crate) fn parts<'c>(&'c self, container: &'c str) -> Parts<'c> {
        self.parts_from(container, 1)
    }

    /// The children of a container from the one on that starts at `at`, just behind the bracket or a
    /// comma.
    pub(crate) fn parts_from<'c>(&'c self, container: &'c str, at: usize) -> Parts<'c> {
        let ends = self.offset(container);
        let ends = ends.map(|start| self.spans.within(start, at));
        Parts::with(container, at, ends.unwrap_or_default())
    }

    /// The child number `index` of a container.
    pub(crate) fn nth(
        &self,
        container: &str,
        index: usize,
        meter: &Meter,
    ) -> Result<Option<Part>, Exceeded> {
        let _scratch = meter.scratch();
        let marks = self.marks(container, meter)?;
        let before = marks.partition_point(|mark| mark.count <= index);
        let (at, count) = match before.checked_sub(1) {
            Some(last) => (marks[last].at + 1, marks[last].count),
            None => (1, 0),
        };
        let mut parts = self.parts_from(container, at);
        for _ in count..index {
            if parts.next_within(meter)?.is_none() {
                return Ok(None);
            }
        }
        parts.next_within(meter)
    }

    /// About how many children a container has, going by its marks.
    pub(crate) fn estimate(&self, container: &str) -> usize {
        let last = self
            .offset(container)
            .and_then(|start| self.spans.last_mark_of(start));
        last.map_or(0, |mark| mark.count * container.len() / mark.at + 1)
    }

    /// The marks of a container, in order. None, when it is short or of another text.
    pub(crate) fn marks(&self, container: &str, meter: &Meter) -> Result<Vec<Mark>, Exceeded> {
        match self.offset(container) {
            Some(start) => self.spans.marks_of(start, meter),
            None => Ok(Vec::new()),
        }
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

/// A comma between two children of a long container.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    /// Where the comma is in the container.
    pub(crate) at: usize,
    /// How many children come before it.
    pub(crate) count: usize,
}

/// The start and the end of every container of some length, in the order of their starts, and marks at
/// some of the commas in those that are long. Written while the text is checked, so that whoever looks
/// for a child later steps over its siblings, and need not read them a second time.
#[derive(Debug, Default)]
pub(crate) struct Spans {
    list: Vec<Span>,
    marks: Vec<Marked>,
    /// How many spans there may be, and how many marks.
    most: (usize, usize),
}

#[derive(Clone, Copy, Debug)]
struct Span {
    start: u32,
    /// Behind the closing bracket.
    end: u32,
    /// The number of the first span behind this container.
    next: u32,
    last_mark: LastMark,
}

/// The last mark of a container: its number plus one, or zero.
pub(crate) type LastMark = u32;

#[derive(Clone, Copy, Debug)]
struct Marked {
    at: u32,
    count: u32,
    /// The one before it in the same container.
    before: LastMark,
}

/// Shorter containers are read again faster than they are looked up.
pub(crate) const SHORTEST: usize = 128;

/// In a text there is a span for so many bytes at most, and a mark for so many: together they take less
/// than a third of the text, and mostly a tenth. Containers that only contain one another would ask for
/// much more. What has none is read again.
const BYTES_A_SPAN: usize = 64;
const BYTES_A_MARK: usize = 512;

/// Room for so many spans is asked for at once.
const FEW: usize = 16;

/// The number of a container that has no span. Then nothing in it has one, either.
const NO_SPAN: u32 = u32::MAX;

impl Spans {
    /// Without any, if the text has 4 GiB or more.
    pub(crate) fn with_room_for(text: &str) -> Spans {
        let bytes = u32::try_from(text.len()).map_or(0, |bytes| bytes as usize);
        let most = (bytes / BYTES_A_SPAN, bytes / BYTES_A_MARK);
        Spans {
            // Memory that is not used is none, and to get more takes twice as much for a moment. Rounded
            // up, so that doubling ends at the most there may be, and not just before it. In a short text it is
            // no more than to ask for memory takes.
            list: Vec::with_capacity(most.0.div_ceil(4).max(most.0.min(FEW))),
            marks: Vec::with_capacity(most.1.div_ceil(2)),
            most,
        }
    }

    /// What spans of a text are counted as while it is scanned: their lists may be moved once each.
    pub(crate) fn most_memory(text: usize) -> u64 {
        let most = (text / BYTES_A_SPAN, text / BYTES_A_MARK);
        let (spans, marks) = (
            bytes_of::<Span>(most.0 + FEW),
            bytes_of::<Marked>(most.1 + 2),
        );
        spans + spans / 2 + marks + marks / 2
    }

    /// What they are counted as from then on.
    pub(crate) fn memory(&self) -> u64 {
        bytes_of::<Span>(self.list.capacity()) + bytes_of::<Marked>(self.marks.capacity())
    }

    /// A container starts at `at`; answers its number.
    #[inline]
    pub(crate) fn open(&mut self, at: usize) -> u32 {
        let number = self.list.len();
        if number >= self.most.0 {
            return NO_SPAN;
        }
        self.list.push(Span {
            start: at as u32,
            end: 0,
            next: 0,
            last_mark: 0,
        });
        number as u32
    }

    /// The container of that number ends at `at`. When it is short, so was all that was in it, and its
    /// span is the last.
    #[inline]
    pub(crate) fn close(&mut self, number: u32, at: usize, last_mark: LastMark) {
        let next = self.list.len() as u32;
        let Some(span) = self.list.get_mut(number as usize) else {
            return;
        };
        if at - (span.start as usize) < SHORTEST {
            self.list.truncate(number as usize);
        } else {
            (span.end, span.next, span.last_mark) = (at as u32, next, last_mark);
        }
    }

    /// Marks the comma at `at` in the container of that number, behind so many children.
    #[cold]
    pub(crate) fn mark(
        &mut self,
        number: u32,
        at: usize,
        count: u32,
        before: LastMark,
    ) -> LastMark {
        if number == NO_SPAN || self.marks.len() >= self.most.1 {
            return before;
        }
        let at = at as u32;
        self.marks.push(Marked { at, count, before });
        self.marks.len() as LastMark
    }

    /// Those inside the container that starts at `start`, from `at` in it on.
    fn within(&self, start: usize, at: usize) -> Ends<'_> {
        let first = self
            .list
            .partition_point(|span| (span.start as usize) < start + at);
        Ends {
            list: &self.list[first..],
            first: first as u32,
            base: start,
        }
    }

    fn last_mark_of(&self, start: usize) -> Option<Mark> {
        let last = self.number_of_last_mark(start) as usize;
        let mark = self.marks.get(last.checked_sub(1)?)?;
        Some(Mark {
            at: mark.at as usize - start,
            count: mark.count as usize,
        })
    }

    fn number_of_last_mark(&self, start: usize) -> LastMark {
        let number = self
            .list
            .partition_point(|span| (span.start as usize) < start);
        let span = self.list.get(number);
        let span = span.filter(|span| span.start as usize == start);
        span.map_or(0, |span| span.last_mark)
    }

    fn marks_of(&self, start: usize, meter: &Meter) -> Result<Vec<Mark>, Exceeded> {
        let mut last = self.number_of_last_mark(start);
        let mut marks = Vec::new();
        while let Some(&Marked { at, count, before }) = (last as usize)
            .checked_sub(1)
            .and_then(|number| self.marks.get(number))
        {
            meter.work(STEP)?;
            meter.room(&mut marks)?;
            marks.push(Mark {
                at: at as usize - start,
                count: count as usize,
            });
            last = before;
        }
        marks.reverse();
        Ok(marks)
    }
}

#[cfg(test)]
mod tests {
    use super::{BYTES_A_MARK, BYTES_A_SPAN};
    use crate::check::read_again;
    use crate::meter::Meter;

    #[test]
    fn they_are_few_however_a_text_nests() {
        let nested = format!("{}0{}", "[".repeat(5000), ",0]".repeat(5000));
        let text = format!("[{}]", vec![nested; 4].join(","));
        let meter = Meter::unlimited();
        let source = read_again(&text, &meter).unwrap();
        assert!(source.spans.list.len() <= text.len() / BYTES_A_SPAN);
        assert!(source.spans.marks.len() <= text.len() / BYTES_A_MARK);
        // What comes behind those that have spans is found all the same.
        let last = source.nth(&text, 3, &meter).unwrap();
        let last = last.map(|part| part.value);
        assert_eq!(last, Some((text.len() - 1 - 20_001, text.len() - 1)));
    }
}
