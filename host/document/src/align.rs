//! Which elements of two lists belong together.

use std::collections::HashMap;

/// More differences than this are not sought for: the effort grows with their square.
const MOST: isize = 512;

/// The longest common subsequence of two lists, as pairs of positions (E. Myers, "An O(ND) Difference
/// Algorithm and Its Variations", 1986); `None` when they differ in too much to be worth it.
pub(crate) fn align<K: std::hash::Hash + Eq>(old: &[K], new: &[K]) -> Option<Vec<(usize, usize)>> {
    // Small numbers are compared faster than whatever the elements are.
    let mut numbers = HashMap::new();
    let mut number = |key| {
        let next = numbers.len();
        *numbers.entry(key).or_insert(next)
    };
    let a: Vec<usize> = old.iter().map(&mut number).collect();
    let b: Vec<usize> = new.iter().map(&mut number).collect();
    let (n, m) = (a.len() as isize, b.len() as isize);
    let most = MOST.min(n + m);
    let zero = most + 1;
    // How far along each diagonal the best path of so many differences comes.
    let mut reach = vec![0isize; 2 * zero as usize + 1];
    let mut history: Vec<Vec<isize>> = Vec::new();
    for differences in 0..=most {
        let window = (zero - differences - 1) as usize..=(zero + differences + 1) as usize;
        history.push(reach[window].to_vec());
        for diagonal in (-differences..=differences).step_by(2) {
            let before = |diagonal: isize| reach[(zero + diagonal) as usize];
            let mut x = step(differences, diagonal, before).1;
            while x < n && x - diagonal < m && a[x as usize] == b[(x - diagonal) as usize] {
                x += 1;
            }
            reach[(zero + diagonal) as usize] = x;
            if x >= n && x - diagonal >= m {
                return Some(walk_back(&history, n, m));
            }
        }
    }
    None
}

/// The diagonal that a path of so many differences comes from, and where it enters `diagonal`.
fn step(differences: isize, diagonal: isize, reach: impl Fn(isize) -> isize) -> (isize, isize) {
    let (left, right) = (diagonal - 1, diagonal + 1);
    let from_right =
        diagonal == -differences || (diagonal != differences && reach(left) < reach(right));
    if from_right {
        (right, reach(right))
    } else {
        (left, reach(left) + 1)
    }
}

fn walk_back(history: &[Vec<isize>], n: isize, m: isize) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let (mut x, mut y) = (n, m);
    for (differences, reach) in history.iter().enumerate().rev() {
        let differences = differences as isize;
        let before = |diagonal: isize| reach[(diagonal + differences + 1) as usize];
        let (from, entry) = step(differences, x - y, before);
        while x > entry && y > 0 && x > 0 {
            (x, y) = (x - 1, y - 1);
            pairs.push((x as usize, y as usize));
        }
        (x, y) = (before(from), before(from) - from);
    }
    pairs.reverse();
    pairs
}

#[cfg(test)]
mod tests {
    use super::align;

    #[test]
    fn what_is_common_is_found() {
        assert_eq!(
            align(b"abcabba", b"cbabac").map(|pairs| pairs.len()),
            Some(4)
        );
        assert_eq!(align(b"xabc", b"abcx"), Some(vec![(1, 0), (2, 1), (3, 2)]));
        assert_eq!(align(b"", b"abc"), Some(vec![]));
        assert_eq!(align(b"ab", b"cd"), Some(vec![]));
        assert_eq!(align(b"same", b"same").map(|pairs| pairs.len()), Some(4));
    }

    #[test]
    fn pairs_are_equal_and_go_forward() {
        let lists = [
            &b"abcabbaabcdd"[..],
            b"bbadcabcba",
            b"aaaaaaa",
            b"dcba",
            b"",
        ];
        for old in lists {
            for new in lists {
                let pairs = align(old, new).unwrap();
                assert!(pairs.iter().all(|&(x, y)| old[x] == new[y]));
                assert!(
                    pairs
                        .windows(2)
                        .all(|two| two[0].0 < two[1].0 && two[0].1 < two[1].1)
                );
            }
        }
    }

    #[test]
    fn lists_without_anything_in_common_are_given_up() {
        let (old, new): (Vec<_>, Vec<_>) = ((0..2000).collect(), (2000..4000).collect());
        assert_eq!(align(&old, &new), None);
    }
}
