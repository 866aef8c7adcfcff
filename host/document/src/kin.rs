//! Which elements of two stretches of an array may be the same one before and after a change of it.

use std::collections::HashMap;

use crate::fingerprint::Child;
use crate::meter::{ENTRY, Exceeded, MOVE, Meter, STEP};
use crate::sort::sort;

/// Pairs of positions that go forward in both stretches: of elements that have a child in common which
/// no other element has.
///
/// So the records of a list keep together by what they do not share, be it an `id` or a name, however
/// many of them were changed and whatever was put in between.
pub(crate) fn kin(
    old: &[Vec<Child>],
    new: &[Vec<Child>],
    meter: &Meter,
) -> Result<Vec<(usize, usize)>, Exceeded> {
    let mut children: HashMap<Child, (Owner, Owner)> = HashMap::new();
    for (at, element) in old.iter().enumerate() {
        for child in element {
            meter.room_in(&mut children)?;
            children.entry(*child).or_default().0.add(at);
        }
    }
    for (at, element) in new.iter().enumerate() {
        for child in element {
            meter.work(ENTRY)?;
            // What the old stretch does not have is of no use.
            if let Some((_, owner)) = children.get_mut(child) {
                owner.add(at);
            }
        }
    }
    let mut votes: HashMap<(usize, usize), usize> = HashMap::new();
    for owners in children.into_values() {
        meter.work(STEP)?;
        if let (Owner::One(x), Owner::One(y)) = owners {
            meter.room_in(&mut votes)?;
            *votes.entry((x, y)).or_default() += 1;
        }
    }
    let mut candidates = Vec::new();
    meter.reserve(&mut candidates, votes.len())?;
    candidates.extend(votes.into_iter().map(|((x, y), n)| (x, n, y)));
    sort(&mut candidates, meter)?;
    // The last of each element is the one with the most votes.
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    for (x, _, y) in candidates {
        meter.work(STEP)?;
        pairs.pop_if(|last| last.0 == x);
        meter.room(&mut pairs)?;
        pairs.push((x, y));
    }
    rising(&pairs, meter)
}

/// Whether it is worthwhile to turn the one element into the other inside of it, given the children of
/// both: else it is shorter to say what is there now.
pub(crate) fn is_alike(
    mut old: Vec<Child>,
    mut new: Vec<Child>,
    meter: &Meter,
) -> Result<bool, Exceeded> {
    sort(&mut old, meter)?;
    sort(&mut new, meter)?;
    meter.work(MOVE * (old.len() + new.len()) as u64)?;
    let has_same_names = old
        .iter()
        .map(|child| child.name)
        .eq(new.iter().map(|child| child.name));
    let mut rest = new.iter().peekable();
    let stay = old.iter().filter(|child| {
        while rest.next_if(|next| next < child).is_some() {}
        rest.next_if_eq(child).is_some()
    });
    Ok(has_same_names || stay.count() * 2 >= old.len().max(new.len()))
}

/// The elements that have a child.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Owner {
    #[default]
    None,
    One(usize),
    Many,
}

impl Owner {
    fn add(&mut self, at: usize) {
        *self = match *self {
            Owner::None => Owner::One(at),
            Owner::One(same) if same == at => return,
            _ => Owner::Many,
        };
    }
}

/// The most of the pairs whose second positions rise as their first ones do: a longest increasing
/// subsequence.
fn rising(pairs: &[(usize, usize)], meter: &Meter) -> Result<Vec<(usize, usize)>, Exceeded> {
    // For each length, the pair that ends the subsequence of that length which ends lowest.
    let mut ends: Vec<usize> = Vec::new();
    meter.reserve(&mut ends, pairs.len())?;
    let mut before = Vec::new();
    meter.reserve(&mut before, pairs.len())?;
    before.resize(pairs.len(), None);
    for (number, &(_, y)) in pairs.iter().enumerate() {
        meter.work(STEP * 2)?;
        let length = ends.partition_point(|&end| pairs[end].1 < y);
        before[number] = length.checked_sub(1).map(|length| ends[length]);
        match ends.get_mut(length) {
            Some(end) => *end = number,
            None => ends.push(number),
        }
    }
    let mut rising = Vec::new();
    meter.reserve(&mut rising, ends.len())?;
    let mut next = ends.last().copied();
    while let Some(number) = next {
        meter.work(MOVE)?;
        rising.push(pairs[number]);
        next = before[number];
    }
    rising.reverse();
    Ok(rising)
}

#[cfg(test)]
mod tests {
    use super::{is_alike, kin};
    use crate::fingerprint::Child;
    use crate::meter::Meter;

    fn elements(values: &[&[u64]]) -> Vec<Vec<Child>> {
        let child = |value: &u64| Child {
            name: 0,
            value: *value,
        };
        let elements = values.iter();
        elements
            .map(|values| values.iter().map(child).collect())
            .collect()
    }

    fn pairs(old: &[&[u64]], new: &[&[u64]]) -> Vec<(usize, usize)> {
        kin(&elements(old), &elements(new), &Meter::unlimited()).unwrap()
    }

    #[test]
    fn elements_keep_together_by_what_they_do_not_share() {
        let old: [&[u64]; 3] = [&[1, 100], &[2, 100], &[3, 100]];
        let new: [&[u64]; 4] = [&[9, 100], &[1, 200], &[2, 200], &[3, 200]];
        assert_eq!(pairs(&old, &new), [(0, 1), (1, 2), (2, 3)]);
    }

    #[test]
    fn what_is_shared_means_nothing() {
        assert_eq!(pairs(&[&[1], &[1]], &[&[1], &[1]]), []);
        assert_eq!(pairs(&[&[]], &[&[]]), []);
    }

    #[test]
    fn the_most_votes_win_and_pairs_never_cross() {
        assert_eq!(pairs(&[&[1, 2, 3]], &[&[1], &[2, 3]]), [(0, 1)]);
        let swapped = pairs(&[&[1], &[2], &[3]], &[&[2], &[1], &[3]]);
        assert_eq!(swapped, [(1, 0), (2, 2)]);
        let one_astray = pairs(&[&[1], &[2], &[3], &[4]], &[&[4], &[1], &[2], &[3]]);
        assert_eq!(one_astray, [(0, 1), (1, 2), (2, 3)]);
    }

    #[test]
    fn what_has_little_in_common_is_not_alike() {
        let element = |children: &[(u64, u64)]| -> Vec<Child> {
            let child = |&(name, value)| Child { name, value };
            children.iter().map(child).collect()
        };
        for (old, new, alike) in [
            (&[(1, 10), (2, 20)][..], &[(2, 21), (1, 11)][..], true),
            (&[(1, 10), (2, 20)], &[(1, 10), (3, 30)], true),
            (&[(1, 10), (2, 20)], &[(1, 11), (3, 30)], false),
            (&[(1, 10)], &[(1, 10), (2, 20), (3, 30)], false),
            (&[], &[(1, 10)], false),
        ] {
            assert_eq!(
                is_alike(element(old), element(new), &Meter::unlimited()).unwrap(),
                alike,
                "{old:?} {new:?}"
            );
        }
    }
}
