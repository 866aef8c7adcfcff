//! Reading operations from their text (RFC 6902 sections 3 and 4).

use std::borrow::Cow;

use crate::check::check;
use crate::decode::decode_str;
use crate::error::{PatchError, shown};
use crate::json::Json;
use crate::limits::Limits;
use crate::lookup::is;
use crate::meter::{ALLOCATION, Meter, OVERHEAD};
use crate::operations::{Operation, Operations};
use crate::pointer::Pointer;
use crate::split::{Kind, Parts, depth_within, kind};

impl Operations {
    /// Reads a JSON Patch document (RFC 6902), within the default [`Limits`].
    ///
    /// # Errors
    ///
    /// [`PatchError`] when the text is not JSON, or is not an array of operations.
    pub fn parse(text: &str) -> Result<Operations, PatchError> {
        Operations::parse_with(text, &Limits::default())
    }

    /// Reads a JSON Patch document (RFC 6902). The depth counts inside the values; the array and the
    /// operations around them are free.
    ///
    /// # Errors
    ///
    /// [`PatchError`] when the text is not JSON, or is not an array of operations.
    pub fn parse_with(text: &str, limits: &Limits) -> Result<Operations, PatchError> {
        Operations::parse_within(text, limits, &Meter::unlimited())
    }

    /// Reads a JSON Patch document (RFC 6902), as [`parse_with`](Operations::parse_with) does, within the limits of a meter.
    ///
    /// # Errors
    ///
    /// [`PatchError`] when the text is not JSON, is not an array of operations, or costs too much to read.
    pub fn parse_within(
        text: &str,
        limits: &Limits,
        meter: &Meter,
    ) -> Result<Operations, PatchError> {
        let around = limits.depth.saturating_add(2);
        let checked = check(text.as_bytes(), &limits.with_depth(around), meter)?;
        let text = checked.value();
        if kind(text) != Kind::Array {
            return Err(PatchError::NotAnArray { found: name(text) });
        }
        let source = checked.source;
        let mut parts = source.parts(text);
        let mut list = Vec::new();
        meter.reserve(&mut list, source.estimate(text))?;
        while let Some(part) = parts.next_within(meter)? {
            let members = Members::of(list.len(), source.parts(parts.slice(part.value)), meter)?;
            meter.room(&mut list)?;
            list.push(members.operation(meter)?);
        }
        meter.release(source.spans.memory());
        Ok(Operations { list })
    }
}

/// What a token of a pointer takes besides its text.
const TOKEN: u64 = size_of::<String>() as u64 + OVERHEAD;

/// The members of an operation that mean something; all others are ignored (section 4).
struct Members<'t> {
    operation: usize,
    op: Option<&'t str>,
    path: Option<&'t str>,
    from: Option<&'t str>,
    value: Option<&'t str>,
}

impl<'t> Members<'t> {
    fn of(
        operation: usize,
        mut parts: Parts<'t>,
        meter: &Meter,
    ) -> Result<Members<'t>, PatchError> {
        if kind(parts.text()) != Kind::Object {
            return Err(PatchError::NotAnObject {
                operation,
                found: name(parts.text()),
            });
        }
        let mut members = Members {
            operation,
            op: None,
            path: None,
            from: None,
            value: None,
        };
        while let Some(part) = parts.next_within(meter)? {
            let written = parts.slice(part.name);
            meter.work(written.len() as u64)?;
            for (member, place) in [
                ("op", &mut members.op),
                ("path", &mut members.path),
                ("from", &mut members.from),
                ("value", &mut members.value),
            ] {
                if is(written, member.as_bytes())
                    && place.replace(parts.slice(part.value)).is_some()
                {
                    return Err(PatchError::DuplicateMember { operation, member });
                }
            }
        }
        Ok(members)
    }

    fn operation(&self, meter: &Meter) -> Result<Operation, PatchError> {
        let op = self.string("op", self.op, None, meter)?;
        let path = || self.pointer("path", self.path, &op, meter);
        let from = || self.pointer("from", self.from, &op, meter);
        Ok(match &*op {
            "add" => Operation::Add {
                path: path()?,
                value: self.value(&op, meter)?,
            },
            "remove" => Operation::Remove { path: path()? },
            "replace" => Operation::Replace {
                path: path()?,
                value: self.value(&op, meter)?,
            },
            "copy" => Operation::Copy {
                from: from()?,
                path: path()?,
            },
            "test" => Operation::Test {
                path: path()?,
                value: self.value(&op, meter)?,
            },
            "move" => {
                let (from, path) = (from()?, path()?);
                if from != path && from.is_prefix_of(&path) {
                    return Err(PatchError::MoveIntoItself {
                        operation: self.operation,
                        from,
                        path,
                    });
                }
                Operation::Move { from, path }
            }
            _ => {
                return Err(PatchError::UnknownOperation {
                    operation: self.operation,
                    op: op.into_owned(),
                });
            }
        })
    }

    fn string(
        &self,
        member: &'static str,
        written: Option<&'t str>,
        op: Option<&str>,
        meter: &Meter,
    ) -> Result<Cow<'t, str>, PatchError> {
        let operation = self.operation;
        let Some(written) = written else {
            return Err(PatchError::MissingMember {
                operation,
                op: op.map(Into::into),
                member,
            });
        };
        meter.work(written.len() as u64)?;
        meter.hold(2 * written.len() as u64)?;
        meter.release(2 * written.len() as u64);
        let string = if kind(written) == Kind::String {
            decode_str(written)
        } else {
            None
        };
        let found = || shown([written].into_iter());
        string.ok_or_else(|| PatchError::NotAString {
            operation,
            member,
            found: found(),
        })
    }

    fn pointer(
        &self,
        member: &'static str,
        written: Option<&'t str>,
        op: &str,
        meter: &Meter,
    ) -> Result<Pointer, PatchError> {
        let text = self.string(member, written, Some(op), meter)?;
        let tokens = text.bytes().filter(|&byte| byte == b'/').count() as u64;
        meter.work(ALLOCATION * (1 + tokens))?;
        meter.hold(text.len() as u64 + tokens * TOKEN + OVERHEAD)?;
        let operation = self.operation;
        Pointer::parse(&text).map_err(|source| PatchError::Pointer {
            operation,
            member,
            source,
        })
    }

    /// A `value` of `null` is one; a missing one is not.
    fn value(&self, op: &str, meter: &Meter) -> Result<Json, PatchError> {
        let missing = || PatchError::MissingMember {
            operation: self.operation,
            op: Some(op.into()),
            member: "value",
        };
        let value = self.value.ok_or_else(missing)?;
        let depth = depth_within(value, meter)?;
        meter.work(value.len() as u64)?;
        meter.allocate(value.len())?;
        Ok(Json::known(value.into(), depth))
    }
}

/// What a value is, in words.
pub(crate) fn name(value: &str) -> &'static str {
    match kind(value) {
        Kind::Object => "an object",
        Kind::Array => "an array",
        Kind::String => "a string",
        Kind::Number => "a number",
        Kind::Literal if value == "null" => "null",
        Kind::Literal => "a boolean",
    }
}
