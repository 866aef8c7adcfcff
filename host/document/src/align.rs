//! Which elements of two lists belong together.

use crate::meter::{Exceeded, MOVE, Meter};
use crate::path::Search;

/// A common subsequence of two lists, as pairs of positions: a longest one (E. Myers, "An O(ND)
/// Difference Algorithm and Its Variations", 1986, in its linear space), as long as the effort for that
/// stays in proportion to the lists; after that, a long one.
///
/// The elements are numbers, small ones: two elements are equal when they have the same number.
pub(crate) fn align(
    old: &[u32],
    new: &[u32],
    meter: &Meter,
) -> Result<Vec<(usize, usize)>, Exceeded> {
    // What is only in the one list belongs to nothing in the other, and would only be in the way.
    let (a, b) = (in_both(old, new, meter)?, in_both(new, old, meter)?);
    let numbers = |list: &[u32], places: &[usize]| {
        let mut numbers = Vec::new();
        meter.work(MOVE * places.len() as u64)?;
        meter.reserve(&mut numbers, places.len())?;
        numbers.extend(places.iter().map(|&at| list[at]));
        Ok(numbers)
    };
    let mut search = Search::new(numbers(old, &a)?, numbers(new, &b)?, meter)?;
    let mut pairs = search.run()?;
    meter.work(MOVE * pairs.len() as u64)?;
    for (x, y) in &mut pairs {
        (*x, *y) = (a[*x], b[*y]);
    }
    Ok(pairs)
}

/// Positions of those elements that the other list has, too.
fn in_both(list: &[u32], other: &[u32], meter: &Meter) -> Result<Vec<usize>, Exceeded> {
    meter.work(MOVE * (list.len() + other.len()) as u64)?;
    let largest = other.iter().max().map_or(0, |&number| number as usize + 1);
    meter.allocate(largest)?;
    let mut is_there = vec![false; largest];
    for &number in other {
        is_there[number as usize] = true;
    }
    let is_in_other = |at: &usize| is_there.get(list[*at] as usize).is_some_and(|&there| there);
    let mut places = Vec::new();
    meter.reserve(&mut places, list.len())?;
    places.extend((0..list.len()).filter(is_in_other));
    Ok(places)
}

#[cfg(test)]
mod tests {
    use super::align;
    use crate::meter::Meter;

    fn numbers(text: &[u8]) -> Vec<u32> {
        text.iter().map(|&byte| u32::from(byte)).collect()
    }

    /// The length of a longest common subsequence, by the book.
    fn longest(old: &[u32], new: &[u32]) -> usize {
        let mut row = vec![0; new.len() + 1];
        for x in old {
            let mut diagonal = 0;
            for (at, y) in new.iter().enumerate() {
                let above = row[at + 1];
                row[at + 1] = if x == y {
                    diagonal + 1
                } else {
                    above.max(row[at])
                };
                diagonal = above;
            }
        }
        row[new.len()]
    }

    fn check(old: &[u32], new: &[u32]) -> Vec<(usize, usize)> {
        let pairs = align(old, new, &Meter::unlimited()).unwrap();
        assert!(pairs.iter().all(|&(x, y)| old[x] == new[y]));
        let go_forward = |two: &[(usize, usize)]| two[0].0 < two[1].0 && two[0].1 < two[1].1;
        assert!(pairs.windows(2).all(go_forward));
        pairs
    }

    #[test]
    fn what_is_common_is_found() {
        for (old, new, pairs) in [
            (&b"abcabba"[..], &b"cbabac"[..], 4),
            (b"xabc", b"abcx", 3),
            (b"", b"abc", 0),
            (b"ab", b"cd", 0),
            (b"same", b"same", 4),
        ] {
            assert_eq!(check(&numbers(old), &numbers(new)).len(), pairs);
        }
    }

    #[test]
    fn nothing_longer_is_common() {
        let mut state = 1u32;
        let mut random = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 16) % below
        };
        for _ in 0..2000 {
            let kinds = 1 + random(6);
            let mut list = || -> Vec<u32> { (0..random(40)).map(|_| random(kinds)).collect() };
            let (old, new) = (list(), list());
            assert_eq!(
                check(&old, &new).len(),
                longest(&old, &new),
                "{old:?} {new:?}"
            );
        }
    }
}
