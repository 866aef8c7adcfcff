//! Following a pointer into a document (RFC 6901 section 4).

use crate::container::Container;
use crate::error::{ApplyError, Attempt, shown};
use crate::fit::Fitted;
use crate::layout::Layout;
use crate::meter::{Exceeded, Meter, STEP};
use crate::node::Node;
use crate::pointer::Pointer;
use crate::read::name;
use crate::sequence::Place;
use crate::source::Source;
use crate::split::Kind;

/// Which step of a patch it is, for its errors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Context<'s> {
    pub(crate) patch: Option<usize>,
    pub(crate) operation: Option<usize>,
    pub(crate) op: &'static str,
    pub(crate) pointer: &'s Pointer,
}

impl Context<'_> {
    pub(crate) fn attempt(&self) -> Box<Attempt> {
        Box::new(Attempt {
            patch: self.patch,
            operation: self.operation,
            op: self.op,
            pointer: self.pointer.clone(),
        })
    }

    pub(crate) fn exceeded(&self, exceeded: Exceeded) -> ApplyError {
        ApplyError::Exceeded {
            attempt: self.attempt(),
            exceeded,
        }
    }
}

/// What happens when an object on the way lacks the member that the pointer names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Missing {
    IsAnError,
    /// It is made, as an empty object.
    IsMade,
}

/// The place that a pointer names: the parent, and where in it.
pub(crate) enum Target<'a, 't> {
    Root,
    Member {
        of: &'a mut Container<'t>,
        name: &'a str,
        place: Option<Place>,
    },
    /// The index is one of an element, or the one behind the last.
    Element {
        of: &'a mut Container<'t>,
        index: usize,
    },
}

/// Goes to the parent of what `at` names, and takes apart the containers on the way. The text's length is
/// told by how much it grows when something is made.
pub(crate) fn target<'a, 't>(
    (root, len): (&'a mut Node<'t>, &mut usize),
    around: &'a Layout<'t>,
    source: &Source<'t>,
    context: &Context<'_>,
    at: &'a Pointer,
    missing: Missing,
    meter: &Meter,
) -> Result<Target<'a, 't>, ApplyError> {
    let exceeded = |exceeded| context.exceeded(exceeded);
    let levels = at.tokens().len() as u64;
    meter.work(STEP * (1 + levels)).map_err(exceeded)?;
    let Some((last, way)) = at.tokens().split_last() else {
        return Ok(Target::Root);
    };
    let mut layout = around;
    let mut node = root;
    for (level, token) in way.iter().enumerate() {
        let here = Here {
            context,
            at,
            level,
            meter,
        };
        let container = here.open(node, layout, source)?;
        let found = if container.is_object {
            here.find(container, token)?
        } else {
            let index = here.index(container, token)?;
            container.slots.at(index, meter).map_err(exceeded)?
        };
        let place = match found {
            Some(place) => place,
            None if container.is_object && missing == Missing::IsMade => {
                let object = Fitted::given("{}");
                let made = container.insert(None, Some(token), object, meter);
                let (place, grown) = made.map_err(exceeded)?;
                *len = len.saturating_add_signed(grown);
                place
            }
            None => return Err(here.not_found()),
        };
        let Container {
            layout: inside,
            slots,
            ..
        } = container;
        layout = inside;
        node = &mut slots.slot(place, meter).map_err(exceeded)?.value;
    }
    let here = Here {
        context,
        at,
        level: way.len(),
        meter,
    };
    let of = here.open(node, layout, source)?;
    if of.is_object {
        let place = here.find(of, last)?;
        return Ok(Target::Member {
            of,
            name: last,
            place,
        });
    }
    let index = if last == "-" {
        of.slots.len()
    } else {
        here.index(of, last)?
    };
    Ok(Target::Element { of, index })
}

/// A container on the way of a pointer, and the token that names its child.
struct Here<'c> {
    context: &'c Context<'c>,
    at: &'c Pointer,
    level: usize,
    meter: &'c Meter,
}

impl Here<'_> {
    fn open<'a, 't>(
        &self,
        node: &'a mut Node<'t>,
        layout: &Layout<'t>,
        source: &Source<'t>,
    ) -> Result<&'a mut Container<'t>, ApplyError> {
        if !matches!(node.kind(), Kind::Object | Kind::Array) {
            let text = node.text();
            return Err(ApplyError::NotAContainer {
                attempt: self.context.attempt(),
                at: self.container(),
                found: format!("{} ({})", name(&text), shown([&*text].into_iter())),
            });
        }
        let opened = node.open(layout, source, self.meter);
        let opened = opened.map_err(|exceeded| self.context.exceeded(exceeded))?;
        opened.ok_or_else(|| self.not_found())
    }

    fn find(&self, object: &mut Container<'_>, name: &str) -> Result<Option<Place>, ApplyError> {
        let found = object.find(name, self.meter);
        let found = found.map_err(|exceeded| self.context.exceeded(exceeded))?;
        found.map_err(|_| ApplyError::Ambiguous {
            attempt: self.context.attempt(),
            at: self.container(),
            name: name.into(),
        })
    }

    /// The index that a token is, if it is one of an element or the one behind the last.
    fn index(&self, array: &Container<'_>, token: &str) -> Result<usize, ApplyError> {
        let len = array.slots.len();
        match index(token) {
            None => Err(ApplyError::NotAnIndex {
                attempt: self.context.attempt(),
                at: self.container(),
                token: token.into(),
            }),
            Some(index) if index <= len => Ok(index),
            Some(_) => Err(ApplyError::OutOfBounds {
                attempt: self.context.attempt(),
                at: self.container(),
                token: token.into(),
                len,
            }),
        }
    }

    fn not_found(&self) -> ApplyError {
        ApplyError::NotFound {
            attempt: self.context.attempt(),
            missing: self.at.ancestor(self.level + 1),
        }
    }

    fn container(&self) -> Pointer {
        self.at.ancestor(self.level)
    }
}

/// The index that a token is (RFC 6901 section 4): digits without leading zeros. One too large for any
/// array is still one.
pub(crate) fn index(token: &str) -> Option<usize> {
    let is_index = token == "0" || token.starts_with(|c: char| matches!(c, '1'..='9'));
    if !is_index || !token.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(token.parse().unwrap_or(usize::MAX))
}
