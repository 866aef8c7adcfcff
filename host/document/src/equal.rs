//! Are two values the same value?

use std::borrow::Cow;

use crate::check::read_again;
use crate::decode::decode;
use crate::number;
use crate::source::Source;
use crate::split::{Kind, Parts, kind};

/// Whether two values are equal as RFC 6902 section 4.6 has it: whatever their layout, their spelling
/// and the order of their members.
pub(crate) fn equal(a: &str, b: &str) -> bool {
    match (kind(a), kind(b)) {
        _ if a == b => true,
        // One more pass over both, so that none is needed for every level of them.
        (Kind::Object, Kind::Object) | (Kind::Array, Kind::Array) => {
            equal_in((a, &read_again(a)), (b, &read_again(b)))
        }
        (kind_a, kind_b) => kind_a == kind_b && are_equal_scalars(a, b),
    }
}

fn are_equal_scalars(a: &str, b: &str) -> bool {
    match kind(a) {
        Kind::String => decode(a) == decode(b),
        Kind::Number => number::equal(a, b),
        // Literals have one spelling each.
        _ => a == b,
    }
}

/// The same for two values of texts that were checked.
pub(crate) fn equal_in(a: (&str, &Source<'_>), b: (&str, &Source<'_>)) -> bool {
    let ((a, source_a), (b, source_b)) = (a, b);
    let mut todo = vec![(a, b)];
    while let Some((a, b)) = todo.pop() {
        if a == b {
            continue;
        }
        let parts = || (source_a.parts(a), source_b.parts(b));
        let same = match (kind(a), kind(b)) {
            (Kind::Object, Kind::Object) => members_pair_up((a, b), parts(), &mut todo),
            (Kind::Array, Kind::Array) => elements_pair_up((a, b), parts(), &mut todo),
            (kind_a, kind_b) => kind_a == kind_b && are_equal_scalars(a, b),
        };
        if !same {
            return false;
        }
    }
    true
}

fn elements_pair_up<'t>(
    (a, b): (&'t str, &'t str),
    (mut in_a, mut in_b): (Parts<'_>, Parts<'_>),
    todo: &mut Vec<(&'t str, &'t str)>,
) -> bool {
    loop {
        match (in_a.next(), in_b.next()) {
            (None, None) => return true,
            (Some(x), Some(y)) => todo.push((&a[x.value.0..x.value.1], &b[y.value.0..y.value.1])),
            _ => return false,
        }
    }
}

fn members_pair_up<'t>(
    (a, b): (&'t str, &'t str),
    (in_a, in_b): (Parts<'_>, Parts<'_>),
    todo: &mut Vec<(&'t str, &'t str)>,
) -> bool {
    let (mut a, mut b) = (members(a, in_a), members(b, in_b));
    if a.len() != b.len() {
        return false;
    }
    sort_unless_ambiguous(&mut a);
    sort_unless_ambiguous(&mut b);
    todo.extend(a.iter().zip(&b).map(|(x, y)| (x.1, y.1)));
    a.iter().zip(&b).all(|(x, y)| x.0 == y.0)
}

pub(crate) type Member<'t> = (Cow<'t, [u8]>, &'t str);

/// The members of an object: what their names mean, and their values.
pub(crate) fn members<'t>(object: &'t str, parts: Parts<'_>) -> Vec<Member<'t>> {
    let member = |part: crate::split::Part| {
        let name = decode(&object[part.name.0..part.name.1]);
        (name, &object[part.value.0..part.value.1])
    };
    parts.map(member).collect()
}

/// Puts members in an order that does not depend on how they are written. With a duplicate name the
/// order may have a meaning to somebody, so it stays.
fn sort_unless_ambiguous(members: &mut Vec<Member<'_>>) {
    let mut sorted = members.clone();
    sorted.sort_by(|x, y| x.0.cmp(&y.0));
    if sorted.windows(2).all(|pair| pair[0].0 != pair[1].0) {
        *members = sorted;
    }
}

#[cfg(test)]
mod tests {
    use super::equal;

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
