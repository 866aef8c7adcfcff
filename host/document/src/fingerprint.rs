//! Fingerprints of values, for finding among many those that may be equal.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher, RandomState};

use crate::equal::decode_within;
use crate::meter::{Exceeded, Meter, bytes_of, table_bytes};
use crate::number;
use crate::source::{SHORTEST, Source};
use crate::split::{scalar_end, string_end};

/// The fingerprints of the values of one text. Values that are [`equal`](crate::equal::equal) have the
/// same; those that are not hardly ever do, but it proves nothing: whoever acts on it compares them.
///
/// Those of larger containers are kept. A value that is nested in arrays five hundred deep is asked
/// for at every level, and read once all the same.
pub(crate) struct Fingerprints<'s, 't> {
    source: &'s Source<'t>,
    /// By the address of the container.
    known: HashMap<usize, Known>,
    /// Random, so that nobody can choose values that all collide.
    hasher: RandomState,
    meter: &'s Meter,
}

impl Drop for Fingerprints<'_, '_> {
    fn drop(&mut self) {
        self.meter.release(self.memory());
    }
}

#[derive(Clone, Copy)]
struct Known {
    fingerprint: u64,
    len: usize,
}

/// The work of hashing a token, besides that of its bytes.
const TOKEN: u64 = 32;
/// The work of hashing a byte of a number, which is looked at several times.
const NUMBER: u64 = 4;

/// A container that is being read.
struct Open {
    start: usize,
    is_object: bool,
    /// That of the member's name whose value comes next.
    name: Option<u64>,
    /// Of the children so far.
    sum: u64,
}

impl Open {
    /// In an array the order of the children counts, in an object it does not.
    fn take(&mut self, child: u64) {
        match self.name.take() {
            Some(name) => self.sum = self.sum.wrapping_add(mix(name, child)),
            None if self.is_object => self.name = Some(child),
            None => self.sum = mix(self.sum, child),
        }
    }
}

impl<'s, 't> Fingerprints<'s, 't> {
    pub(crate) fn new(
        source: &'s Source<'t>,
        hasher: RandomState,
        meter: &'s Meter,
    ) -> Fingerprints<'s, 't> {
        Fingerprints {
            source,
            known: HashMap::new(),
            hasher,
            meter,
        }
    }

    /// What is counted for those that are kept.
    pub(crate) fn memory(&self) -> u64 {
        table_bytes::<usize, Known>(self.known.capacity())
    }

    pub(crate) fn source(&self) -> &'s Source<'t> {
        self.source
    }

    /// The fingerprint of a value of the text.
    pub(crate) fn of(&mut self, value: &str) -> Result<u64, Exceeded> {
        let meter = self.meter;
        let bytes = value.as_bytes();
        let address = bytes.as_ptr().addr();
        let mut open: Vec<Open> = Vec::new();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let start = at;
            at += 1;
            meter.work(1)?;
            let finished = match byte {
                b'{' | b'[' => match self.known_at(address + start)? {
                    Some(known) => {
                        at = start + known.len;
                        known.fingerprint
                    }
                    None => {
                        let is_object = byte == b'{';
                        meter.room(&mut open)?;
                        open.push(Open {
                            start,
                            is_object,
                            name: None,
                            sum: u64::from(is_object),
                        });
                        continue;
                    }
                },
                b'}' | b']' => {
                    let Some(Open { start, sum, .. }) = open.pop() else {
                        continue;
                    };
                    let known = Known {
                        fingerprint: mix(sum, u64::from(byte)),
                        len: at - start,
                    };
                    if known.len >= SHORTEST {
                        meter.room_in(&mut self.known)?;
                        self.known.insert(address + start, known);
                    }
                    known.fingerprint
                }
                b'"' => {
                    at = string_end(bytes, start);
                    let written = &value[start..at];
                    meter.work(TOKEN + 2 * written.len() as u64)?;
                    let _scratch = meter.scratch();
                    self.hasher.hash_one(decode_within(written, meter)?)
                }
                b'-' | b'0'..=b'9' => {
                    at = scalar_end(bytes, start);
                    meter.work(TOKEN + NUMBER * (at - start) as u64)?;
                    let mut hasher = self.hasher.build_hasher();
                    number::hash(&value[start..at], &mut hasher);
                    hasher.finish()
                }
                b't' | b'f' | b'n' => {
                    at = scalar_end(bytes, start);
                    meter.work(TOKEN)?;
                    self.hasher.hash_one(byte)
                }
                _ => continue,
            };
            match open.last_mut() {
                Some(around) => around.take(finished),
                None => {
                    meter.release(bytes_of::<Open>(open.capacity()));
                    return Ok(finished);
                }
            }
        }
        Ok(0)
    }

    fn known_at(&self, address: usize) -> Result<Option<Known>, Exceeded> {
        self.meter.work(TOKEN)?;
        Ok(self.known.get(&address).copied())
    }

    /// The children of a container. A scalar has none.
    pub(crate) fn of_children(&mut self, container: &str) -> Result<Vec<Child>, Exceeded> {
        let mut children = Vec::new();
        if !container.starts_with(['{', '[']) {
            return Ok(children);
        }
        let source = self.source;
        let mut parts = source.parts(container);
        while let Some(part) = parts.next_within(self.meter)? {
            let child = Child {
                name: self.of(&container[part.name.0..part.name.1])?,
                value: self.of(&container[part.value.0..part.value.1])?,
            };
            self.meter.room(&mut children)?;
            children.push(child);
        }
        Ok(children)
    }
}

/// The fingerprints of a child of a container.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Child {
    /// In an array, the same for all.
    pub(crate) name: u64,
    pub(crate) value: u64,
}

/// One number of two, the order of which counts.
fn mix(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ 0x9e37_79b9_7f4a_7c15)
        * u128::from(b.rotate_left(32) ^ 0xd6e8_feb8_6659_fd93);
    (product >> 64) as u64 ^ product as u64
}

#[cfg(test)]
mod tests {
    use std::hash::RandomState;

    use super::Fingerprints;
    use crate::check::read_again;
    use crate::equal::equal;
    use crate::meter::Meter;

    #[test]
    fn they_agree_with_the_comparison_of_two() {
        let long = "a string that makes its container long enough to be kept ".repeat(3);
        let values = [
            "[1, 2.0]",
            "[1.0,2]",
            "[2,1]",
            "[[1],2]",
            "[1,[2]]",
            "[]",
            "{}",
            "[{}]",
            "null",
            "true",
            "0",
            "-0",
            "\"0\"",
            r#"{"a": 1, "b": {"c": [], "d": null}}"#,
            r#"{"b":{"d":null,"c":[ ]},"\u0061":1e0}"#,
            r#"{"a":1,"a":2}"#,
            r#"{ "a":1.0, "a":2 }"#,
            r#"{"a":1,"b":2}"#,
            r#"{"a":2,"b":1}"#,
            r#"{"a":"b"}"#,
            r#"{"b":"a"}"#,
            r#"["a","b"]"#,
            r#""\ud800""#,
            r#""\uD800""#,
            r#""\ud801""#,
            &format!(r#"[["{long}"], 1]"#),
            &format!(r#"[["{long}" ],1.0]"#),
            &format!(r#"[["{long}",1]]"#),
        ];
        let hasher = RandomState::new();
        let meter = Meter::unlimited();
        let read_again = |text| read_again(text, &meter).unwrap();
        for a in values {
            for b in values {
                let (source_a, source_b) = (read_again(a), read_again(b));
                let mut in_a = Fingerprints::new(&source_a, hasher.clone(), &meter);
                let mut in_b = Fingerprints::new(&source_b, hasher.clone(), &meter);
                // The second time, what is known is not read.
                for _ in 0..2 {
                    let is_same = in_a.of(a).unwrap() == in_b.of(b).unwrap();
                    let is_equal = equal(a, b, &meter).unwrap();
                    assert_eq!(is_same, is_equal, "{a} and {b}");
                }
            }
        }
    }

    /// Else what is nested is read once for every level that it is asked for at.
    #[test]
    fn what_is_known_is_not_read_again() {
        let text = format!("[[{}]]", "\"a string of some length\",".repeat(20) + "0");
        let meter = Meter::unlimited();
        let source = read_again(&text, &meter).unwrap();
        let mut fingerprints = Fingerprints::new(&source, RandomState::new(), &meter);
        let outer = fingerprints.of(&text).unwrap();
        fingerprints.known.remove(&text.as_ptr().addr());
        for known in fingerprints.known.values_mut() {
            known.fingerprint ^= 1;
        }
        assert_ne!(fingerprints.of(&text).unwrap(), outer);
    }
}
