//! Doing what an operation says.

use crate::equal::equal;
use crate::error::{ApplyError, shown};
use crate::fit::{Value, fit_among, fit_beside, fit_over, overwrite};
use crate::json::Json;
use crate::layout::Layout;
use crate::limits::Limits;
use crate::meter::{Exceeded, Meter, STEP};
use crate::node::Node;
use crate::operations::Operation;
use crate::pointer::Pointer;
use crate::source::Source;
use crate::split::depth;
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

impl<'t> Step<'_, 't> {
    pub(crate) fn run(&mut self, operation: &Operation) -> Result<(), ApplyError> {
        self.meter
            .work(STEP)
            .map_err(|exceeded| self.exceeded(exceeded))?;
        match operation {
            Operation::Add { value, .. } => self.add(&Value::New(value)),
            Operation::Remove { .. } => self.remove(self.context.pointer).map(|_| ()),
            Operation::Replace { value, .. } => self.replace(value),
            Operation::Test { value, .. } => self.test(value),
            Operation::Set { value, .. } => self.set(value),
            Operation::Copy { from, .. } => {
                let value = self.find(from)?;
                self.add(&Value::Old(value))
            }
            Operation::Move { from, path } if from == path => self.find(from).map(|_| ()),
            // Else the element behind it would move up into its place, and take it in.
            Operation::Move { from, path } if from.is_prefix_of(path) => Err(self.not_found(path)),
            Operation::Move { from, .. } => {
                let value = self.remove(from)?.to_text();
                self.add(&Value::Old(value))
            }
        }
    }

    /// RFC 6902 section 4.1.
    fn add(&mut self, value: &Value<'_, 't>) -> Result<(), ApplyError> {
        self.check_depth(value)?;
        let source = self.source;
        let grown = match self.target(self.context.pointer, Missing::IsAnError)? {
            Target::Root => return self.replace_root(value),
            Target::Member {
                of,
                place: Some(place),
                ..
            } => overwrite(of, place, value, source),
            Target::Member {
                of,
                name,
                place: None,
            } => {
                let value = fit_among(value, of, None, source);
                of.insert(None, Some(name), value)
            }
            Target::Element { of, index } => {
                let value = fit_among(value, of, Some(index), source);
                of.insert(Some(index), None, value)
            }
        };
        self.account(grown)
    }

    /// RFC 6902 section 4.2.
    pub(crate) fn remove(&mut self, at: &Pointer) -> Result<Node<'t>, ApplyError> {
        let (value, grown) = match self.target(at, Missing::IsAnError)? {
            Target::Root => {
                return Err(ApplyError::RemoveRoot {
                    attempt: self.context.attempt(),
                });
            }
            Target::Member {
                of,
                place: Some(place),
                ..
            } => of.remove(place),
            Target::Element { of, index } => match of.slots.at(index) {
                Some(place) => of.remove(place),
                None => return Err(self.not_found(at)),
            },
            Target::Member { .. } => return Err(self.not_found(at)),
        };
        self.account(grown)?;
        Ok(value)
    }

    /// RFC 6902 section 4.3.
    pub(crate) fn replace(&mut self, value: &Json) -> Result<(), ApplyError> {
        let at = self.context.pointer;
        let value = Value::New(value);
        self.check_depth(&value)?;
        let source = self.source;
        let grown = match self.target(at, Missing::IsAnError)? {
            Target::Root => return self.replace_root(&value),
            Target::Member {
                of,
                place: Some(place),
                ..
            } => overwrite(of, place, &value, source),
            Target::Element { of, index } => match of.slots.at(index) {
                Some(place) => overwrite(of, place, &value, source),
                None => return Err(self.not_found(at)),
            },
            Target::Member { .. } => return Err(self.not_found(at)),
        };
        self.account(grown)
    }

    /// Like add, but makes what is missing on the way and replaces elements.
    pub(crate) fn set(&mut self, value: &Json) -> Result<(), ApplyError> {
        let value = Value::New(value);
        self.check_depth(&value)?;
        let source = self.source;
        let grown = match self.target(self.context.pointer, Missing::IsMade)? {
            Target::Root => return self.replace_root(&value),
            Target::Member {
                of,
                place: Some(place),
                ..
            } => overwrite(of, place, &value, source),
            Target::Member {
                of,
                name,
                place: None,
            } => {
                let value = fit_among(&value, of, None, source);
                of.insert(None, Some(name), value)
            }
            Target::Element { of, index } => match of.slots.at(index) {
                Some(place) => overwrite(of, place, &value, source),
                None => {
                    let value = fit_among(&value, of, Some(index), source);
                    of.insert(Some(index), None, value)
                }
            },
        };
        self.account(grown)
    }

    /// RFC 6902 section 4.6.
    fn test(&mut self, expected: &Json) -> Result<(), ApplyError> {
        let found = self.find(self.context.pointer)?;
        if equal(expected.as_str(), &found) {
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
        let found = self.text_at(at)?;
        self.meter
            .work(found.len() as u64)
            .map_err(|exceeded| self.exceeded(exceeded))?;
        Ok(found)
    }

    fn text_at(&mut self, at: &Pointer) -> Result<Text<'t>, ApplyError> {
        match self.target(at, Missing::IsAnError)? {
            Target::Root => Ok(self.state.root.to_text()),
            Target::Member {
                of,
                place: Some(place),
                ..
            } => Ok(of.value_text(place)),
            Target::Element { of, index } => match of.slots.at(index) {
                Some(place) => Ok(of.value_text(place)),
                None => Err(self.not_found(at)),
            },
            Target::Member { .. } => Err(self.not_found(at)),
        }
    }

    /// The value that is there, if one is.
    pub(crate) fn look(&mut self) -> Result<Option<Node<'t>>, ApplyError> {
        Ok(
            match self.target(self.context.pointer, Missing::IsAnError)? {
                Target::Root => Some(self.state.root.clone()),
                Target::Member { of, place, .. } => place.map(|place| of.value(place).clone()),
                Target::Element { of, index } => {
                    of.slots.at(index).map(|place| of.value(place).clone())
                }
            },
        )
    }

    fn replace_root(&mut self, value: &Value<'_, 't>) -> Result<(), ApplyError> {
        let new = if self.state.is_absent {
            fit_beside(value, self.beside, self.around, self.source)
        } else {
            fit_over(value, &self.state.root, self.around, self.source)
        };
        let grown = new.len() as isize - self.state.root.len() as isize;
        self.state.root = new;
        self.account(grown)
    }

    /// Makes this the root, in the layout that it has.
    pub(crate) fn put_verbatim(&mut self, value: &Json) -> Result<(), ApplyError> {
        self.check_depth(&Value::New(value))?;
        let text = value.as_str();
        let new = Node::Text(Text::Inserted {
            whole: text.into(),
            range: 0..text.len(),
        });
        let grown = new.len() as isize - self.state.root.len() as isize;
        self.state.root = new;
        self.account(grown)
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
        )
    }

    fn account(&mut self, grown: isize) -> Result<(), ApplyError> {
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
            Value::New(json) => json.depth(),
            Value::Old(text) => depth(text),
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

    fn exceeded(&self, exceeded: Exceeded) -> ApplyError {
        ApplyError::Exceeded {
            attempt: self.context.attempt(),
            exceeded,
        }
    }

    fn not_found(&self, at: &Pointer) -> ApplyError {
        ApplyError::NotFound {
            attempt: self.context.attempt(),
            missing: at.clone(),
        }
    }
}
