//! The tree: text at the leaves, and containers where pointers have led through.

use std::borrow::Cow;
use std::sync::Arc;

use crate::container::Container;
use crate::layout::Layout;
use crate::meter::{Exceeded, Meter, STEP};
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
        meter: &Meter,
    ) -> Result<Option<&mut Container<'t>>, Exceeded> {
        if let Node::Text(text) = self {
            let Some(container) = Container::of(text, layout, source, meter)? else {
                return Ok(None);
            };
            *self = Node::Split(Arc::new(container));
        }
        match self {
            Node::Split(container) => {
                if Arc::strong_count(container) > 1 {
                    container.count_copy(meter)?;
                }
                Ok(Some(Arc::make_mut(container)))
            }
            Node::Text(_) => Ok(None),
        }
    }

    pub(crate) fn pieces(&self) -> Pieces<'_> {
        Pieces::of(self)
    }

    pub(crate) fn len(&self, meter: &Meter) -> Result<usize, Exceeded> {
        match self {
            Node::Text(text) => Ok(text.len()),
            Node::Split(_) => {
                let mut len = 0;
                for piece in self.pieces() {
                    meter.work(STEP)?;
                    len += piece.len();
                }
                Ok(len)
            }
        }
    }

    /// The whole text, put together if it is in pieces.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Node::Text(text) => Cow::Borrowed(text),
            Node::Split(_) => Cow::Owned(self.pieces().collect()),
        }
    }

    /// The whole text as one that can be kept, without a copy where it is in one piece. A copy is counted.
    pub(crate) fn to_text(&self, meter: &Meter) -> Result<Text<'t>, Exceeded> {
        match self {
            Node::Text(text) => Ok(text.clone()),
            Node::Split(_) => {
                let len = self.len(meter)?;
                Text::hold(len, meter)?;
                let mut text = String::with_capacity(len);
                for piece in self.pieces() {
                    meter.work(STEP + piece.len() as u64)?;
                    text.push_str(piece);
                }
                Ok(text.into())
            }
        }
    }

    /// Drops the value. What a patch has made for it is no longer counted.
    pub(crate) fn give_back(self, meter: &Meter) {
        let container = match self {
            Node::Text(text) => return text.give_back(meter),
            Node::Split(container) => container,
        };
        let mut todo = vec![container];
        while let Some(container) = todo.pop() {
            // All else belongs to the document before the patch, too.
            if let Some(mut last) = Arc::into_inner(container) {
                last.give_back(&mut todo, meter);
            }
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
    fn give_back(&mut self, to: &mut Vec<Arc<Container<'t>>>, meter: &Meter) {
        meter.release(self.memory());
        for chunk in std::mem::take(&mut self.slots.chunks) {
            match chunk {
                Chunk::Run { text, .. } => text.give_back(meter),
                Chunk::Slots(slots) => {
                    to.extend(slots.into_iter().filter_map(|slot| slot.give_back(meter)));
                }
            }
        }
        std::mem::replace(&mut self.layout, Layout::pretty()).give_back(meter);
        std::mem::replace(&mut self.closing, Text::Given("")).give_back(meter);
    }

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
