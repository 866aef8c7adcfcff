//! Applying a patch, one step after the other.

use crate::apply::Step;
use crate::check::read_again;
use crate::diff::{Change, differences};
use crate::error::ApplyError;
use crate::fit::Value;
use crate::json::Json;
use crate::layout::Layout;
use crate::limits::Limits;
use crate::merge::merge;
use crate::meter::{Exceeded, Meter};
use crate::patch::Patch;
use crate::pointer::Pointer;
use crate::source::Source;
use crate::split::depth_within;
use crate::state::State;
use crate::text::Text;
use crate::walk::Context;

/// A patch being applied.
pub(crate) struct Applying<'s, 't> {
    pub(crate) state: &'s mut State<'t>,
    pub(crate) around: &'s Layout<'t>,
    pub(crate) beside: Option<&'s Text<'t>>,
    pub(crate) source: &'s Source<'t>,
    pub(crate) limits: &'s Limits,
    pub(crate) meter: &'s Meter,
    /// The number of the patch among several.
    pub(crate) patch: Option<usize>,
}

impl<'t> Applying<'_, 't> {
    pub(crate) fn apply(&mut self, patch: &Patch) -> Result<(), ApplyError> {
        match patch {
            Patch::Operations(operations) => {
                for (number, operation) in operations.list.iter().enumerate() {
                    self.step(Some(number), operation.op(), operation.path())
                        .run(operation)?;
                    self.state.is_absent &= operation.op() == "test";
                }
            }
            Patch::Merge(json) => {
                merge(json, self)?;
                self.state.is_absent = false;
            }
            Patch::Copy(json) if self.state.is_absent => {
                self.step(None, "replace", &Pointer::root())
                    .put_verbatim(json)?;
                self.state.is_absent = false;
            }
            Patch::Replace(json) | Patch::Copy(json) => self.replace(json)?,
            Patch::All(patches) => {
                for (number, patch) in patches.iter().enumerate() {
                    self.patch = Some(number);
                    self.apply(patch)?;
                }
            }
        }
        Ok(())
    }

    /// Makes the document equal to the value, by writing what differs.
    fn replace(&mut self, json: &Json) -> Result<(), ApplyError> {
        let root = Pointer::root();
        if self.state.is_absent {
            self.step(None, "replace", &root)
                .replace(&Value::of(json))?;
            self.state.is_absent = false;
            return Ok(());
        }
        let meter = self.meter;
        let old = self.state.root.to_text(meter);
        let old = self.step(None, "replace", &root).counted(old)?;
        let mut held = 0;
        let read_again_old;
        let old_source = match old {
            Text::Given(_) => self.source,
            Text::Inserted { .. } => {
                let read = read_again(&old, meter);
                read_again_old = self.step(None, "replace", &root).counted(read)?;
                held += read_again_old.spans.memory();
                &read_again_old
            }
        };
        let new = json.as_str();
        let read = read_again(new, meter);
        let new_source = self.step(None, "replace", &root).counted(read)?;
        held += new_source.spans.memory();
        let stopped = differences(
            (&old, old_source),
            (new, &new_source),
            meter,
            |path, change| self.change(path, change),
        );
        stopped.map_err(|stopped| match stopped {
            Stopped::Step(error) => error,
            Stopped::Exceeded(exceeded) => self.step(None, "replace", &root).exceeded(exceeded),
        })?;
        meter.release(held);
        old.give_back(meter);
        Ok(())
    }

    fn change(&mut self, path: &Pointer, change: Change<'_>) -> Result<(), Stopped> {
        let meter = self.meter;
        let mut step = self.step(None, change.op(), path);
        let value = |text| {
            let depth = depth_within(text, meter)?;
            Ok::<_, Exceeded>(Value::New { text, depth })
        };
        match change {
            Change::Remove => step.remove(path),
            Change::Add(text) => step.add(&value(text)?),
            Change::Replace(text) => step.replace(&value(text)?),
        }
        .map_err(Stopped::Step)
    }

    pub(crate) fn step<'a>(
        &'a mut self,
        operation: Option<usize>,
        op: &'static str,
        pointer: &'a Pointer,
    ) -> Step<'a, 't> {
        let context = Context {
            patch: self.patch,
            operation,
            op,
            pointer,
        };
        Step {
            state: self.state,
            around: self.around,
            beside: self.beside,
            source: self.source,
            limits: self.limits,
            meter: self.meter,
            context,
        }
    }
}

/// Why not all differences were made.
enum Stopped {
    Step(ApplyError),
    /// They were not found.
    Exceeded(Exceeded),
}

impl From<Exceeded> for Stopped {
    fn from(exceeded: Exceeded) -> Stopped {
        Stopped::Exceeded(exceeded)
    }
}
