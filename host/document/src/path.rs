//! The shortest path from one list to another, in linear space and in bounded time.

use crate::meter::{Exceeded, MOVE, Meter, STEP};
use crate::sort::sort;

/// How many differences are sought for from either end, before the way that came furthest is taken.
const MOST: isize = 512;
/// The same, when the effort is spent.
const FEW: isize = 16;
/// How many steps may be made for lists of any length, and how many more for each element.
const EFFORT: isize = 1 << 20;
const EFFORT_EACH: isize = 16;

/// A part of the one list beside a part of the other.
#[derive(Clone, Copy)]
struct Area {
    left: isize,
    right: isize,
    top: isize,
    bottom: isize,
}

/// Two lists, and what is left of the effort that is spent on them.
pub(crate) struct Search<'m> {
    a: Vec<u32>,
    b: Vec<u32>,
    /// How many steps are left to be made with care.
    effort: isize,
    /// How far along each diagonal the best path of so many differences comes, from the start of an area
    /// and from its end; `NOWHERE` where there is none.
    forward: Vec<isize>,
    backward: Vec<isize>,
    /// Where diagonal 0 stands in these lists of all diagonals, with one more on either side.
    zero: isize,
    meter: &'m Meter,
}

const NOWHERE: isize = -1;

impl<'m> Search<'m> {
    pub(crate) fn new(a: Vec<u32>, b: Vec<u32>, meter: &'m Meter) -> Result<Search<'m>, Exceeded> {
        let both = (a.len() + b.len()) as isize;
        // Paths from both ends meet when each has half of all differences.
        let zero = MOST.min(both / 2 + 1) + 1;
        let nowhere = || {
            let len = 2 * zero as usize + 1;
            meter.allocate(len * size_of::<isize>())?;
            meter.work(len as u64)?;
            Ok(vec![NOWHERE; len])
        };
        Ok(Search {
            effort: EFFORT + EFFORT_EACH * both,
            forward: nowhere()?,
            backward: nowhere()?,
            zero,
            meter,
            a,
            b,
        })
    }

    /// The pairs of elements that stay, in order.
    pub(crate) fn run(&mut self) -> Result<Vec<(usize, usize)>, Exceeded> {
        let meter = self.meter;
        let mut pairs = Vec::new();
        meter.reserve(&mut pairs, self.a.len().min(self.b.len()))?;
        let mut todo = vec![Area {
            left: 0,
            right: self.a.len() as isize,
            top: 0,
            bottom: self.b.len() as isize,
        }];
        while let Some(mut area) = todo.pop() {
            let is_empty = |area: &Area| area.left == area.right || area.top == area.bottom;
            while !is_empty(&area) && self.a[area.left as usize] == self.b[area.top as usize] {
                meter.work(MOVE)?;
                pairs.push((area.left as usize, area.top as usize));
                (area.left, area.top) = (area.left + 1, area.top + 1);
            }
            while !is_empty(&area)
                && self.a[area.right as usize - 1] == self.b[area.bottom as usize - 1]
            {
                (area.right, area.bottom) = (area.right - 1, area.bottom - 1);
                meter.work(MOVE)?;
                pairs.push((area.right as usize, area.bottom as usize));
            }
            if is_empty(&area) {
                continue;
            }
            let (x, y) = self.split(&area)?;
            let (right, bottom) = (area.left + x, area.top + y);
            meter.work(STEP)?;
            meter.room(&mut todo)?;
            todo.push(Area {
                left: right,
                top: bottom,
                ..area
            });
            meter.room(&mut todo)?;
            todo.push(Area {
                right,
                bottom,
                ..area
            });
        }
        sort(&mut pairs, meter)?;
        Ok(pairs)
    }

    /// A point of a shortest path through the area, neither its start nor its end: paths are sought for
    /// from both until they meet. When they do not, the one that came furthest.
    fn split(&mut self, area: &Area) -> Result<(isize, isize), Exceeded> {
        let most = if self.effort > 0 { MOST } else { FEW };
        let mut best = (0, (0, 0));
        let mut point = None;
        let mut differences = 0;
        while point.is_none() && differences <= most {
            for is_forward in [true, false] {
                if point.is_none() {
                    let before = self.effort;
                    point = self.go_on(area, is_forward, differences, &mut best);
                    self.meter.work(2 * (before - self.effort) as u64)?;
                }
            }
            differences += 1;
        }
        let used = (self.zero - differences) as usize..=(self.zero + differences) as usize;
        self.forward[used.clone()].fill(NOWHERE);
        self.backward[used].fill(NOWHERE);
        Ok(point.unwrap_or(best.1))
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
            let at = (self.zero + k) as usize;
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
            let there = theirs.get((self.zero + n - m - k) as usize);
            let do_meet =
                there.is_some_and(|&there| there != NOWHERE && x != NOWHERE && x + there >= n);
            self.effort -= 1 + x - start;
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
    use super::{EFFORT, EFFORT_EACH, Search};
    use crate::meter::Meter;

    #[test]
    fn the_effort_is_in_proportion_to_the_lists() {
        const N: u32 = 300_000;
        let swapped = |at| at ^ 1;
        let scattered = |at| at * 7 % N;
        let bits = |at: u32| at.wrapping_mul(2_654_435_761).count_ones() & 1;
        let other_bits = |at: u32| (at.wrapping_mul(2_654_435_761) ^ 0x5555).count_ones() & 1;
        let list = |element: &dyn Fn(u32) -> u32| -> Vec<u32> { (0..N).map(element).collect() };
        for (old, new, pairs) in [
            (list(&|at| at), list(&swapped), N as usize / 2 - 1),
            (list(&|at| at), list(&scattered), 100),
            (list(&bits), list(&other_bits), N as usize / 2),
        ] {
            let meter = Meter::unlimited();
            let mut search = Search::new(old, new, &meter).unwrap();
            assert!(search.run().unwrap().len() >= pairs);
            let steps = EFFORT + EFFORT_EACH * 2 * N as isize - search.effort;
            assert!(steps < 100 * 2 * N as isize, "{steps}");
        }
    }
}
