//! The text of a value, piece by piece.

use crate::container::{Container, Node};
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

impl<'d> Pieces<'d> {
    pub(crate) fn of(node: &'d Node<'_>) -> Pieces<'d> {
        Pieces {
            todo: vec![Todo::Node(node)],
        }
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
