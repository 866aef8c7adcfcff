//! The tree: text at the leaves, and containers where pointers have led through.

use std::borrow::Cow;
use std::sync::Arc;

use crate::container::Container;
use crate::layout::Layout;
use crate::pieces::Pieces;
use crate::sequence::Chunk;
use crate::source::Source;
use crate::split::{Kind, kind};
use crate::text::Text;

/// A value of the document. Cloning one shares everything below it.
#[derive(Clone, Debug)]
pub(crate) enum Node<'t> {
    Text(Text<'t>),
    Split(Arc<Container<'t>>),
}

impl<'t> Node<'t> {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Node::Text(text) => kind(text),
            Node::Split(container) if container.is_object => Kind::Object,
            Node::Split(_) => Kind::Array,
        }
    }

    /// The container that this value is, split if it was not yet; `None` if it is not one.
    pub(crate) fn open(
        &mut self,
        layout: &Layout<'t>,
        source: &Source<'t>,
    ) -> Option<&mut Container<'t>> {
        if let Node::Text(text) = self {
            let container = Container::of(text, layout, source)?;
            *self = Node::Split(Arc::new(container));
        }
        match self {
            Node::Split(container) => Some(Arc::make_mut(container)),
            Node::Text(_) => None,
        }
    }

    pub(crate) fn pieces(&self) -> Pieces<'_> {
        Pieces::of(self)
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Node::Text(text) => text.len(),
            Node::Split(_) => self.pieces().map(str::len).sum(),
        }
    }

    /// The whole text, put together if it is in pieces.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Node::Text(text) => Cow::Borrowed(text),
            Node::Split(_) => Cow::Owned(self.pieces().collect()),
        }
    }

    /// The whole text as one that can be kept, without a copy where it is in one piece.
    pub(crate) fn to_text(&self) -> Text<'t> {
        match self {
            Node::Text(text) => text.clone(),
            Node::Split(_) => Text::from(self.pieces().collect::<String>()),
        }
    }
}

/// Nested containers are freed one after the other and not inside each other: a document may be nested
/// as deeply as [`Limits::depth`](crate::Limits::depth) says, whatever the size of the stack.
impl Drop for Container<'_> {
    fn drop(&mut self) {
        let mut containers = Vec::new();
        self.give_up(&mut containers);
        while let Some(container) = containers.pop() {
            if let Some(mut last) = Arc::into_inner(container) {
                last.give_up(&mut containers);
            }
        }
    }
}

impl<'t> Container<'t> {
    fn give_up(&mut self, to: &mut Vec<Arc<Container<'t>>>) {
        for chunk in &mut self.slots.chunks {
            let Chunk::Slots(slots) = chunk else { continue };
            for slot in slots {
                if let Node::Split(container) =
                    std::mem::replace(&mut slot.value, Node::Text(Text::Given("")))
                {
                    to.push(container);
                }
            }
        }
    }
}
