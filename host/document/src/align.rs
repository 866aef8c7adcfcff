//! Which elements of two lists belong together.

/// A common subsequence of two lists, as pairs of positions: a longest one (E. Myers, "An O(ND)
/// Difference Algorithm and Its Variations", 1986, in its linear space), as long as the effort for that
/// stays in proportion to the lists; after that, a long one.
///
/// The elements are numbers, small ones: two elements are equal when they have the same number.
pub(crate) fn align(old: &[u32], new: &[u32]) -> Vec<(usize, usize)> {
    // What is only in the one list belongs to nothing in the other, and would only be in the way.
    let (a, b) = (in_both(old, new), in_both(new, old));
    let mut search = Search {
        a: a.iter().map(|&at| old[at]).collect(),
        b: b.iter().map(|&at| new[at]).collect(),
        effort: EFFORT + EFFORT_EACH * (a.len() + b.len()),
        forward: vec![NOWHERE; 2 * ZERO as usize + 1],
        backward: vec![NOWHERE; 2 * ZERO as usize + 1],
    };
    let pairs = search.run();
    pairs.into_iter().map(|(x, y)| (a[x], b[y])).collect()
}

/// How many differences are sought for from either end, before the way that came furthest is taken.
const MOST: isize = 512;
/// The same, when the effort is spent.
const FEW: isize = 16;
/// Where diagonal 0 stands in a list of all of them, with one more on either side.
const ZERO: isize = MOST + 1;
/// How many steps may be made for lists of any length, and how many more for each element.
const EFFORT: usize = 1 << 20;
const EFFORT_EACH: usize = 16;

/// Positions of those elements that the other list has, too.
fn in_both(list: &[u32], other: &[u32]) -> Vec<usize> {
    let largest = other.iter().max().map_or(0, |&number| number as usize + 1);
    let mut is_there = vec![false; largest];
    for &number in other {
        is_there[number as usize] = true;
    }
    let is_in_other = |at: &usize| is_there.get(list[*at] as usize).is_some_and(|&there| there);
    (0..list.len()).filter(is_in_other).collect()
}

/// A part of the one list beside a part of the other.
#[derive(Clone, Copy)]
struct Area {
    left: isize,
    right: isize,
    top: isize,
    bottom: isize,
}

struct Search {
    a: Vec<u32>,
    b: Vec<u32>,
    /// How many steps are left to be made.
    effort: usize,
    /// How far along each diagonal the best path of so many differences comes, from the start of an area
    /// and from its end; `NOWHERE` where there is none.
    forward: Vec<isize>,
    backward: Vec<isize>,
}

const NOWHERE: isize = -1;

impl Search {
    fn run(&mut self) -> Vec<(usize, usize)> {
        let mut pairs = Vec::new();
        let mut todo = vec![Area {
            left: 0,
            right: self.a.len() as isize,
            top: 0,
            bottom: self.b.len() as isize,
        }];
        while let Some(mut area) = todo.pop() {
            let is_empty = |area: &Area| area.left == area.right || area.top == area.bottom;
            while !is_empty(&area) && self.a[area.left as usize] == self.b[area.top as usize] {
                pairs.push((area.left as usize, area.top as usize));
                (area.left, area.top) = (area.left + 1, area.top + 1);
            }
            while !is_empty(&area)
                && self.a[area.right as usize - 1] == self.b[area.bottom as usize - 1]
            {
                (area.right, area.bottom) = (area.right - 1, area.bottom - 1);
                pairs.push((area.right as usize, area.bottom as usize));
            }
            if is_empty(&area) {
                continue;
            }
            let (x, y) = self.split(&area);
            let (right, bottom) = (area.left + x, area.top + y);
            todo.push(Area {
                left: right,
                top: bottom,
                ..area
            });
            todo.push(Area {
                right,
                bottom,
                ..area
            });
        }
        pairs.sort_unstable();
        pairs
    }

    /// A point of a shortest path through the area, neither its start nor its end: paths are sought for
    /// from both until they meet. When they do not, the one that came furthest.
    fn split(&mut self, area: &Area) -> (isize, isize) {
        let most = if self.effort > 0 { MOST } else { FEW };
        let mut best = (0, (0, 0));
        let mut point = None;
        let mut differences = 0;
        while point.is_none() && differences <= most {
            for is_forward in [true, false] {
                point = point.or_else(|| self.go_on(area, is_forward, differences, &mut best));
            }
            differences += 1;
        }
        let used = (ZERO - differences) as usize..=(ZERO + differences) as usize;
        self.forward[used.clone()].fill(NOWHERE);
        self.backward[used].fill(NOWHERE);
        point.unwrap_or(best.1)
    }

    /// All paths with one difference more, in one of the two directions. Answers where they meet one of
    /// the other direction.
    fn go_on(
        &mut self,
        area: &Area,
        is_forward: bool,
        differences: isize,
        best: &mut (isize, (isize, isize)),
    ) -> Option<(isize, isize)> {
        let (n, m) = (area.right - area.left, area.bottom - area.top);
        for k in (-differences..=differences).step_by(2) {
            let (ours, theirs) = if is_forward {
                (&self.forward, &self.backward)
            } else {
                (&self.backward, &self.forward)
            };
            let at = (ZERO + k) as usize;
            let start = if differences == 0 {
                0
            } else {
                enter(ours[at - 1], ours[at + 1], k, n, m)
            };
            let mut x = start;
            while x != NOWHERE && x < n && x - k < m && self.is_same(area, is_forward, x, x - k) {
                x += 1;
            }
            // Where the others are on this diagonal, which has another number for them.
            let there = theirs.get((ZERO + n - m - k) as usize);
            let do_meet =
                there.is_some_and(|&there| there != NOWHERE && x != NOWHERE && x + there >= n);
            self.effort = self.effort.saturating_sub(1 + (x - start) as usize);
            if is_forward {
                self.forward[at] = x;
            } else {
                self.backward[at] = x;
            }
            if x == NOWHERE {
                continue;
            }
            let point = if is_forward {
                (x, x - k)
            } else {
                (n - x, m - (x - k))
            };
            if do_meet {
                return Some(point);
            }
            *best = (x + x - k, point).max(*best);
        }
        None
    }

    /// Whether the elements that a path comes by next are the same.
    fn is_same(&self, area: &Area, is_forward: bool, x: isize, y: isize) -> bool {
        let (x, y) = if is_forward {
            (area.left + x, area.top + y)
        } else {
            (area.right - 1 - x, area.bottom - 1 - y)
        };
        self.a[x as usize] == self.b[y as usize]
    }
}

/// Where a path comes onto diagonal `k` that was on the one before it or the one behind, if it stays
/// inside: the further of the two.
fn enter(before: isize, behind: isize, k: isize, n: isize, m: isize) -> isize {
    let across = if before != NOWHERE && before < n {
        before + 1
    } else {
        NOWHERE
    };
    let down = if behind != NOWHERE && behind - k <= m {
        behind
    } else {
        NOWHERE
    };
    across.max(down)
}

#[cfg(test)]
mod tests {
    use super::align;

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
        let pairs = align(old, new);
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

    /// Each of these takes minutes when the effort grows with the square.
    #[test]
    fn long_lists_with_little_in_common_take_no_time() {
        const N: u32 = 300_000;
        let old: Vec<u32> = (0..N).collect();
        let swapped: Vec<u32> = (0..N).map(|at| at ^ 1).collect();
        assert!(check(&old, &swapped).len() >= N as usize / 2 - 1);
        let scattered: Vec<u32> = (0..N).map(|at| at * 7 % N).collect();
        check(&old, &scattered);
        let bits = |seed: u32| -> Vec<u32> {
            (0..N)
                .map(|at| (at.wrapping_mul(2_654_435_761) ^ seed).count_ones() & 1)
                .collect()
        };
        assert!(check(&bits(1), &bits(0x5555)).len() > N as usize / 2);
    }
}
