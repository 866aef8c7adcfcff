//! Doing what an operation says.

use crate::equal::equal;
use crate::error::{ApplyError, shown};
use crate::fit::{Fitted, Room, Value};
use crate::json::Json;
use crate::layout::Layout;
use crate::limits::Limits;
use crate::meter::{Exceeded, Meter};
use crate::node::Node;
use crate::operations::Operation;
use crate::pointer::Pointer;
use crate::source::Source;
use crate::split::depth_within;
use crate::state::State;
use crate::text::Text;
use crate::walk::{Context, Missing, Target, target};

/// One step of a patch on a document. When it fails, the state may be half changed: whoever applies a
/// patch goes back to the state before it.
pub(crate) struct Step<'s, 't> {
    pub(crate) state: &'s mut State<'t>,
    /// The layout around the root.
    pub(crate) around: &'s Layout<'t>,
    /// The child beside which the root is to come to be, when nothing is there yet.
    pub(crate) beside: Option<&'s Text<'t>>,
    pub(crate) source: &'s Source<'t>,
    pub(crate) limits: &'s Limits,
    pub(crate) meter: &'s Meter,
    pub(crate) context: Context<'s>,
}

impl<'s, 't> Step<'s, 't> {
    pub(crate) fn run(&mut self, operation: &Operation) -> Result<(), ApplyError> {
        match operation {
            Operation::Add { value, .. } => self.add(&Value::of(value)),
            Operation::Remove { .. } => self.remove(self.context.pointer),
            Operation::Replace { value, .. } => self.replace(&Value::of(value)),
            Operation::Test { value, .. } => self.test(value),
            Operation::Set { value, .. } => self.set(&Value::of(value)),
            Operation::Copy { from, .. } => {
                let value = self.find(from)?;
                let added = self.add(&Value::Old(value.clone()));
                value.give_back(self.meter);
                added
            }
            Operation::Move { from, path } if from == path => {
                self.find(from)?.give_back(self.meter);
                Ok(())
            }
            // Else the element behind it would move up into its place, and take it in.
            Operation::Move { from, path } if from.is_prefix_of(path) => Err(self.not_found(path)),
            Operation::Move { from, .. } => {
                let node = self.take(from)?;
                let value = node.to_text(self.meter);
                node.give_back(self.meter);
                let value = self.counted(value)?;
                let added = self.add(&Value::Old(value.clone()));
                value.give_back(self.meter);
                added
            }
        }
    }

    /// RFC 6902 section 4.1.
    pub(crate) fn add(&mut self, value: &Value<'_, 't>) -> Result<(), ApplyError> {
        self.check_depth(value)?;
        let room = self.room();
        let grown = match self.target(self.context.pointer, Missing::IsAnError)? {
            Target::Root => return self.replace_root(value),
            Target::Member {
                of,
                place: Some(place),
                ..
            } => room.overwrite(of, place, value),
            Target::Member {
                of,
                name,
                place: None,
            } => room.insert(of, None, Some(name), value),
            Target::Element { of, index } => room.insert(of, Some(index), None, value),
        };
        self.account(grown)
    }

    /// RFC 6902 section 4.2.
    pub(crate) fn remove(&mut self, at: &Pointer) -> Result<(), ApplyError> {
        let value = self.take(at)?;
        value.give_back(self.meter);
        Ok(())
    }

    /// Removes the value that is there, and answers it.
    fn take(&mut self, at: &Pointer) -> Result<Node<'t>, ApplyError> {
        let meter = self.meter;
        let removed = match self.target(at, Missing::IsAnError)? {
            Target::Root => {
                return Err(ApplyError::RemoveRoot {
                    attempt: self.context.attempt(),
                });
            }
            Target::Member {
                of,
                place: Some(place),
                ..
            } => of.remove(place, meter),
            Target::Element { of, index } => match of.slots.at(index, meter) {
                Ok(Some(place)) => of.remove(place, meter),
                Ok(None) => return Err(self.not_found(at)),
                Err(exceeded) => Err(exceeded),
            },
            Target::Member { .. } => return Err(self.not_found(at)),
        };
        let (value, grown) = self.counted(removed)?;
        self.account(Ok(grown))?;
        Ok(value)
    }

    /// RFC 6902 section 4.3.
    pub(crate) fn replace(&mut self, value: &Value<'_, 't>) -> Result<(), ApplyError> {
        let at = self.context.pointer;
        self.check_depth(value)?;
        let room = self.room();
        let grown = match self.target(at, Missing::IsAnError)? {
            Target::Root => return self.replace_root(value),
            Target::Member {
                of,
                place: Some(place),
                ..
            } => room.overwrite(of, place, value),
            Target::Element { of, index } => match of.slots.at(index, room.meter) {
                Ok(Some(place)) => room.overwrite(of, place, value),
                Ok(None) => return Err(self.not_found(at)),
                Err(exceeded) => Err(exceeded),
            },
            Target::Member { .. } => return Err(self.not_found(at)),
        };
        self.account(grown)
    }

    /// Like add, but makes what is missing on the way and replaces elements.
    pub(crate) fn set(&mut self, value: &Value<'_, 't>) -> Result<(), ApplyError> {
        self.check_depth(value)?;
        let room = self.room();
        let grown = match self.target(self.context.pointer, Missing::IsMade)? {
            Target::Root => return self.replace_root(value),
            Target::Member {
                of,
                place: Some(place),
                ..
            } => room.overwrite(of, place, value),
            Target::Member {
                of,
                name,
                place: None,
            } => room.insert(of, None, Some(name), value),
            Target::Element { of, index } => match of.slots.at(index, room.meter) {
                Ok(Some(place)) => room.overwrite(of, place, value),
                Ok(None) => room.insert(of, Some(index), None, value),
                Err(exceeded) => Err(exceeded),
            },
        };
        self.account(grown)
    }

    /// RFC 6902 section 4.6.
    fn test(&mut self, expected: &Json) -> Result<(), ApplyError> {
        let found = self.find(self.context.pointer)?;
        let is_equal = equal(expected.as_str(), &found, self.meter);
        if self.counted(is_equal)? {
            found.give_back(self.meter);
            return Ok(());
        }
        Err(ApplyError::TestFailed {
            attempt: self.context.attempt(),
            expected: shown([expected.as_str()].into_iter()),
            found: shown([&*found].into_iter()),
        })
    }

    /// The text of the value that is there.
    fn find(&mut self, at: &Pointer) -> Result<Text<'t>, ApplyError> {
        let meter = self.meter;
        let found = match self.target(at, Missing::IsAnError)? {
            Target::Root => self.state.root.to_text(meter),
            Target::Member {
                of,
                place: Some(place),
                ..
            } => of.value_text(place, meter),
            Target::Element { of, index } => match of.slots.at(index, meter) {
                Ok(Some(place)) => of.value_text(place, meter),
                Ok(None) => return Err(self.not_found(at)),
                Err(exceeded) => Err(exceeded),
            },
            Target::Member { .. } => return Err(self.not_found(at)),
        };
        self.counted(found)
    }

    /// Looks at the value that is there, if one is.
    pub(crate) fn look<R>(
        &mut self,
        at: impl FnOnce(Option<&Node<'t>>, &Meter) -> Result<R, Exceeded>,
    ) -> Result<R, ApplyError> {
        let meter = self.meter;
        let node = self.node()?;
        let seen = at(node.as_deref(), meter);
        self.counted(seen)
    }

    fn node(&mut self) -> Result<Option<&mut Node<'t>>, ApplyError> {
        let (meter, context) = (self.meter, self.context);
        let exceeded = |exceeded| context.exceeded(exceeded);
        let State { root, len, .. } = &mut *self.state;
        // Not by way of `find`, for a value that is there is not put together to be looked at.
        let at = context.pointer;
        if at.is_root() {
            return Ok(Some(root));
        }
        let target = target(
            (root, len),
            self.around,
            self.source,
            &context,
            at,
            Missing::IsAnError,
            meter,
        );
        let (of, place) = match target? {
            Target::Root => return Ok(None),
            Target::Member { of, place, .. } => (of, place),
            Target::Element { of, index } => {
                let place = of.slots.at(index, meter).map_err(exceeded)?;
                (of, place)
            }
        };
        match place {
            Some(place) => of.value(place, meter).map(Some).map_err(exceeded),
            None => Ok(None),
        }
    }

    fn replace_root(&mut self, value: &Value<'_, 't>) -> Result<(), ApplyError> {
        let room = self.room();
        let new = if self.state.is_absent {
            room.fit_beside(value, self.beside, self.around)
        } else {
            room.fit_over(value, &self.state.root, self.around)
        };
        let new = self.counted(new)?;
        self.put_root(new)
    }

    /// Makes this the root, in the layout that it has.
    pub(crate) fn put_verbatim(&mut self, value: &Json) -> Result<(), ApplyError> {
        self.check_depth(&Value::of(value))?;
        let text = value.as_str();
        let new = if text.len() > self.room().most {
            Text::Given("")
        } else {
            let copy = Text::concat(&[text], self.meter);
            self.counted(copy)?
        };
        self.put_root(Fitted {
            node: Node::Text(new),
            len: text.len(),
        })
    }

    fn put_root(&mut self, new: Fitted<'t>) -> Result<(), ApplyError> {
        let old = self.state.root.len(self.meter);
        let grown = new.len as isize - self.counted(old)? as isize;
        std::mem::replace(&mut self.state.root, new.node).give_back(self.meter);
        self.account(Ok(grown))
    }

    fn target<'a>(
        &'a mut self,
        at: &'a Pointer,
        missing: Missing,
    ) -> Result<Target<'a, 't>, ApplyError> {
        let State { root, len, .. } = &mut *self.state;
        target(
            (root, len),
            self.around,
            self.source,
            &self.context,
            at,
            missing,
            self.meter,
        )
    }

    fn room(&self) -> Room<'s, 't> {
        Room {
            source: self.source,
            most: self.limits.size.max(self.state.len),
            meter: self.meter,
        }
    }

    fn account(&mut self, grown: Result<isize, Exceeded>) -> Result<(), ApplyError> {
        let grown = self.counted(grown)?;
        self.state.len = self.state.len.saturating_add_signed(grown);
        if self.state.len > self.limits.size && grown > 0 {
            let (size, limit) = (self.state.len, self.limits.size);
            return Err(ApplyError::TooLarge {
                attempt: self.context.attempt(),
                size,
                limit,
            });
        }
        Ok(())
    }

    fn check_depth(&self, value: &Value<'_, 't>) -> Result<(), ApplyError> {
        let limit = self.limits.depth;
        let value = match value {
            Value::New { depth, .. } => *depth,
            Value::Old(text) => self.counted(depth_within(text, self.meter))?,
        };
        let depth = self.context.pointer.tokens().len() + value;
        if depth > limit {
            return Err(ApplyError::TooDeep {
                attempt: self.context.attempt(),
                depth,
                limit,
            });
        }
        Ok(())
    }

    pub(crate) fn counted<T>(&self, result: Result<T, Exceeded>) -> Result<T, ApplyError> {
        result.map_err(|exceeded| self.exceeded(exceeded))
    }

    pub(crate) fn exceeded(&self, exceeded: Exceeded) -> ApplyError {
        self.context.exceeded(exceeded)
    }

    fn not_found(&self, at: &Pointer) -> ApplyError {
        ApplyError::NotFound {
            attempt: self.context.attempt(),
            missing: at.clone(),
        }
    }
}
