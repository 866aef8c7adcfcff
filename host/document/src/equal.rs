//! Are two values the same value?

use std::borrow::Cow;
use std::collections::HashMap;

use crate::check::read_again;
use crate::decode::decode;
use crate::meter::{BLOCK, ENTRY, Exceeded, Meter, STEP};
use crate::number;
use crate::source::Source;
use crate::split::{Kind, Parts, kind};

/// Whether two values are equal as RFC 6902 section 4.6 has it: whatever their layout, their spelling
/// and the order of their members.
pub(crate) fn equal(a: &str, b: &str, meter: &Meter) -> Result<bool, Exceeded> {
    if is_same(a, b, meter)? {
        return Ok(true);
    }
    match (kind(a), kind(b)) {
        // One more pass over both, so that none is needed for every level of them.
        (Kind::Object, Kind::Object) | (Kind::Array, Kind::Array) => {
            let _scratch = meter.scratch();
            let source_a = read_again(a, meter)?;
            let source_b = read_again(b, meter)?;
            equal_in((a, &source_a), (b, &source_b), meter)
        }
        (kind_a, kind_b) => Ok(kind_a == kind_b && are_equal_scalars(a, b, meter)?),
    }
}

/// Whether the texts are the same.
pub(crate) fn is_same(a: &str, b: &str, meter: &Meter) -> Result<bool, Exceeded> {
    if a.len() != b.len() {
        return Ok(false);
    }
    meter.work(1 + a.len() as u64 / BLOCK)?;
    Ok(a == b)
}

/// The same for two scalars of one kind whose texts differ.
fn are_equal_scalars(a: &str, b: &str, meter: &Meter) -> Result<bool, Exceeded> {
    Ok(match kind(a) {
        Kind::String => are_equal_strings(a, b, meter)?,
        Kind::Number => {
            meter.work(STEP + NUMBER * (a.len() + b.len()) as u64)?;
            number::equal(a, b)
        }
        // Literals have one spelling each.
        _ => false,
    })
}

/// A byte of a number is looked at more than once: for its exponent, its decimal point, and its digits.
const NUMBER: u64 = 2;

/// The same for two strings, or two names, as they are written.
fn are_equal_strings(a: &str, b: &str, meter: &Meter) -> Result<bool, Exceeded> {
    meter.work(STEP + (a.len() + b.len()) as u64 / BLOCK)?;
    if a == b {
        return Ok(true);
    }
    let is_escaped = |string: &str| string.as_bytes().contains(&b'\\');
    if !is_escaped(a) && !is_escaped(b) {
        return Ok(false);
    }
    let _scratch = meter.scratch();
    for string in [a, b] {
        meter.work(string.len() as u64)?;
        meter.allocate(string.len())?;
    }
    Ok(decode(a) == decode(b))
}

/// A container that is being compared with another one.
enum Open<'v> {
    /// Child by child: elements of arrays, or members that are in the same order.
    InOrder(Parts<'v>, Parts<'v>),
    /// Each of the members of the one with that of the same name among those of the other.
    ByName {
        rest: Parts<'v>,
        others: HashMap<Cow<'v, [u8]>, &'v str>,
        /// The memory that is counted for them.
        held: u64,
    },
}

/// The same for two values of texts that were checked.
///
/// A list of all pairs of children would be many times the size of the texts. So there is only a place in each container
/// that is open.
pub(crate) fn equal_in(
    a: (&str, &Source<'_>),
    b: (&str, &Source<'_>),
    meter: &Meter,
) -> Result<bool, Exceeded> {
    let ((a, source_a), (b, source_b)) = (a, b);
    let _scratch = meter.scratch();
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut pair = Some((a, b));
    loop {
        match pair {
            None => {
                if let Some(Open::ByName { held, .. }) = open.pop() {
                    meter.release(held);
                }
            }
            Some((a, b)) if is_same(a, b, meter)? => {}
            Some((a, b)) => {
                let parts = || (source_a.parts(a), source_b.parts(b));
                match (kind(a), kind(b)) {
                    (Kind::Object, Kind::Object) => match members_pair_up(parts, meter)? {
                        Some(members) => {
                            meter.room(&mut open)?;
                            open.push(members);
                        }
                        None => return Ok(false),
                    },
                    (Kind::Array, Kind::Array) => {
                        let (a, b) = parts();
                        meter.room(&mut open)?;
                        open.push(Open::InOrder(a, b));
                    }
                    (kind_a, kind_b) => {
                        if kind_a != kind_b || !are_equal_scalars(a, b, meter)? {
                            return Ok(false);
                        }
                    }
                }
            }
        }
        let Some(inside) = open.last_mut() else {
            return Ok(true);
        };
        let Ok(next) = next_pair(inside, meter)? else {
            return Ok(false);
        };
        pair = next;
    }
}

type Pair<'v> = (&'v str, &'v str);

/// The next two children that have to be equal, if there are any left; or an error if one has none.
fn next_pair<'v>(
    open: &mut Open<'v>,
    meter: &Meter,
) -> Result<Result<Option<Pair<'v>>, ()>, Exceeded> {
    match open {
        Open::InOrder(a, b) => Ok(match (a.next_within(meter)?, b.next_within(meter)?) {
            (None, None) => Ok(None),
            (Some(x), Some(y)) => Ok(Some((a.slice(x.value), b.slice(y.value)))),
            _ => Err(()),
        }),
        Open::ByName { rest, others, .. } => {
            let Some(part) = rest.next_within(meter)? else {
                return Ok(if others.is_empty() { Ok(None) } else { Err(()) });
            };
            let name = rest.slice(part.name);
            meter.work(ENTRY + name.len() as u64)?;
            // Each is there once, so a name that `rest` has twice finds none the second time.
            let _scratch = meter.scratch();
            let other = others.remove(&*decode_within(name, meter)?);
            Ok(other
                .map(|other| Some((other, rest.slice(part.value))))
                .ok_or(()))
        }
    }
}

/// How the members of two objects are to be compared, unless they are different already.
fn members_pair_up<'v>(
    parts: impl Fn() -> (Parts<'v>, Parts<'v>),
    meter: &Meter,
) -> Result<Option<Open<'v>>, Exceeded> {
    let (mut a, mut b) = parts();
    let mut count = 0;
    let is_in_order = loop {
        count += 1;
        match (a.next_within(meter)?, b.next_within(meter)?) {
            (None, None) => break true,
            (Some(x), Some(y)) => {
                if !are_equal_strings(a.slice(x.name), b.slice(y.name), meter)? {
                    break false;
                }
            }
            _ => return Ok(None),
        }
    };
    let (in_order, rest) = parts();
    if is_in_order {
        return Ok(Some(Open::InOrder(in_order, rest)));
    }
    while a.next_within(meter)?.is_some() {
        count += 1;
    }
    let before = meter.memory_held();
    let mut others = HashMap::new();
    meter.reserve_in(&mut others, count)?;
    let mut members = in_order;
    while let Some(part) = members.next_within(meter)? {
        let written = members.slice(part.name);
        meter.work(ENTRY + written.len() as u64)?;
        let name = decode_within(written, meter)?;
        // With a duplicate name the order may have a meaning to somebody, and it is another one.
        if others.insert(name, members.slice(part.value)).is_some() {
            return Ok(None);
        }
    }
    let held = meter.memory_held() - before;
    Ok(Some(Open::ByName { rest, others, held }))
}

/// What a name means. Its memory is counted when it is written with escapes.
pub(crate) fn decode_within<'t>(
    written: &'t str,
    meter: &Meter,
) -> Result<Cow<'t, [u8]>, Exceeded> {
    if written.as_bytes().contains(&b'\\') {
        meter.work(written.len() as u64)?;
        meter.allocate(written.len())?;
    }
    Ok(decode(written))
}

/// A member of an object.
pub(crate) struct Member<'t> {
    /// Its name as it is written, and what that means.
    pub(crate) written: &'t str,
    pub(crate) name: Cow<'t, [u8]>,
    pub(crate) value: &'t str,
}

/// The members of an object.
pub(crate) fn members<'t>(
    mut parts: Parts<'t>,
    meter: &Meter,
) -> Result<Vec<Member<'t>>, Exceeded> {
    let mut members = Vec::new();
    while let Some(part) = parts.next_within(meter)? {
        let written = parts.slice(part.name);
        let name = decode_within(written, meter)?;
        meter.room(&mut members)?;
        members.push(Member {
            written,
            name,
            value: parts.slice(part.value),
        });
    }
    Ok(members)
}

#[cfg(test)]
mod tests {
    use crate::meter::Meter;

    fn equal(a: &str, b: &str) -> bool {
        super::equal(a, b, &Meter::unlimited()).unwrap()
    }

    #[test]
    fn values_not_spellings_are_compared() {
        for (a, b) in [
            ("[1, 2.0]", "[1.0,2]"),
            (
                r#"{"a": 1, "b": {"c": [], "d": null}}"#,
                r#"{"b":{"d":null,"c":[ ]},"\u0061":1e0}"#,
            ),
            (r#""é""#, r#""\u00e9""#),
            (r#""\ud800""#, r#""\uD800""#),
            (r#"{"a":1,"a":2}"#, r#"{ "a":1.0, "a":2 }"#),
        ] {
            assert!(equal(a, b), "{a} and {b}");
        }
        for (a, b) in [
            ("[1,2]", "[2,1]"),
            ("[1]", "[1,1]"),
            ("{}", "[]"),
            ("null", "false"),
            ("null", "0"),
            ("\"1\"", "1"),
            (r#"{"a":1}"#, r#"{"b":1}"#),
            (r#"{"a":1}"#, r#"{"a":1,"b":2}"#),
            (r#"{"a":1,"a":2}"#, r#"{"a":2,"a":1}"#),
            (r#"{"a":1,"a":2}"#, r#"{"a":2,"b":1}"#),
            (r#""\ud800""#, r#""\ud801""#),
        ] {
            assert!(!equal(a, b), "{a} and {b}");
        }
    }
}
