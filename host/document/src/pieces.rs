//! The text of a value, piece by piece.

use std::iter::Peekable;

use crate::container::Container;
use crate::node::Node;
use crate::sequence::Chunk;

/// The stretches of text that a value is made of, in order. None is empty.
pub(crate) struct Pieces<'d> {
    /// What is still to come, the next on top. Depth of the document, not of the program's stack.
    todo: Vec<Todo<'d>>,
}

enum Todo<'d> {
    Text(&'d str),
    Node(&'d Node<'d>),
    Children {
        of: &'d Container<'d>,
        chunk: usize,
        slot: usize,
        is_first: bool,
    },
}

/// What there is to come of a member of the root, which is where most patches lead: it need not grow for that.
const ROOM: usize = 8;

impl<'d> Pieces<'d> {
    pub(crate) fn of(node: &'d Node<'_>) -> Pieces<'d> {
        let mut todo = Vec::with_capacity(ROOM);
        todo.push(Todo::Node(node));
        Pieces { todo }
    }

    fn children(
        &mut self,
        of: &'d Container<'d>,
        chunk: usize,
        slot: usize,
        is_first: bool,
    ) -> &'d str {
        let comma = if is_first { "" } else { "," };
        match of.slots.chunks.get(chunk) {
            None => {
                self.todo
                    .push(Todo::Text(if of.is_object { "}" } else { "]" }));
                &of.closing
            }
            Some(Chunk::Run { text, .. }) => {
                self.todo.push(Todo::Children {
                    of,
                    chunk: chunk + 1,
                    slot: 0,
                    is_first: false,
                });
                self.todo.push(Todo::Text(text));
                comma
            }
            Some(Chunk::Slots(slots)) => match slots.get(slot) {
                None => {
                    self.todo.push(Todo::Children {
                        of,
                        chunk: chunk + 1,
                        slot: 0,
                        is_first,
                    });
                    ""
                }
                Some(child) => {
                    self.todo.push(Todo::Children {
                        of,
                        chunk,
                        slot: slot + 1,
                        is_first: false,
                    });
                    self.todo.push(Todo::Text(&child.trail));
                    self.todo.push(Todo::Node(&child.value));
                    self.todo.push(Todo::Text(&child.head));
                    comma
                }
            },
        }
    }
}

impl<'d> Iterator for Pieces<'d> {
    type Item = &'d str;

    fn next(&mut self) -> Option<&'d str> {
        loop {
            let piece = match self.todo.pop()? {
                Todo::Text(text) => text,
                Todo::Node(Node::Text(text)) => text,
                Todo::Node(Node::Split(of)) => {
                    self.todo.push(Todo::Children {
                        of,
                        chunk: 0,
                        slot: 0,
                        is_first: true,
                    });
                    if of.is_object { "{" } else { "[" }
                }
                Todo::Children {
                    of,
                    chunk,
                    slot,
                    is_first,
                } => self.children(of, chunk, slot, is_first),
            };
            if !piece.is_empty() {
                return Some(piece);
            }
        }
    }
}

/// The same text in as few pieces as can be: what stands in the given text in one stretch is one piece,
/// though the tree holds it in many. Whoever writes or hashes a large document works on large slices then.
pub(crate) struct Joined<'d, I: Iterator<Item = &'d str>> {
    given: &'d [u8],
    pieces: Peekable<I>,
}

impl<'d, I: Iterator<Item = &'d str>> Joined<'d, I> {
    pub(crate) fn new(given: &'d [u8], pieces: I) -> Joined<'d, I> {
        Joined {
            given,
            pieces: pieces.peekable(),
        }
    }

    /// Where the piece is in the memory of the given text, if it is of it.
    fn offset(&self, piece: &[u8]) -> Option<usize> {
        let offset = piece
            .as_ptr()
            .addr()
            .wrapping_sub(self.given.as_ptr().addr());
        (offset < self.given.len()).then_some(offset)
    }
}

/// A piece from elsewhere, a comma most of the time, is compared when it is no longer than this.
const SHORT: usize = 8;

/// Whether the given text goes on at `end` with the bytes of this piece.
fn goes_on(given: &[u8], end: usize, piece: &[u8]) -> bool {
    let there = given.get(end..end + piece.len());
    there
        .is_some_and(|there| std::ptr::eq(there, piece) || (piece.len() <= SHORT && there == piece))
}

impl<'d, I: Iterator<Item = &'d str>> Iterator for Joined<'d, I> {
    type Item = &'d [u8];

    fn next(&mut self) -> Option<&'d [u8]> {
        let piece = self.pieces.next()?.as_bytes();
        let Some(start) = self.offset(piece) else {
            return Some(piece);
        };
        let mut end = start + piece.len();
        let given = self.given;
        while let Some(next) = self
            .pieces
            .next_if(|next| goes_on(given, end, next.as_bytes()))
        {
            end += next.len();
        }
        given.get(start..end)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Document, Limits, Patch};

    /// A tree of ten thousand members holds them in hundreds of pieces.
    #[test]
    fn what_is_in_one_stretch_is_one_piece() {
        let members: Vec<String> = (0..10_000).map(|n| format!("\"k{n}\": {n}")).collect();
        let text = format!("{{{}}}", members.join(", "));
        let mut document = Document::parse(text.as_bytes(), &Limits::default()).unwrap();
        let patch = Patch::operations(
            r#"[{"op": "replace", "path": "/k70", "value": "x"}, {"op": "remove", "path": "/k9000"}]"#,
        );
        document.apply(&patch.unwrap()).unwrap();
        assert!(document.pieces().count() < 10);
        let expected = text
            .replace("\"k70\": 70", "\"k70\": \"x\"")
            .replace(", \"k9000\": 9000", "");
        assert_eq!(
            document.pieces().collect::<Vec<_>>().concat(),
            expected.as_bytes()
        );
    }
}
